"""Pointwise intrinsic dimension: in how many directions the items around one lie. Pure.

Source: Levina & Bickel 2005, Maximum likelihood estimation of intrinsic dimension, with k - 1 in the place of k, as
they do: with the distances T_1 <= ... <= T_k to the k nearest others, the inverse of the mean of ln(T_k / T_j) over
j < k. Amsaleg and others 2015 average over all k instead, which gives k / (k - 1) times as much.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows

NEIGHBOURS = 100
LEAST = 3  # distances above 0: the last, and two to compare with it
BLOCK = 512


def intrinsic_dimension(distances: Doubles) -> Doubles:
    """(q,) from (q, k) distances to the nearest others, ascending; NaN where there are fewer than three above 0.

    Copies lie at distance 0 and say nothing about directions: they are left out, and fewer distances count. NaN is for
    none. Where all that are left are equal there is no dimension either: NaN.
    """
    usable = np.where(distances > 0, distances, np.nan)
    count = np.isfinite(usable).sum(axis=1)
    furthest = np.nanmax(np.where(np.isfinite(usable), usable, -np.inf), axis=1, initial=-np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = np.nansum(np.log(furthest[:, None] / usable), axis=1)  # the furthest itself adds ln 1 = 0
        found = (count - 1) / sums
    return np.where((count >= LEAST) & (sums > 0), found, np.nan)


def distances_to(
    vectors: NDArray[Any],
    queries: NDArray[Any],
    neighbours: Rows,
    advance: Callable[[int], None] | None = None,
) -> Doubles:
    """(q, k) Euclidean distances of (q, d) queries to the rows `neighbours` (q, k) of (n, d) vectors, ascending.

    NaN for -1. Taken from the differences, so that a copy lies at exactly 0.
    """
    found = np.full(neighbours.shape, np.nan)
    for start in range(0, len(queries), BLOCK):
        part = slice(start, start + BLOCK)
        for place, (query, rows) in enumerate(zip(queries[part], neighbours[part], strict=True), start):
            inside = rows[rows >= 0]
            apart = vectors[inside].astype(np.float64) - query.astype(np.float64)
            found[place, : len(inside)] = np.sort(np.sqrt(np.einsum("kd,kd->k", apart, apart)))
        if advance:
            advance(min(start + BLOCK, len(queries)))
    return found
