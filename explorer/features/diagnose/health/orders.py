"""Orders in which items can go into an index, and what a graph that is built in one finds.

Source: Elliott & Clark (Marqo) 2024, The impacts of data, ordering, and intrinsic dimensionality on recall in
hierarchical navigable small worlds. The graph is built on one thread: with several, the order would mean nothing.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.index import HnswIndex, HnswSettings, Neighbours, QueryKind
from explorer.index.recall import recall_shares

ORDERS = {
    "random": "random order",
    "ascending": "low dimension first",
    "descending": "high dimension first",
    "category": "one category after the other",
}
M, CONSTRUCTION = 16, 200
Asked = Mapping[QueryKind, tuple[Floats, Neighbours]]
"""(q, d) queries of each kind and their exact nearest."""


def order_of(name: str, dimensions: Doubles, categories: Rows | None, seed: int) -> Rows:
    """(n,) places in one of `ORDERS`; the seed decides among equals, and items without a dimension come last."""
    shuffled = np.random.default_rng(seed).permutation(len(dimensions))
    if name == "random":
        return shuffled
    values = dimensions[shuffled]
    if name == "category":
        values = np.asarray(categories, dtype=np.float64)[shuffled] if categories is not None else values
    return shuffled[np.argsort(-values if name == "descending" else values, kind="stable")]


def recalls_in_order(
    items: Floats, order: Rows, asked: Asked, efs: Sequence[int], seed: int
) -> Iterator[tuple[QueryKind, int, Doubles]]:
    """Build a graph of (n, d) items in this order with this seed; (kind, ef, (q,) recalls of the queries) for each."""
    settings = HnswSettings(M, CONSTRUCTION, seed + 1)  # hnswlib builds the same graph with seeds 0 and 1
    index = HnswIndex.build(np.ascontiguousarray(items[order]), settings=settings, threads=1)
    for kind, (queries, truth) in asked.items():
        for ef in efs:
            index.efs = {kind: ef}
            yield kind, ef, recall_shares(index.query(queries, truth.rows.shape[1], kind=kind), truth)
