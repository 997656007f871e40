"""The neighbours of items of the data set, without themselves."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.half import widen
from explorer.index.contract import Index, Neighbours, stacked

BLOCK = 4096


def item_neighbours(
    index: Index, vectors: NDArray[Any], rows: Rows, k: int, advance: Callable[[int], None] | None = None
) -> Neighbours:
    """Return the k nearest other items of each of the (q,) `rows` of the (n, d) `vectors`.

    advance: told how many rows are done, block by block.
    """
    parts = []
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        parts.append(_without_self(index.query(widen(vectors[block]), k + 1, kind="item"), block))
        if advance:
            advance(start + len(block))
    return stacked(parts, k)


def _without_self(found: Neighbours, rows: Rows) -> Neighbours:
    """Drop each row's own place among its k + 1 neighbours, or the last where copies have pushed it out."""
    other = found.rows != rows[:, None]
    other[other.all(axis=1), -1] = False
    shape = (len(rows), found.rows.shape[1] - 1)
    return Neighbours(found.rows[other].reshape(shape), found.similarities[other].reshape(shape))
