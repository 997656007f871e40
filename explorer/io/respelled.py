"""Paths of files that are there under a slightly different name: other accents, case, slashes or ending."""

import os
from collections.abc import Iterable
from pathlib import Path

from explorer.io.images import is_image_name
from explorer.io.matching import key_of
from explorer.io.scan import without_ending


def respelled(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """For each of the missing `paths` below `root`: the one file there that fits; those without one are left out.

    Nothing outside `root` is found, whatever links there are.
    """
    base = Path(os.path.realpath(root))
    listings: dict[str, list[str]] = {}
    found = {}
    for path in paths:
        other = _find(base, path, listings)
        if other and other != path and Path(os.path.realpath(base / other)).is_relative_to(base):
            found[path] = other
    return found


def _find(base: Path, path: str, listings: dict[str, list[str]]) -> str:
    parts = path.replace("\\", "/").split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        return ""
    here = ""
    for place, part in enumerate(parts):
        names = _names(base, here, listings)
        fitting = [part] if part in names else _fitting(names, part, is_file=place == len(parts) - 1)
        if len(fitting) != 1:
            return ""
        here = f"{here}/{fitting[0]}" if here else fitting[0]
    return here


def _fitting(names: list[str], part: str, is_file: bool) -> list[str]:
    key = key_of(part)
    same = [name for name in names if key_of(name) == key]
    if same or not is_file:
        return same
    stems = {key, without_ending(key)} if is_image_name(part) else {key}
    return [name for name in names if is_image_name(name) and without_ending(key_of(name)) in stems]


def _names(base: Path, folder: str, listings: dict[str, list[str]]) -> list[str]:
    if folder not in listings:
        try:
            listings[folder] = os.listdir(base / folder)
        except (OSError, ValueError):
            listings[folder] = []
    return listings[folder]
