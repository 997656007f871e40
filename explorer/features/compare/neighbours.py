"""Measures on nearest neighbours by cosine: mutual kNN and CKNNA (Huh et al. 2024).

Cosines are taken in double precision: with a common offset all of them are near 1, and what tells neighbours apart is
lost in single precision. Where several items are equally near at the end of a list, each of them is in it with the same
chance, so that the order of the items does not matter.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.features.compare.draws import half_of
from explorer.features.compare.method import Measure
from explorer.features.compare.pairs import SAME, unit_doubles
from explorer.maps.neighbours import EXACT_PAIRS, blocks, nearest_items, top

if TYPE_CHECKING:
    from scipy.sparse import csr_array

K, MOST = 10, 5_000


@dataclass(frozen=True)
class Near:
    """Neighbours of n items. rows: (n, k) the nearest, nearest first; similarities: (n, k) their cosines.

    chance: (n, n) sparse, how likely each item is among the k nearest when ties are broken at random: 1 for those
    nearer than the k-th, the share of what is left of the list for those as near as it. cosines: (n, n), of these.
    """

    rows: Rows
    similarities: Doubles
    chance: "csr_array"
    cosines: "csr_array"


@dataclass(frozen=True)
class Lists:
    """Neighbours of the same items on both sides; k: how many count as near.

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
        tables = (table[order][:, order] for table in (self.y.chance, self.y.cosines))
        return replace(self, y=Near(place[self.y.rows[order]], self.y.similarities[order], *tables))


def nearest(x: Vectors, k: int) -> Near:
    """The k nearest by cosine of each of the n rows of x among all others; exact up to 20,000 items."""
    from scipy.sparse import vstack

    n, k = len(x), min(k, len(x) - 1)
    if n * n > EXACT_PAIRS:
        return _approximate(x, k)
    unit = unit_doubles(x)
    parts = [_near(unit, block, k) for block in blocks(n)]
    rows, similarities = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    chance, cosines = (vstack([part[side] for part in parts], format="csr") for side in (2, 3))
    return Near(rows, similarities, chance, cosines)


def _near(unit: Doubles, block: slice, k: int) -> "tuple[Rows, Doubles, csr_array, csr_array]":
    """What `Near` holds, of some of the rows."""
    cosines = unit[block] @ unit.T
    asking = np.arange(len(cosines))
    cosines[asking, asking + block.start] = -np.inf
    rows, values = top(cosines, k)
    last = values[:, -1]
    places = np.nonzero(cosines >= last[:, None] - SAME)
    found = cosines[places]
    surely = found > last[places[0]] + SAME
    inside, all_near = (np.bincount(places[0], weights=one, minlength=len(last)) for one in (surely, None))
    share = (k - inside) / (all_near - inside)
    chance, shape = np.where(surely, 1.0, share[places[0]]), cosines.shape
    return rows, values.astype(np.float64), _table(chance, places, shape), _table(found, places, shape)


def _approximate(x: Vectors, k: int) -> Near:
    n = len(x)
    rows, similarities = nearest_items(x, np.arange(n, dtype=np.int64), k)
    places = np.repeat(np.arange(n), k), rows.ravel()
    found = similarities.astype(np.float64)
    return Near(rows, found, _table(np.ones(n * k), places, (n, n)), _table(found.ravel(), places, (n, n)))


def _table(values: Doubles, places: "tuple[Rows, ...]", shape: tuple[int, ...]) -> "csr_array":
    from scipy.sparse import csr_array

    return csr_array((values, places), shape=shape)


def shared_neighbours(lists: Lists) -> Doubles:
    """(n,) share of the k nearest that both sides have in common, item by item; with ties, the expected share."""
    both = lists.x.chance.multiply(lists.y.chance)
    return np.asarray(both.sum(axis=1), dtype=np.float64).ravel() / lists.k


def mutual_knn(lists: Lists) -> float:
    """Mean of `shared_neighbours`; k / (n - 1) for unrelated sides."""
    return float(np.average(shared_neighbours(lists), weights=lists.weights))


def cknna(lists: Lists) -> float:
    """HSIC of cosines masked to shared neighbours, over the root of the same for each side with itself.

    Unbiased HSIC as in Huh et al. 2024 (platonic-rep). The masks are not symmetric, so K_ij meets L_ji as in their
    code, and swapping the sides may change the value a little. Tables are sparse: n k entries.
    """
    x, y = (side.chance.multiply(side.cosines).tocsr() for side in (lists.x, lists.y))
    between = _hsic(x.multiply(lists.y.chance), y.multiply(lists.x.chance), lists.weights)
    scale = _hsic(x, x, lists.weights) * _hsic(y, y, lists.weights)
    return float(between / np.sqrt(scale)) if scale > 0 else float("nan")


def _hsic(k: "csr_array", l: "csr_array", weights: Doubles) -> float:  # noqa: E741
    n, rows_k, rows_l = len(weights), np.asarray(k.sum(axis=1)).ravel(), np.asarray(l.sum(axis=1)).ravel()
    product = float(weights @ np.asarray(k.multiply(l.T).sum(axis=1)).ravel())  # K_ij meets L_ji
    totals = float(weights @ rows_k) * float(weights @ rows_l) / ((n - 1) * (n - 2))
    through = float((weights @ k) @ rows_l)
    return product + totals - 2 * through / (n - 2)


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
        worst=-1.0,
        needs=("direction",),
        most=MOST,
    ),
]
