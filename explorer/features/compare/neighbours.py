"""Measures on nearest neighbours by cosine: mutual kNN and CKNNA (Huh et al. 2024)."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.features.compare.checks import check_pair
from explorer.features.compare.families import Resample, half_of
from explorer.maps.neighbours import nearest_items

K = 10


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
    weights: NDArray[np.float64]

    @staticmethod
    def of(x: NDArray[Any], y: NDArray[Any], rng: Resample, k: int = K) -> "Lists":
        """Find the neighbours among the items themselves; nothing is drawn. k is lowered to half of a small set."""
        k = min(k, max(1, (len(x) - 1) // 2))
        return Lists(nearest(x, k), nearest(y, k), k, np.ones(len(x)))

    def half(self, rng: Resample) -> "Lists":
        """The lists of half of the items, counted twice, while all items can be found.

        Within half of the items neighbours lie further away: that would be another score.
        """
        weights = np.zeros(len(self.weights))
        weights[half_of(len(weights), rng)] = 2.0
        return replace(self, weights=weights)

    def shuffled(self, rng: Resample) -> "Lists":
        """The second side's items under new numbers."""
        order = rng.permutation(len(self.y.rows))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        return replace(self, y=Near(place[self.y.rows[order]], self.y.similarities[order]))


def nearest(x: NDArray[Any], k: int) -> Near:
    """The k nearest by cosine of each of the n rows of x among all others; exact up to 20,000 items."""
    rows, similarities = nearest_items(x, np.arange(len(x), dtype=np.int64), min(k, len(x) - 1))
    return Near(rows, similarities)


def mutual_knn(x: NDArray[Any], y: NDArray[Any], k: int = K) -> float:
    """Mean share of the k nearest neighbours of an item that x (n, d) and y (n, e) have in common, 0 to 1."""
    check_pair(x, y)
    return mutual_knn_of(_lists(x, y, k))


def cknna(x: NDArray[Any], y: NDArray[Any], k: int = K) -> float:
    """Debiased CKA restricted to pairs that are near on both sides, from neighbour lists alone (see `cknna_of`)."""
    check_pair(x, y)
    return cknna_of(_lists(x, y, k))


def shared_neighbours(lists: Lists) -> NDArray[np.float64]:
    """(n,) share of the k nearest that both sides have in common, item by item."""
    x, y = lists.x.rows, lists.y.rows
    found = x[:, :, None] == y[:, None, :]
    return np.asarray(found.any(axis=2).sum(axis=1) / lists.k, dtype=np.float64)


def mutual_knn_of(lists: Lists) -> float:
    """Mean of `shared_neighbours`; k / (n - 1) for unrelated sides."""
    return float(np.average(shared_neighbours(lists), weights=lists.weights))


def cknna_of(lists: Lists) -> float:
    """HSIC of cosines masked to shared neighbours, over the root of the same for each side with itself.

    Unbiased HSIC as in Huh et al. 2024 (platonic-rep). The masks are not symmetric, so K_ij meets L_ji as in their
    code, and swapping the sides may change the value a little. Tables are sparse: n k entries.
    """
    x, y = _sparse(lists.x), _sparse(lists.y)
    shared = _mask(x).multiply(_mask(y))
    between = _hsic(x.multiply(shared), y.multiply(shared), lists.weights)
    scale = _hsic(x, x, lists.weights) * _hsic(y, y, lists.weights)
    return float(between / np.sqrt(scale)) if scale > 0 else float("nan")


def _lists(x: NDArray[Any], y: NDArray[Any], k: int) -> Lists:
    return Lists(nearest(x, k), nearest(y, k), min(k, len(x) - 1), np.ones(len(x)))


def _hsic(k: Any, l: Any, weights: NDArray[np.float64]) -> float:  # noqa: E741
    n, rows_k, rows_l = len(weights), np.asarray(k.sum(axis=1)).ravel(), np.asarray(l.sum(axis=1)).ravel()
    product = float(weights @ np.asarray(k.multiply(l.T).sum(axis=1)).ravel())  # K_ij meets L_ji
    totals = float(weights @ rows_k) * float(weights @ rows_l) / ((n - 1) * (n - 2))
    through = float((weights @ k) @ rows_l)
    return product + totals - 2 * through / (n - 2)


def _sparse(near: Near) -> Any:
    from scipy.sparse import csr_array

    n, k = near.rows.shape
    which = np.repeat(np.arange(n), k)
    return csr_array((near.similarities.ravel().astype(np.float64), (which, near.rows.ravel())), shape=(n, n))


def _mask(table: Any) -> Any:
    mask = table.copy()
    mask.data = np.ones_like(mask.data)
    return mask
