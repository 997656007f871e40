"""Hubness: items that are among the nearest neighbours of far more others than is their share. Pure.

Source: Radovanović, Nanopoulos & Ivanović 2010, Hubs in space, JMLR 11: N_k(x), the number of items that have x among
their k nearest, and the skewness of its distribution.
"""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows


@dataclass(frozen=True)
class Hubness:
    """How unevenly items are neighbours of others.

    counts: (n,) N_k of each item, -1 where it has no vector. k: neighbours of each. skewness: of N_k over the items
    that have a vector, 0 when even, above 1 clearly hubby. never: share of those items that are nobody's neighbour.
    top: share of all places in lists of neighbours that the most frequent hundredth of the items takes.
    """

    counts: Rows
    k: int
    skewness: float
    never: float
    top: float

    def worst(self, count: int) -> Rows:
        """(count,) rows of the items that are neighbours of most others, the worst first."""
        return np.argsort(-self.counts, kind="stable")[:count]


def hubness(neighbours: Rows, rows: Rows, count: int) -> Hubness:
    """From the (m, k) nearest others of the items `rows` (m,), -1 for none, of a collection of `count` items."""
    found = np.bincount(neighbours[neighbours >= 0], minlength=count).astype(np.int64)
    mine = found[rows]
    most = max(1, round(len(mine) / 100))
    top = np.sort(mine)[::-1][:most].sum() / max(1, mine.sum())
    counts = np.full(count, -1, dtype=np.int64)
    counts[rows] = mine
    return Hubness(counts, int(neighbours.shape[1]), _skewness(mine), float((mine == 0).mean()), float(top))


def _skewness(values: Rows) -> float:
    """Third standardised moment of the values, 0 where they are all the same."""
    centred = values - values.mean()
    spread = float(np.sqrt(np.mean(centred**2)))
    return float(np.mean(centred**3)) / spread**3 if spread > 0 else 0.0
