"""Pairs of rows as numbers, so that they can be sorted and compared."""

import numpy as np

from explorer.base.arrays import Rows


def pair_keys(first: Rows, second: Rows, count: int) -> Rows:
    """(m,) one number for each unordered pair of rows below `count`."""
    return np.asarray(np.minimum(first, second) * count + np.maximum(first, second), dtype=np.int64)


def unique_pairs(first: Rows, second: Rows, count: int) -> tuple[Rows, Rows]:
    """Each unordered pair once, the smaller row first, in order."""
    keys = np.unique(pair_keys(first, second, count))
    return keys // max(1, count), keys % max(1, count)
