"""Clusters of a map: the hills of the picture's density that valleys part."""

from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows, sorted_unique
from explorer.maps.compiled import compiled

RULE = 3
"""Grows when the same places would be clustered otherwise: clusters found by an older rule are found again."""
LEAST_NEIGHBOURS, MOST_NEIGHBOURS, LINKS = 15, 100, 10
VALLEY, CLEAR_VALLEY = 0.5, 0.9
"""How much higher, in natural logarithms of the density, a hill is than the pass to a higher one: for one cluster more
once there are clusters at all, and for there to be any. At least 2.5 and 4 standard errors of the density."""
THIN = 2.5
"""An item in none: its density is this much below its cluster's median, in natural logarithms (a twelfth)."""


def cluster(coords: Floats, *, min_size: int | None = None) -> Rows:
    """Return (n,) cluster labels of the (n, 2) `coords`, 0 for the largest, -1 for points in no cluster.

    ToMATo (Chazal, Guibas, Oudot & Skraba 2013): each point belongs to the hill that it climbs to along its denser
    neighbours, and a hill that rises too little above the pass to a higher one is part of that. Density: of the k-th
    nearest neighbour, k = n / 100 within 15 to 100; its logarithm has a standard error of 1 / sqrt(k), and a valley
    less deep than chance makes parts nothing. A map of one hill has no clusters. In none are points of islands below
    `min_size` points (default: n / 200, min. 10) and points far thinner than their cluster.
    """
    return _by_size(_hills(coords, min_size))


def _hills(coords: Floats, min_size: int | None) -> Rows:
    size = min_size or max(10, len(coords) // 200)
    nothing = np.full(len(coords), -1, dtype=np.int64)
    if len(coords) < max(2 * size, LEAST_NEIGHBOURS + 2):
        return nothing
    k = int(np.clip(len(coords) // 100, LEAST_NEIGHBOURS, MOST_NEIGHBOURS))
    heights, near = _density(coords, k)
    for valley, errors in ((CLEAR_VALLEY, 4.0), (VALLEY, 2.5)):
        labels = _climb(heights, near, max(valley, errors / k**0.5), size / 2)
        labels = _without_thin(labels, heights, size)
        if len(np.unique(labels[labels >= 0])) < 2:
            return nothing
    return labels


def _density(coords: Floats, k: int) -> tuple[Floats, Rows]:
    """(n,) logarithm of the density up to a constant, and (n, LINKS) neighbours, the point itself left out."""
    from scipy.spatial import cKDTree

    places = coords.astype(np.float64)
    distances, near = cKDTree(places).query(places, k=k + 1, workers=-1)
    least = max(float(np.ptp(places, axis=0).max()), 1.0) * 1e-9
    return -2 * np.log(np.maximum(distances[:, k], least)), near[:, 1 : LINKS + 1]


def _climb(heights: Floats, near: Rows, valley: float, least: float) -> Rows:
    """(n,) the number of each point's hill.

    Points come in order of height. Each joins its densest neighbour's hill; where it links two, it is the pass between
    them, and the lower hill joins the higher when it rises less than `valley` above it or holds fewer than `least`.
    """
    order = np.argsort(-heights, kind="stable")
    tops = np.empty(len(order), dtype=np.int64)
    tops[order] = compiled(_joined_hills)(heights[order], *_above(order, near), valley, least)
    return np.asarray(np.unique(tops, return_inverse=True)[1], dtype=np.int64)


def _above(order: Rows, near: Rows) -> tuple[Rows, Rows]:
    """Of the places in `order`: where the links of each begin, (n + 1,), and the earlier (denser) places that they lead
    to, either's neighbour, the densest first.
    """
    count = len(order)
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    own, other = np.repeat(np.arange(count), near.shape[1]), rank[near[order]].ravel()
    later, earlier = np.divmod(sorted_unique(np.maximum(own, other) * count + np.minimum(own, other)), count)
    apart = later != earlier
    return np.searchsorted(later[apart], np.arange(count + 1)), earlier[apart]


def _joined_hills(heights: Any, starts: Any, links: Any, valley: float, least: float) -> Any:
    """(n,) the top of each place's hill; heights: (n,) falling; links from place i: starts[i] up to starts[i + 1]."""
    root, size = np.arange(len(heights)), np.ones(len(heights), np.int64)
    for place in range(len(heights)):
        hill = -1
        for link in range(starts[place], starts[place + 1]):
            top = links[link]
            while root[top] != top:
                root[top] = root[root[top]]
                top = root[top]
            if hill < 0:
                hill = root[place] = top
                size[hill] += 1
            elif top != hill:
                high, low = min(hill, top), max(hill, top)
                if heights[low] - heights[place] < valley or size[low] < least:
                    root[low] = high
                    size[high] += size[low]
                    hill = high
    for place in range(len(heights)):
        root[place] = root[root[place]]  # a top stands before all of its hill
    return root


def _without_thin(labels: Rows, heights: Floats, least: int) -> Rows:
    """-1 for points of hills below `least` points, and for those far thinner than the median of their hill."""
    order = np.argsort(labels, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    kept = np.full(len(labels), -1, dtype=np.int64)
    for number, part in enumerate(part for part in parts if len(part) >= least):
        kept[part] = np.where(heights[part] >= np.median(heights[part]) - THIN, number, -1)
    return kept


def _by_size(labels: Rows) -> Rows:
    """Renumber so that cluster 0 is the largest."""
    count = labels.max(initial=-1) + 1
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    places = np.empty(count + 1, dtype=np.int64)
    places[np.argsort(-sizes, kind="stable")] = np.arange(count)
    places[-1] = -1
    return places[labels]
