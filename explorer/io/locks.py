"""Locks on files: held by a process while it lives, free again when it is killed."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def exclusive(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock file `path`, made when missing; BlockingIOError at once when it is held and `wait` is False."""
    with path.open("a", encoding="utf-8") as file:
        lock_open_file(file, wait=wait)
        yield


def lock_open_file(file: IO[str], *, wait: bool = True) -> None:
    """Take the lock of an open file until it is closed here and in every process that inherited it."""
    fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def is_held(path: Path) -> bool:
    """True while any process holds the lock of `path`; False also when there is no such file."""
    try:
        with path.open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
