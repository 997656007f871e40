"""The images that the rows of a table name or hold."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.progress import Progress
from explorer.io.hashing import hash_file
from explorer.io.paths import is_file_below
from explorer.io.pictures import is_picture_type, picture_ending, write_pictures
from explorer.io.table_file import TableFile
from explorer.io.table_paths import relative_paths

LOOKED_AT, HEAD = 10_000, 16


@dataclass(frozen=True)
class TableImages:
    """paths: (n,) relative to the root, or to the staging folder when `staged`, "" where a row has no image.

    reasons: (n,) why a row's image cannot be used, "" when it can.
    """

    paths: pa.ChunkedArray
    reasons: list[str]
    staged: bool = False

    def any_there(self, folder: Path) -> bool:
        """True when one of the first 10,000 usable paths is a file below `folder`."""
        usable = (
            path for path, reason in zip(self.paths.to_pylist(), self.reasons, strict=True) if path and not reason
        )
        return any(is_file_below(folder, folder / path) for path, _ in zip(usable, range(LOOKED_AT), strict=False))

    def first_reason(self, root: Path) -> str:
        """Why the first image that cannot be used cannot."""
        named = (path for path in self.paths.to_pylist() if path)
        return next(filter(None, self.reasons), "") or f"there is no {next(named, 'image')!r} in {root}"


def images_of(file: TableFile, name: str, staging: Path, *, base: Path, root: Path, progress: Progress) -> TableImages:
    """The images of the column `name`: paths, or pictures, which are written below `staging`.

    base: the folder that relative paths start at; root: the folder that no path may leave.
    """
    column = file.table.column(name)
    if not is_picture_type(column.type):
        return TableImages(*relative_paths(file.strings(name), base, root))
    written, named, reasons = write_pictures(column, staging, progress)
    named = pa.chunked_array([named])
    if not pc.any(pc.not_equal(named, "")).as_py():
        return TableImages(pa.chunked_array([written]), reasons, staged=True)
    beside, outside = relative_paths(named, base, root)
    if not pc.any(pc.not_equal(written, "")).as_py():
        return TableImages(beside, [one or other for one, other in zip(reasons, outside, strict=True)])
    paths = written.to_pylist()
    for row in np.flatnonzero(pc.not_equal(named, "").to_numpy()):
        source = beside[int(row)].as_py()
        paths[row], reasons[row] = (source, outside[row]) if outside[row] else _fetched(source, root, staging, int(row))
    return TableImages(pa.chunked_array([pa.array(paths, pa.string())]), reasons, staged=True)


def _fetched(path: str, root: Path, staging: Path, row: int) -> tuple[str, str]:
    """Copy an image that lies beside the table to the others; return (its path there, "") or (the path, a reason)."""
    try:
        source = Path(os.path.realpath(root / path))
        if not source.is_relative_to(os.path.realpath(root)):
            return path, f"row {row + 1}: expected an image below {root}, but {path!r} is a link that leads outside"
        with source.open("rb") as file:
            ending = picture_ending(file.read(HEAD))
        if not ending:
            return path, f"row {row + 1}: expected a picture in {path!r}, got something else"
        digest = hash_file(source)
        target = staging / digest[:2] / f"{digest}{ending}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    except (OSError, ValueError) as error:
        return path, f"row {row + 1}: {path!r} beside the table cannot be read ({getattr(error, 'strerror', error)})"
    return f"{digest[:2]}/{digest}{ending}", ""
