"""Batches of a lesson: which rows, and what of them is alike."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Rows
from explorer.features.tune.lesson import Lesson
from explorer.features.tune.losses.loss import Batch, Loss
from explorer.heads.batches import balanced_batch

if TYPE_CHECKING:
    import torch

PER_GROUP = {"groups": 4, "pairs": 2, "triples": 4}
MOST_TRIPLES = 4096


@dataclass(frozen=True)
class Drawn:
    """rows: (b,) rows of the lesson. codes: (b,), pairs: (p, 2), triples: (t, 3) as a `Batch` has them."""

    rows: Rows
    codes: Rows
    pairs: Rows
    triples: Rows

    def batch(self, rows: "torch.Tensor", centres: "torch.Tensor | None" = None) -> Batch:
        """The batch with the (b, d) `rows` as the model in training sees them."""
        import torch

        parts = {name: torch.from_numpy(getattr(self, name)) for name in ("codes", "pairs", "triples")}
        return Batch(rows=rows, centres=centres, **parts)


@dataclass(frozen=True)
class Sampler:
    """Draws batches of about `size` rows for a loss, of the part `train` of a lesson (rows of groups, else tuples)."""

    lesson: Lesson
    train: Rows
    loss: Loss
    size: int

    @cached_property
    def rows(self) -> Rows:
        """The rows in groups that are learned from."""
        return self.train if self.lesson.kind == "groups" else np.unique(self.lesson.tuples[self.train])

    @cached_property
    def codes(self) -> Rows:
        """(r,) groups of the rows in groups, numbered without gaps."""
        return np.unique(self.lesson.codes[self.rows], return_inverse=True)[1].astype(np.int64)

    def draw(self, rng: np.random.Generator) -> Drawn:
        """A batch."""
        need = self.loss.needs[0]
        if self.lesson.kind == "groups" or need == "groups":
            return self._of_groups(need, rng)
        return self._of_tuples(rng)

    def _of_groups(self, need: str, rng: np.random.Generator) -> Drawn:
        each = PER_GROUP[need]
        chosen = balanced_batch(self.codes, max(2, self.size // each), each, rng)
        codes = self.codes[chosen]
        return Drawn(self.rows[chosen], codes, _pairs(codes), _triples(codes, rng))

    def _of_tuples(self, rng: np.random.Generator) -> Drawn:
        width = self.lesson.tuples.shape[1]
        count = max(2, self.size // width)
        drawn = self.lesson.tuples[self.train[rng.permutation(len(self.train))[:count]]]
        k, codes = len(drawn), self.lesson.codes[drawn[:, 0]]
        places = np.arange(k)
        pairs = np.c_[places, k + places]
        if width == 3:
            unlike = -1 - np.arange(k)
            return Drawn(drawn.T.ravel(), np.r_[codes, codes, unlike], pairs, np.c_[pairs, 2 * k + places])
        anchor, other = np.nonzero(codes[:, None] != codes[None])
        return Drawn(drawn.T.ravel(), np.r_[codes, codes], pairs, _some(np.c_[anchor, k + anchor, k + other], rng))


def _pairs(codes: Rows) -> Rows:
    """(p, 2) places of the first two of each group."""
    order = np.argsort(codes, kind="stable")
    _, starts, counts = np.unique(codes[order], return_index=True, return_counts=True)
    starts = starts[counts > 1]
    return np.stack([order[starts], order[starts + 1]], axis=1)


def _triples(codes: Rows, rng: np.random.Generator) -> Rows:
    """(t, 3) places: each pair of a group, with one of another group drawn at random."""
    same = codes[:, None] == codes[None]
    np.fill_diagonal(same, val=False)
    anchor, alike = np.nonzero(same)
    other = rng.integers(0, len(codes), (8, len(anchor)))
    fits = codes[other] != codes[anchor]
    found = other[fits.argmax(0), np.arange(len(anchor))]
    return _some(np.c_[anchor, alike, found][fits.any(0)], rng)


def _some(triples: Rows, rng: np.random.Generator) -> Rows:
    return triples if len(triples) <= MOST_TRIPLES else triples[rng.permutation(len(triples))[:MOST_TRIPLES]]
