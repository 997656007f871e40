"""The graph by hnswlib."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows, check_vectors
from explorer.index.contract import Neighbours, QueryKind, allowed_mask, check_k, ranked
from explorer.index.graph_contract import HnswSettings
from explorer.index.graph_index import GraphIndex

if TYPE_CHECKING:
    import hnswlib


class HnswGraph:
    """A graph of hnswlib; see `Graph`."""

    def __init__(self, graph: "hnswlib.Index") -> None:
        self._graph = graph

    @property
    def labels(self) -> int:
        """One above the highest label: deleted ones are counted."""
        return int(self._graph.get_current_count())

    @property
    def nbytes(self) -> int:
        """As its file, which is its memory."""
        return int(self._graph.index_file_size()) if self.labels else 0

    def add(self, vectors: Floats, labels: Rows, threads: int) -> None:
        """Insert `vectors`, making room for them."""
        if self.labels + len(labels) > self._graph.get_max_elements():
            self._graph.resize_index(self.labels + len(labels))
        self._graph.add_items(vectors, labels, num_threads=threads)

    def remove(self, label: int) -> None:
        """Mark it as deleted."""
        self._graph.mark_deleted(label)

    def search(self, queries: Floats, k: int, ef: int) -> Rows:
        """(q, k) labels; all -1 when fewer than k are reached for one of the queries (links lost among near copies)."""
        self._graph.set_ef(max(k, ef))
        try:
            labels, _ = self._graph.knn_query(queries, k=k)
        except RuntimeError:
            return np.full((len(queries), k), -1)
        return np.asarray(labels.astype(np.int64))

    def search_among(self, query: Floats, k: int, ef: int, allowed: Mask) -> Rows:
        """(1, m) labels near one (1, d) query, of those in the (labels,) mask `allowed`; m is 0 to `k`.

        hnswlib calls Python for every node that it looks at, so all of it runs on one thread.
        """
        wanted = min(k, int(np.count_nonzero(allowed)))
        if not wanted:
            return np.empty((1, 0), dtype=np.int64)
        self._graph.set_ef(max(wanted, ef))
        try:
            labels, _ = self._graph.knn_query(query, k=wanted, num_threads=1, filter=allowed.tobytes().__getitem__)
        except RuntimeError:
            return np.empty((1, 0), dtype=np.int64)
        return np.asarray(labels.astype(np.int64))

    def save(self, path: Path) -> None:
        """In hnswlib's own format."""
        self._graph.save_index(str(path))


class HnswIndex(GraphIndex):
    """Nearest neighbours by hnswlib; see `GraphIndex`."""

    name = "hnsw"
    graph: HnswGraph

    def query_inside(self, query: Floats, k: int, allowed: Mask | Rows, kind: QueryKind = "composed") -> Neighbours:
        """As `query` of one (1, d) vector, with the filter inside of the walk along the graph (in-filter).

        For comparison: hnswlib's callback is several times slower than comparing all allowed items where these lie far
        from the query, and over-fetching is faster where many are allowed (`explorer bench filters`).
        """
        query = check_vectors(query, "query", self.vectors.shape[1])
        inside = allowed_mask(allowed, len(self.vectors)) & self._present
        nodes = self.nodes[inside]
        labels = np.zeros(self.graph.labels, dtype=bool)
        labels[nodes[nodes < len(labels)]] = True
        with self._lock:
            found = self.graph.search_among(query, check_k(k), self._ef(kind) or self.settings.ef, labels)
        return ranked(query, self.vectors, *self._candidates(found, k, inside), k, "in-filter")

    @staticmethod
    def new_graph(dim: int, settings: HnswSettings, items: int) -> HnswGraph:
        """Return an empty graph with room for so many items."""
        graph = _library_index(dim)
        graph.init_index(
            max_elements=max(1, items),
            M=settings.M,
            ef_construction=settings.ef_construction,
            random_seed=settings.seed,
        )
        return HnswGraph(graph)

    @staticmethod
    def read_graph(path: Path, dim: int, settings: HnswSettings) -> HnswGraph:
        """Read what `HnswGraph.save` wrote; the settings are in the file."""
        graph = _library_index(dim)
        graph.load_index(str(path))
        return HnswGraph(graph)


def _library_index(dim: int) -> "hnswlib.Index":
    import hnswlib

    return hnswlib.Index(space="ip", dim=dim)
