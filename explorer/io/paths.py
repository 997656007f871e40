"""Paths that a user names, kept below a folder."""

from collections.abc import Iterable
from pathlib import Path

from explorer.base.errors import InputError


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
