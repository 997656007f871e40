"""Exact search by Euclidean distance, inner product and cosine among vectors of any length. Pure."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows

Metric = Literal["euclid", "inner", "cosine"]
METRICS: dict[Metric, str] = {"euclid": "Euclidean distance", "inner": "inner product", "cosine": "cosine"}
BLOCK = 64  # queries
EVEN = 1e-3  # lengths that differ by less count as one: rounding


def nearest(queries: Floats | Doubles, items: Floats | Doubles, k: int, metric: Metric) -> Rows:
    """(q, k) rows of the nearest of (n, d) items to each of (q, d) queries, equally near ones by row; k <= n."""
    items = np.asarray(items, dtype=np.float64)
    score = SCORES[metric]
    squares = (items * items).sum(axis=1)
    parts = [
        np.argsort(-score(queries[start : start + BLOCK].astype(np.float64) @ items.T, squares), kind="stable")[:, :k]
        for start in range(0, len(queries), BLOCK)
    ]
    return np.concatenate(parts) if parts else np.empty((0, k), dtype=np.int64)


def all_alike(norms: Doubles) -> bool:
    """Whether vectors of (n,) these lengths are ranked alike by all three metrics: all of one length."""
    return bool(np.ptp(norms) <= EVEN * norms.mean())


def _by_cosine(products: Doubles, squares: Doubles) -> Doubles:
    return products / np.sqrt(np.maximum(squares, np.finfo(np.float64).tiny))


SCORES: dict[Metric, Callable[[Doubles, Doubles], Doubles]] = {
    "euclid": lambda products, squares: 2 * products - squares,
    "inner": lambda products, squares: products,
    "cosine": _by_cosine,
}
