"""Rankings beside each other."""

import numpy as np

from explorer.base.arrays import Floats, Rows


def rank_changes(before: Rows, after: Rows) -> Floats:
    """(k,) places that each row of the ranking `after` has moved up since `before`; NaN where new or padding (-1)."""
    changes = np.full(len(after), np.nan, dtype=np.float32)
    shared, place_before, place_after = np.intersect1d(before, after, return_indices=True)
    known = shared >= 0
    changes[place_after[known]] = (place_before - place_after)[known]
    return changes
