"""Items that lie far from all others."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask
from explorer.index.contract import Index, check_k
from explorer.search.graph import item_neighbours


def outlier_scores(
    index: Index,
    vectors: NDArray[Any],
    k: int = 10,
    present: Mask | None = None,
    advance: Callable[[int], None] | None = None,
) -> Floats:
    """(n,) cosine distance, 1 - similarity, of each item to its k-th nearest other item, or to the farthest of fewer.

    NaN where `present` is False and where there is no other item. Ramaswamy, Rastogi & Shim 2000.
    """
    rows = np.arange(len(vectors)) if present is None else np.flatnonzero(present)
    found = item_neighbours(index, vectors, rows, check_k(k), advance)
    count = (found.rows >= 0).sum(axis=1)
    scores = np.full(len(vectors), np.nan, dtype=np.float32)
    some = count > 0
    scores[rows[some]] = 1 - found.similarities[some, count[some] - 1]
    return scores
