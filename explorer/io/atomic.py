"""Writing so that a kill or a full disk at any moment leaves the old state: temporary name, sync, rename."""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from explorer.base.errors import WorkspaceError
from explorer.io.exchange import exchange
from explorer.io.leftovers import OLD, temporary_name

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
UNTOUCHED = "was not written and is as it was. Free some space and try again."
MANY = 200


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a temporary path with the suffix of `path`; when the block ends well it is synced and renamed to `path`.

    Raises WorkspaceError when the disk is full or not writable; the temporary file is removed and `path` is as before.
    """
    path = Path(path)
    temporary = temporary_name(path)
    try:
        with clear_disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield temporary
            _sync(temporary)
            os.replace(temporary, path)
            _sync(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path, replace: bool = True) -> Iterator[Path]:
    """Yield a new temporary folder beside `path`; when the block ends well it becomes `path`.

    replace: take the place of an existing folder; otherwise an existing one raises WorkspaceError.
    Raises WorkspaceError when the disk is full or not writable; the temporary folder goes and `path` is as before.
    """
    path = Path(path)
    temporary = temporary_name(path)
    try:
        with clear_disk_errors(path):
            temporary.mkdir(parents=True)
            yield temporary
            _sync_tree(temporary)
            _rename_folder(temporary, path, replace)
            _sync(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_json(path: Path, value: Any) -> None:
    """Write `value` to `path` as indented JSON, atomically."""
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read JSON from `path`; WorkspaceError names the file when it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise WorkspaceError(f"{path} is damaged: expected JSON ({error}).") from error


@contextmanager
def clear_disk_errors(path: Path, state: str = UNTOUCHED) -> Iterator[None]:
    """Within it, a full disk or a folder that may not be written to is a WorkspaceError that names `path`.

    state: what has become of `path` when the disk is full, and what to do.
    """
    try:
        yield
    except OSError as error:
        text = str(error).lower()
        if error.errno in FULL or "no space left" in text or "file too large" in text:
            raise WorkspaceError(f"The disk is full: {path} {state}") from error
        below = str(error.filename or path).startswith(str(path.parent))
        if below and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise WorkspaceError(
                f"{path} cannot be written: {error.strerror}. Choose a folder that you may write to."
            ) from error
        raise


def swap_folders(new: Path, path: Path) -> None:
    """Let the folder `new` take the place of the folder `path`, and remove what was there.

    In one step where the system can exchange two names. Elsewhere there is a moment without a folder `path`; a kill in
    it leaves the old one beside it, from where sweeping brings it back.
    """
    if exchange(new, path):
        shutil.rmtree(new, ignore_errors=True)
        return
    old = path.with_name(f"{OLD}{path.name}")
    shutil.rmtree(old, ignore_errors=True)
    os.rename(path, old)
    os.rename(new, path)
    shutil.rmtree(old, ignore_errors=True)


def _rename_folder(temporary: Path, path: Path, replace: bool) -> None:
    if not replace or not path.exists():
        try:
            os.rename(temporary, path)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                raise WorkspaceError(f"{path} exists already. Choose another name.") from error
            raise
        return
    swap_folders(temporary, path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_tree(folder: Path) -> None:
    paths = [Path(parent) / name for parent, _, names in os.walk(folder) for name in (*names, ".")]
    if len(paths) > MANY:  # one by one, thousands of files would take minutes
        os.sync()
        return
    for path in paths:
        _sync(path)
