"""Copying a folder: databases, which may be written to meanwhile, by SQLite's own backup, the rest file by file."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from explorer.base.progress import Progress
from explorer.io.sqlite import copy_database

DATABASE, BESIDE = ".sqlite", (".sqlite-wal", ".sqlite-shm", ".sqlite-journal")


def files_below(folder: Path, leave_out: Callable[[str], bool] = lambda name: False) -> Iterator[Path]:
    """All files below `folder`, relative to it, without what `leave_out` says of the names directly in it."""
    for parent, folders, names in os.walk(folder):
        below = Path(parent).relative_to(folder)
        if below == Path():
            folders[:] = [name for name in folders if not leave_out(name)]
            names = [name for name in names if not leave_out(name)]
        yield from (below / name for name in names)


def size_on_disk(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    total = 0
    for path in files_below(folder):
        try:
            total += (folder / path).stat().st_size
        except OSError:  # it went meanwhile
            continue
    return total


def copy_files(source: Path, target: Path, paths: list[Path], progress: Progress) -> None:
    """Copy files, named relative to `source`, to the same places below `target`; times are kept."""
    progress.start("Copying files", len(paths))
    for done, path in enumerate(paths, 1):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == DATABASE:
            copy_database(source / path, target / path)
        elif not path.name.endswith(BESIDE):
            shutil.copy2(source / path, target / path)
        progress.advance(done)
    progress.finish()


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file that is never changed a second name; copy it where the file system knows no second names."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
