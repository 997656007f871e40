"""Stamps: short strings that change whenever a file does, so that what was made from it is known to be out of date."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

MISSING = "none"


def file_stamp(path: Path) -> str:
    """Time, size and number of a file, "none" when it is missing."""
    try:
        stat = path.stat()
    except OSError:
        return MISSING
    return f"{stat.st_mtime_ns}-{stat.st_size}-{stat.st_ino}"


def joint_stamp(paths: Iterable[Path], more: str = "") -> str:
    """One short stamp of several files, which changes when any of them does, comes or goes; `more` counts as well."""
    text = "|".join([more, *(f"{path}:{file_stamp(path)}" for path in paths)])
    return blake2b(text.encode(), digest_size=8).hexdigest()
