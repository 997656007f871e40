"""Rows with the very same vector. A graph holds each vector once, since copies link to little but each other."""

from typing import Any

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from explorer.base.arrays import Rows

BLOCK = 4096


def vector_keys(vectors: NDArray[Any], rows: Rows | None = None) -> NDArray[np.uint64]:
    """(n,) or (m,) hashes of the bytes of the (n, d) `vectors`, or of chosen rows: equal for equal vectors."""
    width = np.ascontiguousarray(vectors[:0]).view(np.uint16).shape[1]
    factors = default_rng(0).integers(0, 2**63, width, dtype=np.uint64) * 2 + 1
    chosen = np.arange(len(vectors)) if rows is None else rows
    keys = np.empty(len(chosen), dtype=np.uint64)
    for start in range(0, len(chosen), BLOCK):
        part = np.ascontiguousarray(vectors[chosen[start : start + BLOCK]]).view(np.uint16)
        keys[start : start + BLOCK] = part.astype(np.uint64) @ factors
    return keys


def first_equal(vectors: NDArray[Any], rows: Rows) -> Rows:
    """(m,) for each of the (m,) `rows`, the position in `rows` of the first one with the same vector."""
    _, first, group = np.unique(vector_keys(vectors, rows), return_index=True, return_inverse=True)
    leader = first[group]
    later = np.flatnonzero(leader != np.arange(len(rows)))
    for start in range(0, len(later), BLOCK):
        part = later[start : start + BLOCK]
        other = (vectors[rows[part]] != vectors[rows[leader[part]]]).any(axis=1)
        leader[part[other]] = part[other]
    return np.asarray(leader)


class Nodes:
    """Which row belongs to which node of a graph; the rows of one node have the same vector.

    of_row: (n,) label of each row's node, -1 where a row is not in the graph.
    """

    def __init__(self, of_row: Rows):
        self.of_row = np.asarray(of_row, dtype=np.int64)
        self.of_row.flags.writeable = False
        rows = np.flatnonzero(self.of_row >= 0)
        self._rows = rows[np.argsort(self.of_row[rows], kind="stable")]
        self.labels = int(self.of_row.max(initial=-1)) + 1
        self._starts = np.searchsorted(self.of_row[self._rows], np.arange(self.labels + 1))

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def sizes(self) -> Rows:
        """(labels,) how many rows each node has; 0 for a node that is gone."""
        return np.diff(self._starts)

    def first(self) -> Rows:
        """Rows, ascending by label: one of each node that has any."""
        return self._rows[self._starts[:-1][self.sizes > 0]]

    def first_of(self, labels: Rows) -> Rows:
        """One row of each node, of the shape of `labels`; -1 where a label is -1, or its node has no rows."""
        place = np.minimum(self._starts[labels], max(0, len(self._rows) - 1))
        there = (labels >= 0) & (self.sizes[labels] > 0) if self.labels else np.zeros(labels.shape, dtype=bool)
        return np.where(there, self._rows[place], -1) if len(self._rows) else np.full(labels.shape, -1)

    def rows_of(self, labels: Rows) -> tuple[Rows, Rows]:
        """(c,) places in the (m,) `labels` and (c,) rows: all rows of these nodes, ascending within one."""
        counts = self.sizes[labels]
        which = np.repeat(np.arange(len(labels)), counts)
        offset = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return which, self._rows[self._starts[labels][which] + offset]
