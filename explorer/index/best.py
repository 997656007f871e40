"""The best candidates of each query, where queries have different numbers of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows


def padded(which: Rows, values: NDArray[Any], queries: int, fill: float) -> NDArray[Any]:
    """(q, m) the (c,) values of each query in a row of its own, in their order, filled up with `fill`."""
    counts = np.bincount(which, minlength=queries)
    order = np.argsort(which.astype(np.uint16) if queries < 2**16 else which, kind="stable")
    rows = which[order]
    place = np.arange(len(rows)) - (np.cumsum(counts) - counts)[rows]
    table = np.full((queries, int(counts.max(initial=0))), fill, dtype=values.dtype)
    table[rows, place] = values[order]
    return table


def best_of_rows(which: Rows, scores: Floats, values: Rows, queries: int, most: int) -> Rows:
    """(q, most) values of the candidates with the highest scores, best first, -1 where there are fewer."""
    table, named = padded(which, scores, queries, -np.inf), padded(which, values, queries, -1)
    short = most - table.shape[1]
    if short > 0:
        table = np.pad(table, ((0, 0), (0, short)), constant_values=-np.inf)
        named = np.pad(named, ((0, 0), (0, short)), constant_values=-1)
    return np.take_along_axis(named, best_places(table, most), axis=1)


def best_places(table: Floats, most: int) -> Rows:
    """(q, most) places of the highest numbers of each row of the (q, m) table, m >= most, best first."""
    top = np.argpartition(-table, most - 1, axis=1)[:, :most] if most else np.empty((len(table), 0), dtype=np.int64)
    order = np.argsort(-np.take_along_axis(table, top, axis=1), axis=1, kind="stable")
    return np.take_along_axis(top, order, axis=1)
