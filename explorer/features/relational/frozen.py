"""What a frozen encoder sees in images: the features that a relational head learns from, kept in files."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Rows
from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.encoders.relational import frozen_features
from explorer.io.atomic import atomic_write

Halves = NDArray[np.float16]
_BLOCK = 64


@dataclass(frozen=True)
class Features:
    """Frozen features of n images: pooled (n, d) float16 and patches (n, p, c) float16."""

    pooled: Halves
    patches: Halves

    def of(self, rows: Rows) -> "Features":
        """The features of some rows."""
        return Features(self.pooled[rows], self.patches[rows])


def frozen_of(
    encoder: Encoder, readers: Sequence[Callable[[], Image.Image]], progress: Progress, what: str
) -> Features:
    """Features of the images that `readers` give, a batch a core at a time."""

    def batch(start: int) -> tuple[Halves, Halves]:
        prepared = np.stack([encoder.prepare(read()) for read in readers[start : start + _BLOCK]])
        pooled, patches = frozen_features(encoder, prepared)
        return pooled.astype(np.float16), patches.astype(np.float16)

    progress.start(what, len(readers))
    found: list[tuple[Halves, Halves]] = []
    with ThreadPoolExecutor(cpu_count()) as pool:
        for part in pool.map(batch, range(0, len(readers), _BLOCK)):
            found.append(part)
            progress.advance(min(len(found) * _BLOCK, len(readers)))
    progress.finish()
    return Features(np.concatenate([p for p, _ in found]), np.concatenate([q for _, q in found]))


def write_features(path: Path, features: Features) -> None:
    """Write features to `path`, an .npz file."""
    with atomic_write(path) as temporary:
        np.savez(temporary, pooled=features.pooled, patches=features.patches)


def read_features(path: Path) -> Features:
    """The features in an .npz file."""
    with np.load(path, allow_pickle=False) as stored:
        return Features(stored["pooled"], stored["patches"])


def kept_features(path: Path, make: Callable[[], Features]) -> Features:
    """The features in `path`, made and written first when the file is not there."""
    if path.is_file():
        return read_features(path)
    made = make()
    write_features(path, made)
    return made
