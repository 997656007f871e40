"""Two names on a disk change places in one step, where the system can do that."""

import ctypes
import errno
import os
import sys
from functools import cache
from pathlib import Path
from typing import Protocol

_AT_FDCWD, _RENAME_EXCHANGE, _RENAME_SWAP = -100, 2, 2
UNABLE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)


class _Call(Protocol):
    def __call__(self, first: bytes, second: bytes) -> int: ...


def exchange(first: Path, second: Path) -> bool:
    """Let two existing names change places; False, and nothing done, where the system or the file system cannot.

    Anybody who looks finds either the one or the other under each name, never nothing. OSError as of a rename.
    """
    call = _call()
    if call is None:
        return False
    if call(os.fsencode(first), os.fsencode(second)) == 0:
        return True
    number = ctypes.get_errno()
    if number in UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(first), None, str(second))


@cache
def _call() -> _Call | None:
    """The system's call: renameat2 of Linux, renamex_np of macOS; None where there is neither."""
    if os.name != "posix":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform.startswith("linux") and hasattr(library, "renameat2"):
        call = library.renameat2
        call.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
        return lambda first, second: int(call(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE))
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        swap = library.renamex_np
        swap.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint]
        return lambda first, second: int(swap(first, second, _RENAME_SWAP))
    return None
