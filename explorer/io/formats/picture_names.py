"""Names for the pictures of items in a folder or an archive."""

from pathlib import PurePosixPath

from explorer.io.formats.contract import Outgoing


def picture_names(items: Outgoing) -> list[str]:
    """(n,) a name for each picture, relative, each once whatever the case of its letters; "" where there is none.

    The path as the data set names it where that can be: two items of one picture get two files.
    """
    taken: set[str] = set()
    return [_free(path, taken) if file is not None else "" for path, file in zip(items.paths, items.files, strict=True)]


def _free(path: str, taken: set[str]) -> str:
    parts = [
        part for part in PurePosixPath(path.replace("\\", "/")).parts if part not in ("/", "..") and ":" not in part
    ]
    plain = PurePosixPath(*parts) if parts else PurePosixPath("picture")
    name, number = plain, 1
    while str(name).casefold() in taken:
        number += 1
        name = plain.with_name(f"{plain.stem}_{number}{plain.suffix}")
    taken.add(str(name).casefold())
    return str(name)
