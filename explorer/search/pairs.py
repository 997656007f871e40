"""Pairs of rows as numbers, so that they can be sorted and compared."""

import numpy as np

from explorer.base.arrays import Rows


def pair_keys(first: Rows, second: Rows, count: int) -> Rows:
    """(m,) one number for each unordered pair of rows below `count`."""
    return np.asarray(np.minimum(first, second) * count + np.maximum(first, second), dtype=np.int64)


def unique_pairs(first: Rows, second: Rows, count: int) -> tuple[Rows, Rows]:
    """Each unordered pair once, the smaller row first, in order."""
    keys = distinct(pair_keys(first, second, count))
    return keys // max(1, count), keys % max(1, count)


def distinct(keys: Rows) -> Rows:
    """The (m,) keys without repeats, ascending. By sorting: the hash table of `np.unique` takes many times as long."""
    keys = np.sort(keys)
    return keys[np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))]


def without(keys: Rows, known: Rows) -> Rows:
    """The ascending `keys` that are not among the (k,) `known`."""
    known = np.sort(known)
    if not len(known):
        return keys
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray(keys[known[place] != keys])
