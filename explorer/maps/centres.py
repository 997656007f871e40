"""Centres of lists in groups that lie together, so that the nearest are found without a look at each of many.

k-means of k-means (a tree of two levels: Nister & Stewenius 2006): with as many groups as each has centres, what an
item is compared with grows with the square root of the centres.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Floats, Rows
from explorer.index.clusters import k_means, nearest_centre

FEW = 512
"""Up to so many centres, all are looked at."""
GROUPS = 8
"""Groups whose centres an item is compared with."""


@dataclass(frozen=True, kw_only=True)
class Centres:
    """items: (c, d) centres, group by group. starts: (g + 1,) where each group begins. tops: (g, d) its centre."""

    items: Floats
    starts: Rows
    tops: Floats

    @property
    def near_groups(self) -> int:
        """How many groups an item is compared with."""
        return min(GROUPS, len(self.tops))


def learn_centres(sample: Floats, count: int, generator: Generator) -> Centres:
    """About `count` centres of the (n, d) unit rows; at most one an item."""
    if count <= FEW:
        centres = k_means(sample, count, generator)
        return Centres(items=centres, starts=np.array([0, len(centres)]), tops=centres.mean(axis=0, keepdims=True))
    tops = k_means(sample, round(count**0.5), generator)
    of = nearest_centre(sample, tops)
    parts = [sample[of == group] for group in range(len(tops))]
    found = [k_means(part, max(1, round(count * len(part) / len(sample))), generator) for part in parts]
    return Centres(items=np.concatenate(found), starts=np.cumsum([0, *map(len, found)]), tops=tops)
