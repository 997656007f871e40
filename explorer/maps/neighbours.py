"""Nearest items among a pool of items, the same at every run: exact when small, by lists and links when large."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.progress import Progress, Silent
from explorer.maps.grouped import grouped_neighbours

BLOCK = 1024
EXACT_PAIRS = 400_000_000
"""Up to so many pairs of query and pool item are compared one by one (about ten seconds on 2 cores)."""


def blocks(count: int, size: int = BLOCK) -> Iterator[slice]:
    """Yield the slices that cut `count` rows into blocks of at most `size`."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def top(similarities: NDArray[Any], k: int) -> tuple[Rows, Floats]:
    """Return columns and values, (q, k) each, of the k largest entries in each row of `similarities`, largest first."""
    columns = np.argpartition(similarities, similarities.shape[1] - k, axis=1)[:, -k:]
    columns.sort(axis=1)
    values = np.take_along_axis(similarities, columns, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(columns, order, axis=1), np.take_along_axis(values, order, axis=1)


def nearest_items(
    vectors: NDArray[Any], pool: Rows, k: int, *, seed: int = 0, progress: Progress | None = None
) -> tuple[Rows, Floats]:
    """Return for each of the (n, d) `vectors` its k nearest items of the pool, itself left out.

    pool: (m,) distinct row numbers. Returns (n, k) positions in `pool` and (n, k) cosine similarities, nearest first;
    k is lowered to m - 1. Exact up to `EXACT_PAIRS` pairs; above, nearly all are the nearest (`grouped_neighbours`).
    """
    progress = progress or Silent()
    k = min(k, len(pool) - 1)
    if len(pool) * len(vectors) > EXACT_PAIRS:
        return grouped_neighbours(vectors, pool, k, seed=seed, progress=progress)
    items = unit_rows(vectors[pool])
    own = np.full(len(vectors), -1)
    own[pool] = np.arange(len(pool))
    rows = np.empty((len(vectors), k), dtype=np.int64)
    similarities = np.empty((len(vectors), k), dtype=np.float32)
    progress.start("nearest neighbours", len(vectors))
    for block in blocks(len(vectors)):
        found = top(unit_rows(vectors[block]) @ items.T, k + 1)
        rows[block], similarities[block] = _without(own[block], *found)
        progress.advance(block.stop)
    progress.finish()
    return rows, similarities


def _without(own: Rows, rows: Rows, similarities: Floats) -> tuple[Rows, Floats]:
    """Drop one column a row: the item itself where it was found, else the last."""
    drop = rows == own[:, None]
    drop[~drop.any(axis=1), -1] = True
    shape = (len(rows), rows.shape[1] - 1)
    return rows[~drop].reshape(shape), similarities[~drop].reshape(shape)
