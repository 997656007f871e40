"""Items that lie far from all others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask
from explorer.base.half import widen
from explorer.base.progress import Progress
from explorer.index import ExactIndex
from explorer.index.contract import check_k
from explorer.index.graph import item_neighbours
from explorer.maps.neighbours import nearest_items

NUMBERS = 8_000_000  # similarities at a time, 32 MB
ALL_WITH_ALL = 50_000
"""Up to so many items, every one is compared with every other; of more, the nearest are looked for."""
SURE, AT_A_TIME, MOST_AT_A_TIME = 100, 512, 16


@dataclass(frozen=True)
class Loneliness:
    """How far n items lie from all others.

    distances: (n,) 1 - cosine to the k-th nearest other item, NaN where there is none; of an item that was not compared
    with all others, the k-th nearest that was found, so it may be less. sure: so many of the loneliest are known to be
    these, in this order.
    """

    distances: Floats
    sure: int


def loneliness(vectors: NDArray[Any], k: int, present: Mask, progress: Progress) -> Loneliness:
    """How lonely each item is, see `outlier_scores`: exact for few items; of many, for the loneliest.

    Of many, neighbours are looked for (`nearest_items`). The distance to the k-th of these can only be too large, so
    items are compared with all others in its order until no other one can be lonelier than the first hundred (Bay &
    Schwabacher 2003). Where that would take too long, after 8,192 items, `sure` is less than a hundred.

    vectors: (n, d) unit rows. present: (n,) whether a row has a vector.
    """
    rows = np.flatnonzero(present)
    if len(rows) <= max(ALL_WITH_ALL, k + 1):
        progress.start("Comparing every item with every other", len(rows))
        scores = outlier_scores(vectors, k, present, progress.advance)
        progress.finish()
        return Loneliness(scores, int(np.isfinite(scores).sum()))
    items = vectors if len(rows) == len(vectors) else vectors[rows]
    _, similarities = nearest_items(items, np.arange(len(items)), check_k(k), progress=progress)
    distances, sure = _made_sure(items, 1 - similarities[:, k - 1], k, progress)
    scores = np.full(len(vectors), np.nan, dtype=np.float32)
    scores[rows] = distances
    return Loneliness(scores, sure)


def _made_sure(items: NDArray[Any], most: Floats, k: int, progress: Progress) -> tuple[Floats, int]:
    """Distances of which the largest are exact, and how many of these no other item can exceed.

    most: (m,) distances that can only be too large.
    """
    index, found = ExactIndex(items), most.copy()
    order = np.argsort(-most, kind="stable")
    progress.start("Comparing the loneliest with every other", AT_A_TIME * MOST_AT_A_TIME)
    sure = 0
    for stop in range(AT_A_TIME, AT_A_TIME * MOST_AT_A_TIME + 1, AT_A_TIME):
        rows = order[stop - AT_A_TIME : stop]
        found[rows] = 1 - item_neighbours(index, items, rows, k).similarities[:, -1]
        others = most[order[stop]] if stop < len(order) else -np.inf
        sure = int((found[order[:stop]] >= others).sum())
        progress.advance(stop)
        if sure >= SURE:
            break
    progress.finish()
    return found, sure


def outlier_scores(
    vectors: NDArray[Any],
    k: int = 10,
    present: Mask | None = None,
    advance: Callable[[int], None] | None = None,
) -> Floats:
    """(n,) cosine distance, 1 - similarity, of each item to its k-th nearest other item, or to the farthest of fewer.

    Every item is compared with every other: no index, which might not reach an item and so call it lonely. Copies of an
    item are others. NaN where `present` is False and where there is no other item. Ramaswamy, Rastogi & Shim 2000.

    vectors: (n, d) unit rows. advance: told how many items are done, block by block.
    """
    rows = np.arange(len(vectors)) if present is None else np.flatnonzero(present)
    scores = np.full(len(vectors), np.nan, dtype=np.float32)
    kth = min(check_k(k), len(rows) - 1)
    if kth < 1:
        return scores
    items = widen(vectors[rows])
    step = max(1, NUMBERS // len(rows))
    for start in range(0, len(rows), step):
        block = items[start : start + step]
        similarities = block @ items.T
        which = np.arange(len(block))
        similarities[which, start + which] = -np.inf
        place = len(rows) - kth
        scores[rows[start + which]] = 1 - np.partition(similarities, place, axis=1)[:, place]
        if advance:
            advance(start + len(block))
    return scores
