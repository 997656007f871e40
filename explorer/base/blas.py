"""Matrix products on one thread each: on a busy machine BLAS threads wait for each other longer than they compute."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

LARGE = 8_000_000  # numbers, read in milliseconds: starting a thread takes less than a tenth of one
MOST_PARTS = 4  # memory gives no more than a few threads something to do


@cache
def _controller() -> "ThreadpoolController":
    """Found once: looking through all loaded libraries takes longer than a small product."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def single_threaded() -> AbstractContextManager[object]:
    """A context in which numpy's products use one thread."""
    limits: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limits


def row_products(items: Floats, vector: Floats) -> Floats:
    """(n,) products of (n, d) rows with a (d,) vector; of many numbers in parts, each on a core of its own."""
    parts = min(MOST_PARTS, os.cpu_count() or 1) if items.size >= LARGE else 1
    with single_threaded():
        if parts == 1:
            return np.asarray(items @ vector)
        found = np.empty(len(items), dtype=np.float32)
        ends = np.linspace(0, len(items), parts + 1).astype(int)
        with ThreadPoolExecutor(parts - 1) as workers:
            for start, end in zip(ends[1:-1], ends[2:], strict=True):
                workers.submit(np.matmul, items[start:end], vector, out=found[start:end])
            np.matmul(items[: ends[1]], vector, out=found[: ends[1]])
        return found
