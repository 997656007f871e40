"""Jaro-Winkler of many pairs of names at a time. Pure.

Source: Winkler 1990, as stringdist (van der Loo 2014) computes it, method "jw": half of the characters that are out of
order count, and that half is not rounded (rapidfuzz and others round it down); the prefix counts at any similarity.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.features.match.strings.letters import padded

PREFIX = 4  # characters of a common beginning that count
NUMBERS = 2_000_000  # characters that are compared at a time
Marks = NDArray[np.bool_]


def jaro_winkler(left: Sequence[str], right: Sequence[str], prefix: float = 0.1) -> Doubles:
    """(p,) similarities of p pairs in 0 to 1. prefix: what a common character of the beginning adds; 0: Jaro."""
    found = np.ones(len(left))
    swapped = [(b, a) if len(b) < len(a) else (a, b) for a, b in zip(left, right, strict=True)]
    lengths = np.array([(len(a), len(b)) for a, b in swapped], np.int64).reshape(-1, 2)
    order = np.argsort(lengths[:, 1], kind="stable")  # pairs of like length together, so that little is padded
    start = 0
    while start < len(order):
        wide = max(1, int(lengths[order[min(len(order) - 1, start + 10_000)], 1]))
        part = order[start : start + max(1, min(10_000, NUMBERS // wide))]
        found[part] = _block([swapped[place] for place in part.tolist()], lengths[part], prefix)
        start += len(part)
    return found


def matching(left: str, right: str) -> tuple[list[int], list[int]]:
    """Places of the characters that match, in each of two names, as Jaro pairs them."""
    short, long = (right, left) if len(right) < len(left) else (left, right)
    first, second = padded([short]), padded([long])
    lengths = np.array([[len(short), len(long)]], np.int64)
    mine, theirs = _matched(first, second, lengths)
    places = np.flatnonzero(mine[0]).tolist(), np.flatnonzero(theirs[0]).tolist()
    return (places[1], places[0]) if len(right) < len(left) else places


def _block(pairs: list[tuple[str, str]], lengths: NDArray[np.int64], prefix: float) -> Doubles:
    first, second = padded([a for a, _ in pairs]), padded([b for _, b in pairs])
    mine, theirs = _matched(first, second, lengths)
    count = mine.sum(axis=1)
    some = count > 0
    safe = np.maximum(count, 1)
    swaps = _out_of_order(first, second, mine, theirs) / 2
    short, long = np.maximum(lengths[:, 0], 1), np.maximum(lengths[:, 1], 1)
    jaro = np.where(some, (count / short + count / long + (count - swaps) / safe) / 3, 0.0)
    jaro[lengths[:, 1] == 0] = 1.0
    return jaro + (1 - jaro) * prefix * _beginning(first, second)


def _matched(first: NDArray[np.uint32], second: NDArray[np.uint32], lengths: NDArray[np.int64]) -> tuple[Marks, Marks]:
    """Which characters match: each of the first name takes the first free equal one of the second within the window."""
    mine, theirs = np.zeros(first.shape, bool), np.zeros(second.shape, bool)
    window = np.maximum(lengths[:, 1] // 2 - 1, 0)[:, None]
    places = np.arange(second.shape[1])[None]
    inside = places < lengths[:, 1:]
    rows = np.arange(len(first))
    for place in range(first.shape[1]):
        free = (second == first[:, place, None]) & inside & ~theirs & (np.abs(places - place) <= window)
        free &= place < lengths[:, :1]
        taken = free.argmax(axis=1)
        hit = free[rows, taken]
        mine[:, place] = hit
        theirs[rows[hit], taken[hit]] = True
    return mine, theirs


def _out_of_order(first: NDArray[np.uint32], second: NDArray[np.uint32], mine: Marks, theirs: Marks) -> Rows:
    """(p,) how many matching characters differ when those of each name are read in their order."""
    differ = np.zeros(mine.shape, bool)
    differ[mine] = first[mine] != second[theirs]  # both are read row by row, and a row has as many in each
    return np.asarray(differ.sum(axis=1), np.int64)


def _beginning(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> Rows:
    width = min(PREFIX, first.shape[1], second.shape[1])
    equal = (first[:, :width] == second[:, :width]) & (first[:, :width] > 0)
    return np.asarray(np.cumprod(equal, axis=1).sum(axis=1), np.int64)
