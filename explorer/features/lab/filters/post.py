"""Post-filter: the graph is asked for a multiple of k without the filter, and what does not pass is dropped."""

from functools import partial

import numpy as np

from explorer.base.method import MethodCard
from explorer.features.lab.filters.way import Asked, Way
from explorer.index import Neighbours

FACTORS = (5, 100)
CARD = MethodCard(
    name="post-filter",
    label="Post-filter: over-fetch once",
    formula="the first k that pass of the factor · k nearest",
    baseline="pre-filter",
)
REPEATED = MethodCard(
    name="post-filter-repeated",
    label="Post-filter, repeated",
    formula="as post-filter; the factor doubles until k pass or everything was asked for",
    baseline="pre-filter",
)


def post_filter(asked: Asked, factor: int, *, repeated: bool = False) -> Neighbours:
    """Return the first k that pass of the `factor` * k nearest; fewer where fewer of these pass, unless repeated."""
    wide = factor * asked.k
    while True:
        found = asked.graph.query(asked.query, min(wide, len(asked.graph)), kind=asked.kind)
        kept = (found.rows >= 0) & asked.allowed[found.rows]
        if not repeated or int(np.count_nonzero(kept)) >= asked.k or wide >= len(asked.graph):
            return _first(found, kept[0], asked.k)
        wide *= 2


def _first(found: Neighbours, kept: np.ndarray[tuple[int], np.dtype[np.bool_]], k: int) -> Neighbours:
    places = np.flatnonzero(kept)[:k]
    rows = np.full((1, k), -1, dtype=np.int64)
    similarities = np.full((1, k), np.nan, dtype=np.float32)
    rows[0, : len(places)] = found.rows[0, places]
    similarities[0, : len(places)] = found.similarities[0, places]
    return Neighbours(rows, similarities, ("over-fetch",))


WAYS = (
    *(Way(CARD, f"×{factor}", partial(post_filter, factor=factor)) for factor in FACTORS),
    Way(REPEATED, f"from ×{FACTORS[0]}", partial(post_filter, factor=FACTORS[0], repeated=True)),
)
