"""Small copies of all pictures, made once for each side, so that a training step neither decodes nor resizes them."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from recipes.pocket.pictures import Pictures
from recipes.pocket.views import cut

_MARGIN = 8  # a copy is an eighth larger than what is cut out of it
_BLOCK, _THREADS = 1024, 2

Copies = NDArray[np.uint8]


@dataclass(frozen=True)
class CopyStore:
    """Copies of pictures in files in `folder`, which holds those of these pictures alone."""

    folder: Path
    images: Pictures
    seed: int
    progress: Progress

    def of(self, side: int) -> Copies:
        """(p, s, s, 3) all pictures, s an eighth above `side`; made when they are not there yet.

        Each is squeezed into a square from somewhere between all of it, which the teacher saw, and its centred square,
        which the student is shown later.
        """
        path = self.folder / f"copies-{side}-{self.seed}.npy"
        if not path.is_file():
            self._write(path, copy_side(side))
        return _opened(path)

    def _write(self, path: Path, size: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        count = len(self.images)
        shares = np.random.default_rng([self.seed, 11]).random(count)
        temporary = path.with_name(path.name + ".tmp")
        copies = np.lib.format.open_memmap(temporary, "w+", np.uint8, (count, size, size, 3))

        def fill(start: int) -> None:
            for row in range(start, min(start + _BLOCK, count)):
                image = self.images[row]
                copies[row] = np.asarray(cut(image, framing(image.size, float(shares[row])), (size, size)))

        self.progress.start(f"small copies, {size} pixels", count)
        with ThreadPoolExecutor(_THREADS) as threads:
            for done, _ in enumerate(threads.map(fill, range(0, count, _BLOCK)), 1):
                self.progress.advance(min(done * _BLOCK, count))
        self.progress.finish()
        copies.flush()
        os.replace(temporary, path)


@lru_cache(maxsize=8)
def _opened(path: Path) -> Copies:
    found: Copies = np.load(path, mmap_mode="r", allow_pickle=False)
    return found


def copy_side(side: int) -> int:
    """Pixels of a copy out of which squares of `side` pixels are cut."""
    return side + side // _MARGIN


def framing(size: tuple[int, int], share: float) -> Floats:
    """(4,) a centred box as shares of width and height: from all of it (0) to the largest square (1)."""
    width, height = size
    square = min(size)
    w, h = ((edge - (edge - square) * share) / edge for edge in (width, height))
    return np.array([(1 - w) / 2, (1 - h) / 2, (1 + w) / 2, (1 + h) / 2], np.float32)
