"""Views of a workspace's pictures as vectors, one file a view in its cache; another set when items or model change.

The first half of the views are weak augmentations, the other half strong ones.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import PATH
from explorer.base.errors import InputError, ModelError
from explorer.base.half import widen
from explorer.base.progress import Progress, Silent, stop_on_terminate
from explorer.encoders import Encoder
from explorer.features.label.views.pictures import strong, weak
from explorer.io.atomic import atomic_write
from explorer.io.images import read_image
from explorer.workspace.answers import models_stamp
from explorer.workspace.contents import IMAGE, what_is_read
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

FORMAT, VIEWS, UNIT = 2, 4, 32
MOST_BYTES = 512 * 2**20


def lacks_views(opened: Opened, encoder: Encoder) -> str:
    """Why there can be no views of the items' pictures under an encoder, "" when there can."""
    if not encoder.abilities.images:
        return f"{encoder.spec} reads no pictures: SimMatch changes the vectors instead (noise and dropout)."
    if not opened.dataset.has_images:
        return "The items have no pictures: SimMatch changes the vectors instead (noise and dropout)."
    if not views_within(len(opened.dataset), encoder.dim):
        return (
            f"Two views of {len(opened.dataset):,} items would take more than {MOST_BYTES >> 20} MB: SimMatch changes "
            "the vectors instead (noise and dropout)."
        )
    return ""


def views_within(items: int, dim: int, most_bytes: int = MOST_BYTES) -> int:
    """How many views are made: 4, or the next smaller even number that fits into `most_bytes`; 0 when 2 do not."""
    fitting = most_bytes // max(1, items * dim * 2)
    return int(min(VIEWS, fitting // 2 * 2))


def kept_views(opened: Opened, spec: str) -> Floats | None:
    """(v, n, d) float32 unit rows of v views of each item; None when they are not made for the items as they are.

    An item without a picture that can be read has its own vector in each.
    """
    vectors = opened.embeddings(spec).vectors
    count = views_within(*vectors.shape)
    found = [_read(_path(opened, spec, number), vectors.shape) for number in range(count)]
    whole = [view for view in found if view is not None]
    return widen(np.stack(whole)) if count and len(whole) == count else None


def make_views(opened: Opened, spec: str, *, progress: Progress | None = None, encoder: Encoder | None = None) -> str:
    """Make the views that are missing and keep them; returns a sentence on them.

    A stop loses one view at most. ModelError when there can be none (see `lacks_views`), InputError when no
    picture can be read.
    """
    encoder, progress = encoder or opened.encoder(spec), progress or Silent()
    lacking = lacks_views(opened, encoder)
    if lacking:
        raise ModelError(lacking)
    vectors = opened.embeddings(spec).vectors
    paths = [_path(opened, spec, number) for number in range(views_within(*vectors.shape))]
    with stop_on_terminate():
        for number, path in enumerate(paths):
            if _read(path, vectors.shape) is None:
                progress.start(f"View {number + 1} of {len(paths)}", len(vectors))
                view = _View(opened, encoder, vectors, number, is_strong=number >= len(paths) // 2)
                _write(path, view.made(progress))
    for old in set(paths[0].parent.glob("*.npy")) - set(paths):
        old.unlink(missing_ok=True)
    progress.finish()
    return f"{len(paths)} views of {len(vectors):,} items, half of them weak and half strong."


class _View:
    """One view of all items in the making."""

    def __init__(
        self, opened: Opened, encoder: Encoder, vectors: NDArray[Any], number: int, *, is_strong: bool
    ) -> None:
        self.opened, self.encoder, self.number = opened, encoder, number
        self.change = strong if is_strong else weak
        self.rows: Rows = np.flatnonzero(what_is_read(opened.dataset, ["images"]) == IMAGE).astype(np.int64)
        self.vectors = np.array(vectors, dtype=np.float16)

    def made(self, progress: Progress) -> NDArray[np.float16]:
        """(n, d) the view; the same for the same pictures."""
        units = [self.rows[start : start + UNIT] for start in range(0, len(self.rows), UNIT)]
        done = read = 0
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            waiting = [pool.submit(self._encode, unit) for unit in units]
            try:
                for unit, future in zip(units, waiting, strict=True):
                    read += future.result()
                    done += len(unit)
                    progress.advance(done)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        if not read:
            raise InputError(f"None of the pictures of the {len(self.rows):,} items can be read.")
        return self.vectors

    def _encode(self, rows: Rows) -> int:
        prepared = {int(row): one for row in rows if (one := self._prepared(int(row))) is not None}
        if prepared:
            self.vectors[list(prepared)] = self.encoder.encode_prepared(np.stack(list(prepared.values())))
        return len(prepared)

    def _prepared(self, row: int) -> NDArray[Any] | None:
        path = str(self.opened.dataset.table.column(PATH)[row].as_py())
        try:
            image = read_image(self.opened.workspace.image_path(path), self.encoder.image_side, name=path)
        except InputError:
            return None  # Prepare lists what cannot be read
        return self.encoder.prepare(self.change(image, default_rng([self.number, row])))


def _path(opened: Opened, spec: str, number: int) -> Path:
    """Another file when items, pictures or model change; a new column of the data changes nothing."""
    data = opened.dataset
    stamp = "|".join([models_stamp(opened.workspace, spec), data.ids_hash, data.content_hash])
    made = blake2b(stamp.encode(), digest_size=8).hexdigest()
    return opened.workspace.folder("cache") / "label" / "views" / slug(spec) / f"{FORMAT}-{number}-{made}.npy"


def _write(path: Path, view: NDArray[np.float16]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as temporary, temporary.open("wb") as file:
        np.save(file, view, allow_pickle=False)


def _read(path: Path, shape: tuple[int, ...]) -> NDArray[np.float16] | None:
    """The view at a path; None when there is none, or it is damaged: it is then made again."""
    try:
        found: NDArray[np.float16] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError):
        return None
    return found if found.shape == shape and found.dtype == np.float16 else None
