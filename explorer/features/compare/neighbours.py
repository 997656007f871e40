"""Measures on nearest neighbours by cosine: mutual kNN and CKNNA (Huh et al. 2024)."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Doubles, Floats, Rows, Vectors
from explorer.features.compare.draws import half_of
from explorer.features.compare.method import Measure
from explorer.maps.neighbours import nearest_items

if TYPE_CHECKING:
    from scipy.sparse import csr_array

K, MOST = 10, 5_000


@dataclass(frozen=True)
class Near:
    """Neighbours of n items, nearest first. rows: (n, k). similarities: (n, k) cosines."""

    rows: Rows
    similarities: Floats


@dataclass(frozen=True)
class Lists:
    """Neighbour lists of the same items on both sides; k: how many count as near.

    weights: (n,) how often the list of each item counts.
    """

    x: Near
    y: Near
    k: int
    weights: Doubles

    @staticmethod
    def of(x: Vectors, y: Vectors, rng: Generator, k: int = K) -> "Lists":
        """Find the neighbours among the items themselves; nothing is drawn. k is lowered to half of a small set."""
        k = min(k, max(1, (len(x) - 1) // 2))
        return Lists(nearest(x, k), nearest(y, k), k, np.ones(len(x)))

    def half(self, rng: Generator) -> "Lists":
        """The lists of half of the items, counted twice, while all items can be found.

        Within half of the items neighbours lie further away: that would be another score.
        """
        weights = np.zeros(len(self.weights))
        weights[half_of(len(weights), rng)] = 2.0
        return replace(self, weights=weights)

    def shuffled(self, rng: Generator) -> "Lists":
        """The second side's items under new numbers."""
        order = rng.permutation(len(self.y.rows))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        return replace(self, y=Near(place[self.y.rows[order]], self.y.similarities[order]))


def nearest(x: Vectors, k: int) -> Near:
    """The k nearest by cosine of each of the n rows of x among all others; exact up to 20,000 items."""
    rows, similarities = nearest_items(x, np.arange(len(x), dtype=np.int64), min(k, len(x) - 1))
    return Near(rows, similarities)


def shared_neighbours(lists: Lists) -> Doubles:
    """(n,) share of the k nearest that both sides have in common, item by item."""
    x, y = lists.x.rows, lists.y.rows
    found = x[:, :, None] == y[:, None, :]
    return np.asarray(found.any(axis=2).sum(axis=1) / lists.k, dtype=np.float64)


def mutual_knn(lists: Lists) -> float:
    """Mean of `shared_neighbours`; k / (n - 1) for unrelated sides."""
    return float(np.average(shared_neighbours(lists), weights=lists.weights))


def cknna(lists: Lists) -> float:
    """HSIC of cosines masked to shared neighbours, over the root of the same for each side with itself.

    Unbiased HSIC as in Huh et al. 2024 (platonic-rep). The masks are not symmetric, so K_ij meets L_ji as in their
    code, and swapping the sides may change the value a little. Tables are sparse: n k entries.
    """
    x, y = _sparse(lists.x), _sparse(lists.y)
    shared = _mask(x).multiply(_mask(y))
    between = _hsic(x.multiply(shared), y.multiply(shared), lists.weights)
    scale = _hsic(x, x, lists.weights) * _hsic(y, y, lists.weights)
    return float(between / np.sqrt(scale)) if scale > 0 else float("nan")


def _hsic(k: "csr_array", l: "csr_array", weights: Doubles) -> float:  # noqa: E741
    n, rows_k, rows_l = len(weights), np.asarray(k.sum(axis=1)).ravel(), np.asarray(l.sum(axis=1)).ravel()
    product = float(weights @ np.asarray(k.multiply(l.T).sum(axis=1)).ravel())  # K_ij meets L_ji
    totals = float(weights @ rows_k) * float(weights @ rows_l) / ((n - 1) * (n - 2))
    through = float((weights @ k) @ rows_l)
    return product + totals - 2 * through / (n - 2)


def _sparse(near: Near) -> "csr_array":
    from scipy.sparse import csr_array

    n, k = near.rows.shape
    which = np.repeat(np.arange(n), k)
    return csr_array((near.similarities.ravel().astype(np.float64), (which, near.rows.ravel())), shape=(n, n))


def _mask(table: "csr_array") -> "csr_array":
    mask = table.copy()
    mask.data = np.ones_like(mask.data)
    return mask


MEASURES = [
    Measure(
        name="mutual_knn",
        label="Mutual nearest neighbours",
        group="Neighbours",
        family=Lists,
        score=mutual_knn,
        formula=f"mean share of the {K} nearest items (cosine) that A and B have in common",
        centring="none",
        invariant="whatever keeps the order of the nearest: rotation, scale of each item",
        cost="O(n²) products in blocks, memory O(n k)",
        meaning="What a person sees when searching: 0.5 means that half of the first ten results are the same. Chance "
        "is k / (n − 1), so it falls as items are added.",
        source="Huh et al. 2024",
        needs=("direction",),
        most=MOST,
    ),
    Measure(
        name="cknna",
        label="CKNNA",
        group="Neighbours",
        family=Lists,
        score=cknna,
        formula=f"debiased CKA of cosines, only between items that are among the {K} nearest on both sides",
        centring="by the unbiased estimate",
        invariant="rotation, scale of each item",
        cost="O(n²) products in blocks, memory O(n k)",
        meaning="Between mutual neighbours and CKA: local structure, weighted by similarity. Swapping A and B may "
        "change it a little, because being near is not mutual.",
        source="Huh et al. 2024",
        needs=("direction",),
        most=MOST,
    ),
]
