"""Items of several vectors each, and how similar a set of vectors is to them: Chamfer similarity, exactly.

Chamfer(Q, P) = sum over q in Q of max over p in P of <q, p> (ColBERT, Khattab & Zaharia 2020; MUVERA, Dhulipala et
al. 2024, section 1). It is not symmetric: each vector of the question looks for its best partner in the item.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_vectors
from explorer.base.errors import InputError
from explorer.base.half import widen

BLOCK = 4_000_000
"""Numbers of products that are held at a time where many questions are asked."""


@dataclass(frozen=True)
class VectorSets:
    """n items of up to m vectors each. vectors: (n, m, d) unit rows, may be memory-mapped; counts: (n,) the real ones.

    Places beyond an item's count repeat its first vector, which changes no maximum. An item without vectors has count
    0 and zeros.
    """

    vectors: NDArray[Any]
    counts: Rows

    def __post_init__(self) -> None:
        shape = self.vectors.shape
        if len(shape) != 3 or self.counts.shape != shape[:1]:
            raise InputError(
                f"vectors: expected an array of shape (items, vectors an item, dimensions) and a count for each item, "
                f"got {shape} and {self.counts.shape}."
            )

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def most(self) -> int:
        """m, the most vectors an item has."""
        return int(self.vectors.shape[1])

    @property
    def dim(self) -> int:
        """d, the length of a vector."""
        return int(self.vectors.shape[2])

    @property
    def real(self) -> Mask:
        """(n, m) True for vectors, False for places that are filled up."""
        return np.asarray(np.arange(self.most) < self.counts[:, None])

    def take(self, rows: Rows) -> "VectorSets":
        """The items `rows`, in float32 in memory."""
        return VectorSets(widen(self.vectors[rows]), self.counts[rows])

    def of(self, row: int) -> Floats:
        """(c, d) float32 vectors of an item; InputError when it has none."""
        if not self.counts[row]:
            raise InputError(f"The item in row {row} has no vectors: its file could not be read, or its text is empty.")
        return widen(self.vectors[row, : self.counts[row]])


def filled_up(parts: list[NDArray[Any]], most: int, dim: int) -> VectorSets:
    """Sets of (c_i, d) vectors with at most `most` each (later ones are left out), in the places of the others."""
    vectors = np.zeros((len(parts), most, dim), dtype=np.float32)
    counts = np.zeros(len(parts), dtype=np.int64)
    for row, part in enumerate(parts):
        counts[row] = min(len(part), most)
        if len(part):
            vectors[row] = part[0]
            vectors[row, : counts[row]] = part[:most]
    return VectorSets(vectors, counts)


def chamfer(query: NDArray[Any], sets: VectorSets) -> Floats:
    """(n,) similarity of a (q, d) set of vectors to each item, by one matrix product; -inf for items without any."""
    asked = check_vectors(query, "query", sets.dim)
    if not len(asked):
        raise InputError("query: expected at least one vector, got none.")
    flat = widen(sets.vectors).reshape(-1, sets.dim)
    best = (flat @ asked.T).reshape(len(sets), sets.most, len(asked)).max(axis=1)
    found: Floats = best.sum(axis=1)
    found[sets.counts == 0] = -np.inf
    return found


def chamfer_blocks(query: NDArray[Any], sets: VectorSets) -> Floats:
    """The same as `chamfer` for memory-mapped half precision vectors: a block of items is widened at a time."""
    step = max(1, BLOCK // max(1, sets.most * sets.dim))
    blocks = (slice(start, start + step) for start in range(0, len(sets), step))
    parts = [chamfer(query, VectorSets(sets.vectors[block], sets.counts[block])) for block in blocks]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.float32)


def best_places(query: NDArray[Any], item: NDArray[Any]) -> tuple[Rows, Floats]:
    """For each vector of a (q, d) question its best partner among the (c, d) of an item: (q,) places, (q,) products."""
    products = np.asarray(query, dtype=np.float32) @ np.asarray(item, dtype=np.float32).T
    places = products.argmax(axis=1).astype(np.int64)
    return places, np.asarray(products.max(axis=1), dtype=np.float32)


def best_first(scores: Floats, count: int) -> Rows:
    """Rows of the `count` highest of (n,) scores, best first, the lower row first among equals; -inf is left out."""
    count = min(count, int(np.isfinite(scores).sum()))
    if not count:
        return np.empty(0, dtype=np.int64)
    least = np.partition(scores, len(scores) - count)[len(scores) - count]
    rows = np.flatnonzero(scores >= least)
    return np.asarray(rows[np.argsort(-scores[rows], kind="stable")][:count], dtype=np.int64)
