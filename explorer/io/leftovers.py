"""Names of things in the making, which say whose they are: so that those of dead processes can be swept.

`.tmp-<place>.<process>-<random>-<name>`; place: a short hash of the machine and its space of process numbers, since a
number says nothing about processes elsewhere that share the folder.
"""

import os
import re
import secrets
import shutil
import socket
import time
from functools import cache
from hashlib import blake2b
from pathlib import Path

TEMPORARY, OLD = ".tmp-", ".old-"
AGED = 86_400.0
"""Seconds after which what nobody can be asked about counts as left behind."""
LONGEST = 40
_NAME = re.compile(r"\.tmp-([0-9a-f]{8})\.(\d+)-")


def temporary_name(path: Path) -> Path:
    """A new name beside `path`, with the end of its name, that says which process made it."""
    return path.with_name(f"{TEMPORARY}{_place()}.{os.getpid()}-{secrets.token_hex(4)}-{path.name[-LONGEST:]}")


def is_left_behind(path: Path) -> bool:
    """Whether the temporary file or folder `path` belongs to nobody any more.

    Its process is dead; of one made elsewhere, or by an earlier version: it is more than a day old.
    """
    found = _NAME.match(path.name)
    if found and found[1] == _place():
        return not _is_alive(int(found[2]))
    return is_aged(path)


def is_aged(path: Path, seconds: float = AGED) -> bool:
    """Whether `path` was last changed more than `seconds` ago; False when it is not there."""
    try:
        return time.time() - path.lstat().st_mtime > seconds
    except OSError:
        return False


def remove(path: Path) -> int:
    """Remove a file or folder with all that is in it, as far as that is possible; how many bytes there are fewer."""
    before = _bytes_of(path)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            return 0
    return before - _bytes_of(path)


def _bytes_of(path: Path) -> int:
    total = 0
    try:
        total += 0 if path.is_dir() else path.lstat().st_size
    except OSError:
        return 0
    for parent, _, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return total


@cache
def _place() -> str:
    try:
        numbers = os.readlink("/proc/self/ns/pid")
    except OSError:
        numbers = ""
    return blake2b(f"{socket.gethostname()} {numbers}".encode(), digest_size=4).hexdigest()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
