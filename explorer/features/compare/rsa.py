"""Representational similarity analysis (Kriegeskorte et al. 2008): whether both sides rank pairs of items alike.

All pairs of a stated sample of items are the method itself; there is no form in feature space.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.features.compare.checks import check_pair
from explorer.features.compare.families import Resample, half_of

Doubles = NDArray[np.float64]


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
        """(m, m) ranks of the pairs of `of`, ties shared."""
        name = f"ranks of {kind}"
        if name not in self.cache:
            from scipy.stats import rankdata

            plain = PairTable(self.vectors, None, self.cache).of(kind)
            table = np.zeros_like(plain)
            table[np.triu_indices(len(plain), 1)] = rankdata(upper(plain))
            self.cache[name] = table + table.T
        table = self.cache[name]
        return table if self.order is None else table[np.ix_(self.order, self.order)]


@dataclass(frozen=True)
class Pairs:
    """The tables of both sides."""

    x: PairTable
    y: PairTable

    @staticmethod
    def of(x: NDArray[Any], y: NDArray[Any], rng: Resample) -> "Pairs":
        """Prepare; nothing is drawn."""
        return Pairs(*(PairTable(np.asarray(side, dtype=np.float64)) for side in (x, y)))

    def half(self, rng: Resample) -> "Pairs":
        """Tables of half of the items."""
        rows = half_of(len(self.x.vectors), rng)
        return Pairs(PairTable(self.x.vectors[rows]), PairTable(self.y.vectors[rows]))

    def shuffled(self, rng: Resample) -> "Pairs":
        """Rows and columns of the second table in a new order; ranks stay."""
        return Pairs(self.x, PairTable(self.y.vectors, rng.permutation(len(self.y.vectors)), self.y.cache))


def rsa(x: NDArray[Any], y: NDArray[Any], dissimilarity: str, comparison: str) -> float:
    """Compare the pair dissimilarities of x (n, d) and y (n, e).

    dissimilarity: "correlation" or "cosine"; comparison: "spearman", "kendall" or "cosine".
    """
    check_pair(x, y)
    return COMPARISONS[comparison](Pairs.of(x, y, np.random.default_rng(0)), dissimilarity)


def spearman(pairs: Pairs, kind: str) -> float:
    """Pearson correlation of the ranks of the pairs."""
    left, right = upper(pairs.x.ranks(kind)), upper(pairs.y.ranks(kind))
    left, right = left - left.mean(), right - right.mean()
    return float(left @ right / np.sqrt((left @ left) * (right @ right)))


def kendall(pairs: Pairs, kind: str) -> float:
    """Kendall's tau-b: share of concordant minus share of discordant pairs of pairs, ties allowed for."""
    from scipy.stats import kendalltau

    return float(kendalltau(upper(pairs.x.of(kind)), upper(pairs.y.of(kind))).statistic)


def cosine(pairs: Pairs, kind: str) -> float:
    """Cosine of the two lists of dissimilarities; near 1 even for unrelated ones, as all entries are positive."""
    left, right = upper(pairs.x.of(kind)), upper(pairs.y.of(kind))
    return float(left @ right / np.sqrt((left @ left) * (right @ right)))


def upper(table: Doubles) -> Doubles:
    """(m (m - 1) / 2,) the entries above the diagonal."""
    return np.asarray(table[np.triu_indices(len(table), 1)])


def squared_distances(vectors: Doubles) -> Doubles:
    """(m, m) squared Euclidean distances."""
    lengths = np.einsum("ij,ij->i", vectors, vectors)
    table = lengths[:, None] + lengths[None, :] - 2 * vectors @ vectors.T
    np.fill_diagonal(table, 0.0)
    return np.asarray(np.maximum(table, 0.0))


def _cosines(vectors: Doubles) -> Doubles:
    lengths = np.linalg.norm(vectors, axis=1)
    flat = np.flatnonzero(lengths <= 1e-12 * lengths.max())
    if len(flat):
        raise InputError(
            f"{len(flat)} items have a vector without direction (all numbers equal, first row {flat[0]}): a cosine or "
            "correlation between pairs is not defined for them. Leave them out, or choose CKA."
        )
    unit = vectors / lengths[:, None]
    return np.asarray(1 - np.clip(unit @ unit.T, -1, 1))


_TABLES: dict[str, Callable[[Doubles], Doubles]] = {
    "correlation": lambda vectors: _cosines(vectors - vectors.mean(axis=1, keepdims=True)),
    "cosine": _cosines,
    "squared": squared_distances,
}
COMPARISONS: dict[str, Callable[[Pairs, str], float]] = {"spearman": spearman, "kendall": kendall, "cosine": cosine}
