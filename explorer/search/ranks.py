"""Rankings beside each other, and several made into one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows


def rank_changes(before: Rows, after: Rows) -> Floats:
    """(k,) places that each row of the ranking `after` has moved up since `before`; NaN where new or padding (-1)."""
    changes = np.full(len(after), np.nan, dtype=np.float32)
    shared, place_before, place_after = np.intersect1d(before, after, return_indices=True)
    known = shared >= 0
    changes[place_after[known]] = (place_before - place_after)[known]
    return changes


def fuse(rankings: Sequence[Rows], constant: float = 60) -> tuple[Rows, NDArray[Any]]:
    """Return the rows of all rankings, best first, and their (m,) reciprocal rank fusion scores; -1 is passed over.

    score = sum over rankings of 1 / (constant + rank), rank from 1 (Cormack, Clarke & Buettcher 2009); equal scores in
    order of row number.
    """
    if not len(rankings):
        return np.empty(0, dtype=np.int64), np.empty(0)
    rows = np.concatenate([np.asarray(ranking, dtype=np.int64) for ranking in rankings])
    scores = np.concatenate([1 / (constant + 1 + np.arange(len(ranking))) for ranking in rankings])
    unique, place = np.unique(rows[rows >= 0], return_inverse=True)
    sums = np.bincount(place, scores[rows >= 0], minlength=len(unique))
    order = np.lexsort((unique, -sums))
    return unique[order], sums[order]
