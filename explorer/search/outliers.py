"""Items that lie far from all others."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask
from explorer.base.half import widen
from explorer.index.contract import check_k

NUMBERS = 8_000_000  # similarities at a time, 32 MB


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
