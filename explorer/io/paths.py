"""Paths that a user names, kept below a folder."""

from pathlib import Path

from explorer.base.errors import InputError


def resolve_below(root: Path, user_path: str | Path) -> Path:
    """Return `user_path` (relative to `root`, or absolute) with links followed, if it lies in `root` or below.

    Raises InputError when it leaves `root`, also through `..` or a link. The file need not exist.
    """
    base = Path(root).resolve()
    try:
        target = (base / user_path).resolve()
    except (ValueError, OSError, RuntimeError) as error:  # a NUL byte, a name too long, a loop of links
        raise InputError(f"Expected a path below {base}, got {str(user_path)!r}.") from error
    if not target.is_relative_to(base):
        raise InputError(f"Expected a path below {base}, got {str(user_path)!r}, which leads outside.")
    return target
