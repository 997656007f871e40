"""What SimMatch trains on, batch by batch: views of labelled items and of others."""

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Floats, Rows
from explorer.features.label.method import FewLabels
from explorer.features.label.simmatch.settings import Settings
from explorer.features.label.views import noise

if TYPE_CHECKING:
    import torch

    Tensor = torch.Tensor


@dataclass(frozen=True)
class Batch:
    """Vectors as tensors. places: (b,) of the labelled items in memory; known, weak, strong: (b or 5b, d)."""

    step: int
    places: "Tensor"
    known: "Tensor"
    weak: "Tensor"
    strong: "Tensor"


class Sampler:
    """Draws batches: labelled items as often as each other, unlabelled ones in random order, each once an epoch."""

    def __init__(self, few: FewLabels, rng: Generator, settings: Settings) -> None:
        self.few, self.rng, self.settings = few, rng, settings
        self.middle = few.vectors.mean(axis=0)
        self.unlabelled = np.setdiff1d(np.arange(len(few.vectors)), few.rows)
        self.size = min(settings.batch * settings.more, len(self.unlabelled))
        self.steps_an_epoch = ceil(len(self.unlabelled) / self.size)
        self._order: Rows = np.empty(0, dtype=np.int64)

    def tensor(self, vectors: Floats) -> "Tensor":
        """The vectors from their middle, `scale` times as long."""
        import torch

        return torch.from_numpy((vectors - self.middle) * np.float32(self.settings.scale))

    def batch(self, step: int) -> Batch:
        """The batch of a step."""
        import torch

        known = self.rng.integers(len(self.few.rows), size=self.settings.batch)
        rows = self._next()
        return Batch(
            step,
            torch.from_numpy(known),
            self.tensor(self._view(self.few.rows[known], strong=False)),
            self.tensor(self._view(rows, strong=False)),
            self.tensor(self._view(rows, strong=True)),
        )

    def _next(self) -> Rows:
        if len(self._order) < self.size:
            self._order = np.concatenate([self._order, self.rng.permutation(self.unlabelled)])
        rows, self._order = self._order[: self.size], self._order[self.size :]
        return rows

    def _view(self, rows: Rows, *, strong: bool) -> Floats:
        """(b, d) a view of each row: its vector, moved towards a changed picture where there is one, with noise.

        The few changed pictures alone would be learned by heart, and the item itself would never be seen.
        """
        vectors, views = self.few.vectors[rows], self.few.views
        if views is not None:
            half = len(views) // 2
            number = self.rng.integers(half, size=len(rows)) + half * strong
            way = self.rng.random((len(rows), 1), dtype=np.float32)
            vectors = vectors + way * (views[number, rows] - vectors)
        return noise.strong(vectors, self.rng) if strong else noise.weak(vectors, self.rng)
