"""What goes into pocket's last block, of pictures and of views of them, worked out once and kept on disk.

A view is a part of the picture, at times mirrored: what the last block should not mind.
"""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Rows
from explorer.base.dataset import PATH
from explorer.base.progress import Progress
from explorer.base.torch_device import one_thread
from explorer.encoders.pocket import PocketEncoder, load_tower
from explorer.encoders.pocket_tower import SIDE, crop, pixels
from explorer.features.tune.retrieval.block import SHAPE, before_block
from explorer.io.images import read_image
from explorer.workspace.opened import Opened

MOST_PICTURES, VIEWS, BATCH = 8_000, 2, 32
LEAST_PART = 0.35
Halves = NDArray[np.float16]
Crops = NDArray[np.uint8]


def view_of(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A square part of 35 % or more of the largest centred square's area, anywhere; every second one mirrored."""
    most = min(image.size)
    side = max(1, round(most * float(np.sqrt(rng.uniform(LEAST_PART, 1)))))
    left, top = (int(rng.integers(0, length - side + 1)) for length in image.size)
    part = image.crop((left, top, left + side, top + side))
    return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else part


def block_inputs(
    opened: Opened, encoder: PocketEncoder, rows: Rows, *, learned: int, folder: Path, progress: Progress
) -> tuple[Halves, list[Halves]]:
    """((n, 256, 7, 7) of the pictures `rows`, (m, 256, 7, 7) of each view of the first `learned` of them), on disk.

    About 25 kB a picture or view. folder: where they are kept; what an earlier call left unfinished is gone on with.
    Raises Cancelled when `progress` says so, InputError for a picture that cannot be read.
    """
    work = _Work(opened, encoder, rows, folder)
    kinds = [(f"{name}.npy", view, len(rows) if view is None else learned) for name, view in _names()]
    progress.start("Pictures up to the last block", sum(count for *_, count in kinds))
    before = 0
    for name, view, count in kinds:
        work.fill(name, view, count, progress=progress, before=before)
        before += count
    progress.finish()
    plain, *views = (np.load(folder / name, mmap_mode="r", allow_pickle=False) for name, *_ in kinds)
    return plain, views


def _names() -> list[tuple[str, int | None]]:
    return [("plain", None), *((f"view{number}", number) for number in range(VIEWS))]


class _Work:
    def __init__(self, opened: Opened, encoder: PocketEncoder, rows: Rows, folder: Path) -> None:
        self.opened, self.encoder, self.rows, self.folder = opened, encoder, rows, folder
        self.paths: Sequence[str] = opened.dataset.table.column(PATH).take(rows).to_pylist()
        self.tower = load_tower(encoder.files)
        folder.mkdir(parents=True, exist_ok=True)

    def fill(self, name: str, view: int | None, count: int, *, progress: Progress, before: int) -> None:
        """Write one file, batch after batch; it has its name once it is whole."""
        if (self.folder / name).is_file():
            return
        part, noted = self.folder / f"{name}.part", self.folder / f"{name}.done"
        done = json.loads(noted.read_text()) if part.is_file() and noted.is_file() else 0
        array = np.lib.format.open_memmap(
            part, mode="r+" if done else "w+", dtype=np.float16, shape=None if done else (count, *SHAPE)
        )
        batches = [range(start, min(start + BATCH, count)) for start in range(done, count, BATCH)]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            try:
                for batch, found in zip(batches, pool.map(lambda some: self._batch(some, view), batches), strict=True):
                    array[batch.start : batch.stop] = found
                    array.flush()
                    noted.write_text(str(batch.stop))
                    progress.advance(before + batch.stop)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        del array
        part.rename(self.folder / name)
        noted.unlink(missing_ok=True)

    def _batch(self, numbers: range, view: int | None) -> Halves:
        import torch

        crops = np.stack([self._crop(number, view) for number in numbers])
        with torch.inference_mode(), one_thread():
            return before_block(self.tower, pixels(crops)).numpy().astype(np.float16)

    def _crop(self, number: int, view: int | None) -> Crops:
        path = self.paths[number]
        image = read_image(self.opened.workspace.image_path(path), SIDE, name=path)
        seen = image if view is None else view_of(image, np.random.default_rng([int(self.rows[number]), view]))
        return crop(seen)
