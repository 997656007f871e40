"""Small grey and coloured pictures of all items, from which copies are told; kept in copies/pictures/.

grey.npy (n, 64, 64), colour.npy (n, 16, 16, 2), aspect.npy (n,), keys.npy (n, 16) content hashes. A picture whose
content is unchanged is not read again.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.dataset import PATH
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.progress import Progress
from explorer.io.images import read_image
from explorer.io.picture_hash import COLOUR_SIDE, SIDE, SmallPictures, small_picture
from explorer.workspace.contents import picture_keys
from explorer.workspace.derived import Arrays, keep_arrays, kept_arrays
from explorer.workspace.folder import Workspace

NAME, BATCH, READ_SIDE = "pictures", 256, 128
_FORMAT = 1


def picture_hashes(workspace: Workspace, progress: Progress) -> SmallPictures:
    """The small pictures of all items, made where they are missing; no picture where a file cannot be read."""
    keys = picture_keys(workspace.dataset())
    stamp = f"{_FORMAT} {blake2b(keys.tobytes(), digest_size=16).hexdigest()}"
    folder = workspace.folder("copies", NAME)
    arrays = kept_arrays(folder, stamp)
    if arrays is None:
        arrays = _made(workspace, keys, progress)
        with suppress(WorkspaceError):  # on a full disk they are used and not kept
            keep_arrays(folder, stamp, arrays)
    return SmallPictures(arrays["grey"], arrays["colour"], np.array(arrays["aspect"]))


def _made(workspace: Workspace, keys: NDArray[np.uint8], progress: Progress) -> Arrays:
    count = len(keys)
    grey = np.zeros((count, SIDE, SIDE), dtype=np.uint8)
    colour = np.full((count, COLOUR_SIDE, COLOUR_SIDE, 2), 128, dtype=np.uint8)
    aspect = np.full(count, np.nan, dtype=np.float32)
    arrays: Arrays = {"grey": grey, "colour": colour, "aspect": aspect}
    todo = _reused(workspace.folder("copies", NAME), keys, arrays)
    paths = workspace.dataset().table.column(PATH)
    progress.start("Reading pictures", len(todo))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(todo), BATCH):
            rows = todo[start : start + BATCH]
            found = pool.map(lambda path: _small(workspace, str(path)), paths.take(rows).to_pylist())
            for row, one in zip(rows, found, strict=True):
                if one is not None:
                    grey[row], colour[row], aspect[row] = one
            progress.advance(start + len(rows))
    progress.finish()
    return {**arrays, "keys": keys}


def _reused(folder: Path, keys: NDArray[np.uint8], arrays: Arrays) -> Rows:
    """Copy what an earlier state has of these keys; the rows with a picture that are left to read."""
    old = kept_arrays(folder) or {}
    places = {key.tobytes(): place for place, key in enumerate(old.get("keys", ()))}
    found = np.array([places.get(key.tobytes(), -1) for key in keys], dtype=np.int64)
    known = np.flatnonzero((found >= 0) & keys.any(axis=1))
    if len(known):
        for name, values in arrays.items():
            values[known] = old[name][found[known]]
    return np.flatnonzero(keys.any(axis=1) & ~np.isfinite(arrays["aspect"]))


def _small(workspace: Workspace, path: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8], float] | None:
    try:
        return small_picture(read_image(workspace.image_path(path), READ_SIDE, name=path))
    except InputError:
        return None
