"""An HNSW graph over vectors of any length by any of the metrics, and what it finds with more and more candidates.

Settings as Iceberg runs HNSW: M 32, 256 candidates while building, 100 to 1,500 while searching for 100.
"""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.features.diagnose.doctor.metrics import Metric

if TYPE_CHECKING:
    import hnswlib

M, CONSTRUCTION, SEED = 32, 256, 0
WIDER = (1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 10.0, 15.0)  # candidates as multiples of k
INSERTS = 2048
SPACES: dict[Metric, str] = {"euclid": "l2", "inner": "ip", "cosine": "cosine"}


def build_graph(items: Floats, metric: Metric, advance: Callable[[int], None] | None = None) -> "hnswlib.Index":
    """A graph over (n, d) items."""
    import hnswlib

    graph = hnswlib.Index(space=SPACES[metric], dim=items.shape[1])
    graph.init_index(max_elements=len(items), M=M, ef_construction=CONSTRUCTION, random_seed=SEED)
    for start in range(0, len(items), INSERTS):
        graph.add_items(items[start : start + INSERTS], np.arange(start, min(start + INSERTS, len(items))))
        if advance:
            advance(min(start + INSERTS, len(items)))
    return graph


def searches(graph: "hnswlib.Index", queries: Floats, k: int) -> Iterator[tuple[int, Rows, float]]:
    """(ef, (q, k) found rows, queries a second on one thread) for each number of candidates that the graph can keep."""
    for ef in efs(k, graph.get_current_count()):
        graph.set_ef(ef)
        start = perf_counter()
        found = _found(graph, queries, k)
        yield ef, found, len(queries) / (perf_counter() - start)


def efs(k: int, items: int) -> list[int]:
    """Candidates that are tried: from k to 15 k, none above the number of items."""
    return sorted({min(round(k * wider), items) for wider in WIDER})


def recalled(found: Rows, truth: Rows) -> Rows:
    """(q,) how many of the (q, k) true rows are among the found ones."""
    counts: Rows = (found[:, :, None] == truth[:, None, :]).any(axis=1).sum(axis=1)
    return counts


def _found(graph: "hnswlib.Index", queries: Floats, k: int) -> Rows:
    """(q, k) rows; -1 for all of a query of which the graph leads to fewer than k items (links lost among copies)."""
    try:
        found: Rows = graph.knn_query(queries, k=k, num_threads=1)[0].astype(np.int64)
        return found
    except RuntimeError:
        return np.concatenate([_one(graph, query, k) for query in queries])


def _one(graph: "hnswlib.Index", query: Floats, k: int) -> Rows:
    try:
        found: Rows = graph.knn_query(query[None], k=k, num_threads=1)[0].astype(np.int64)
        return found
    except RuntimeError:
        return np.full((1, k), -1, dtype=np.int64)
