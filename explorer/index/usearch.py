"""The graph by usearch, which keeps its vectors in half precision. Optional: the extra `engines`."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.index.graph_contract import HnswSettings
from explorer.index.graph_index import GraphIndex

if TYPE_CHECKING:
    from usearch.index import Index as LibraryIndex

STORED = "f16"
FEW = 32  # queries of one thread


class UsearchGraph:
    """A graph of usearch; see `Graph`."""

    def __init__(self, graph: "LibraryIndex") -> None:
        self._graph = graph
        self._labels = int(np.asarray(graph.keys).max()) + 1 if len(graph) else 0

    @property
    def labels(self) -> int:
        """One above the highest label; that of a removed one may be given again."""
        return self._labels

    @property
    def nbytes(self) -> int:
        """What usearch has allocated."""
        return int(self._graph.memory_usage) if len(self._graph) else 0

    def add(self, vectors: Floats, labels: Rows, threads: int) -> None:
        """Insert `vectors`."""
        if len(labels):
            self._graph.add(labels.astype(np.uint64), vectors, threads=max(0, threads))
            self._labels = max(self._labels, int(labels.max()) + 1)

    def remove(self, label: int) -> None:
        """Mark it as deleted; its place is given to a later one."""
        self._graph.remove(label)

    def search(self, queries: Floats, k: int, ef: int) -> Rows:
        """(q, k) labels, -1 where fewer were reached."""
        from usearch.index import BatchMatches

        self._graph.expansion_search = max(k, ef)  # type: ignore[misc]  # its setter is not seen through its overloads
        found = self._graph.search(queries, k, threads=0 if len(queries) > FEW else 1)
        labels = np.full((len(queries), k), -1)
        if isinstance(found, BatchMatches):
            labels[:, : found.keys.shape[1]] = found.keys
            labels[np.arange(k) >= np.asarray(found.counts)[:, None]] = -1
        else:
            labels[0, : len(found.keys)] = found.keys
        return labels

    def save(self, path: Path) -> None:
        """In usearch's own format."""
        self._graph.save(str(path))


class UsearchIndex(GraphIndex):
    """Nearest neighbours by usearch; see `GraphIndex`."""

    name = "usearch"

    @staticmethod
    def new_graph(dim: int, settings: HnswSettings, items: int) -> UsearchGraph:
        """Return an empty graph; it grows by itself."""
        return UsearchGraph(_library_index(dim, settings))

    @staticmethod
    def read_graph(path: Path, dim: int, settings: HnswSettings) -> UsearchGraph:
        """Read what `UsearchGraph.save` wrote."""
        graph = _library_index(dim, settings)
        graph.load(str(path))
        return UsearchGraph(graph)


def _library_index(dim: int, settings: HnswSettings) -> "LibraryIndex":
    """InputError where usearch is not installed."""
    if find_spec("usearch") is None:
        raise InputError("It takes the library usearch: pip install 'similarity-explorer[engines]'.")
    from usearch.index import Index as LibraryIndex

    return LibraryIndex(
        ndim=dim,
        metric="ip",
        dtype=STORED,
        connectivity=settings.M,
        expansion_add=settings.ef_construction,
        expansion_search=settings.ef,
    )
