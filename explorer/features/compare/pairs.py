"""Tables of dissimilarities between all pairs of a sample of items: what RSA and kernels are computed from."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.base.errors import InputError
from explorer.features.compare.draws import half_of

MOST = 500
"""Items whose pairs are looked at, unless a measure takes fewer."""
SAME = 64 * float(np.finfo(np.float64).eps)
"""Cosines closer than this are equal: unit vectors' products carry a few roundings each."""


@dataclass(frozen=True)
class PairTable:
    """Dissimilarities between all pairs of m items, made when first asked for. vectors: (m, d)."""

    vectors: Doubles
    order: Rows | None = None
    cache: dict[str, Doubles] = field(default_factory=dict, compare=False)

    def of(self, kind: str) -> Doubles:
        """(m, m) "correlation" (1 - r across dimensions), "cosine" (1 - cosine) or "squared" Euclidean distances."""
        if kind not in self.cache:
            self.cache[kind] = _TABLES[kind](self.vectors)
        table = self.cache[kind]
        return table if self.order is None else table[np.ix_(self.order, self.order)]

    def ranks(self, kind: str) -> Doubles:
        """(m, m) ranks of the pairs of `of`; what is equal up to rounding (see `levels`) has one mean rank."""
        name = f"ranks of {kind}"
        if name not in self.cache:
            from scipy.stats import rankdata

            plain = PairTable(self.vectors, None, self.cache).of(kind)
            table = np.zeros_like(plain)
            table[np.triu_indices(len(plain), 1)] = rankdata(levels(upper(plain)))
            self.cache[name] = table + table.T
        table = self.cache[name]
        return table if self.order is None else table[np.ix_(self.order, self.order)]


@dataclass(frozen=True)
class Pairs:
    """The tables of both sides."""

    x: PairTable
    y: PairTable

    @staticmethod
    def of(x: Vectors, y: Vectors, rng: Generator) -> "Pairs":
        """Prepare; nothing is drawn."""
        return Pairs(*(PairTable(np.asarray(side, dtype=np.float64)) for side in (x, y)))

    def half(self, rng: Generator) -> "Pairs":
        """Tables of half of the items."""
        rows = half_of(len(self.x.vectors), rng)
        return Pairs(PairTable(self.x.vectors[rows]), PairTable(self.y.vectors[rows]))

    def shuffled(self, rng: Generator) -> "Pairs":
        """Rows and columns of the second table in a new order; ranks stay."""
        return Pairs(self.x, PairTable(self.y.vectors, rng.permutation(len(self.y.vectors)), self.y.cache))


def upper(table: Doubles) -> Doubles:
    """(m (m - 1) / 2,) the entries above the diagonal."""
    return np.asarray(table[np.triu_indices(len(table), 1)])


def levels(values: Doubles) -> Rows:
    """(m,) the number of each value among (m,) cosines, or 1 less cosines; what is equal up to rounding has one number.

    Sums of the same products in another order differ in their last digits: ranked without this, equal pairs would be
    told apart by chance, and by the order of the items.
    """
    order = np.argsort(values, kind="stable")
    found = np.empty(len(values), dtype=np.int64)
    found[order] = np.cumsum(np.diff(values[order], prepend=values[order[:1]]) > SAME)
    return found


def unit_doubles(vectors: Vectors) -> Doubles:
    """(n, d) rows of length 1, in double precision; InputError where a row has no direction."""
    rows = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1)
    flat = np.flatnonzero(lengths <= 1e-12 * lengths.max())
    if len(flat):
        raise InputError(
            f"{len(flat)} items have a vector without direction (all numbers equal, first row {flat[0]}): a cosine or "
            "correlation between pairs is not defined for them. Leave them out, or choose CKA."
        )
    return np.asarray(rows / lengths[:, None])


def _squared_distances(vectors: Doubles) -> Doubles:
    """(m, m) squared Euclidean distances."""
    lengths = np.einsum("ij,ij->i", vectors, vectors)
    table = lengths[:, None] + lengths[None, :] - 2 * vectors @ vectors.T
    np.fill_diagonal(table, 0.0)
    return np.asarray(np.maximum(table, 0.0))


def _cosines(vectors: Doubles) -> Doubles:
    unit = unit_doubles(vectors)
    return np.asarray(1 - np.clip(unit @ unit.T, -1, 1))


_TABLES: dict[str, Callable[[Doubles], Doubles]] = {
    "correlation": lambda vectors: _cosines(vectors - vectors.mean(axis=1, keepdims=True)),
    "cosine": _cosines,
    "squared": _squared_distances,
}
