"""Paths that a user names, kept below a folder."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from explorer.base.errors import InputError
from explorer.base.settings import data_root

LED_OUTSIDE = "a link that leads out of the folder"


def resolve_below(root: Path, user_path: str | Path, linked: Iterable[Path] = ()) -> Path:
    """Return `user_path` (relative to `root`, or absolute) with links followed, if it lies in `root` or below.

    linked: real folders that count as below the root, since links in it lead to them.

    Raises InputError when it leaves `root`, also through `..` or a link. The file need not exist.
    """
    base = Path(root).resolve()
    try:
        target = (base / user_path).resolve()
    except (ValueError, OSError, RuntimeError) as error:  # a NUL byte, a name too long, a loop of links
        raise InputError(f"Expected a path below {base}, got {str(user_path)!r}.") from error
    if not any(target.is_relative_to(folder) for folder in (base, *linked)):
        raise InputError(f"Expected a path below {base}, got {str(user_path)!r}, which leads outside.")
    return target


def files_below(root: Path, user_paths: Iterable[str], linked: Iterable[Path] = ()) -> list[bool]:
    """Whether each of `user_paths` is a file in `root` or below, as `resolve_below` sees it; a folder is resolved once.

    False for one that leaves `root`.
    """
    base = os.path.realpath(root)
    inside = tuple(os.path.join(str(folder), "") for folder in (base, *linked))
    folders: dict[str, str] = {}
    return [_is_file_in(base, path, inside, folders) for path in user_paths]


def _is_file_in(base: str, path: str, inside: tuple[str, ...], folders: dict[str, str]) -> bool:
    """Whether `path` is a file below one of `inside`. folders: where those lie that were resolved so far."""
    folder, name = os.path.split(os.path.join(base, path))
    try:
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        target = os.path.join(folders[folder], name)
        found = os.lstat(target)
        if name in ("", os.curdir, os.pardir) or stat.S_ISLNK(found.st_mode):
            target = os.path.realpath(target)
            found = os.stat(target)
    except (ValueError, OSError):
        return False
    return stat.S_ISREG(found.st_mode) and target.startswith(inside)


def is_file_below(root: Path, path: Path) -> bool:
    """Whether `path` is a file that really lies below `root`; of what lies elsewhere nothing is asked."""
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)) and path.is_file()
    except (OSError, ValueError):
        return False


def may_be_read(path: Path) -> bool:
    """Whether a file that lies beside others may be read: not through a link that leads out, once browsers may import.

    That is once there is a data root: a link then has to end below it, or in the folder that it stands in. Elsewhere,
    as on the command line, people may link what they like.
    """
    root = data_root()
    real = Path(os.path.realpath(path))
    return root is None or any(real.is_relative_to(base) for base in (root, os.path.realpath(path.parent)))
