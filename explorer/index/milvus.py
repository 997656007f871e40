"""The index by Milvus: embedded in this process, or on a server that many share. Optional: the extra `milvus`."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import WorkspaceError
from explorer.base.half import widen
from explorer.index.contract import Neighbours, QueryKind, allowed_rows
from explorer.index.graph_contract import HnswSettings
from explorer.index.graph_index import GraphIndex
from explorer.index.milvus_client import Collection
from explorer.index.milvus_files import packed_labels
from explorer.index.milvus_filters import FIELD, expression_of
from explorer.index.milvus_places import EmbeddedPlace, Place, ServerPlace
from explorer.index.milvus_servers import read_place
from explorer.index.plan import Plan

REST = 30.0  # seconds of exact search before a server that failed is asked again
SAMPLE = 3  # vectors whose scores are looked at when a collection is opened
ROUNDING = 2e-3  # between a score and the dot product of half precision rows


class MilvusGraph:
    """Labelled vectors of a collection of Milvus; see `Graph`. It is opened when it is first asked.

    labels: as many were given before.
    """

    def __init__(self, place: Place, dim: int, settings: HnswSettings, labels: int = 0) -> None:
        self.place, self._dim, self._settings = place, dim, settings
        self._labels = self._kept = labels
        self._gone: list[int] = []
        self._collection: Collection | None = None

    @property
    def labels(self) -> int:
        """One above the highest label: deleted ones are counted."""
        return self._labels

    @property
    def nbytes(self) -> int:
        """About: the embedded one compares a copy in single precision, of deleted ones too; a server has its own."""
        return 0 if self.place.shared else self._labels * (4 * self._dim + 16)

    @property
    def scans(self) -> bool:
        """Whether all vectors are compared; a server is asked for it."""
        return not self.place.shared or self.opened().scans

    def opened(self) -> Collection:
        """The collection; Unreachable or WorkspaceError when it cannot be had."""
        if self._collection is None:
            self._collection = self.place.open(self._dim, self._settings)
        return self._collection

    def hang_up(self) -> None:
        """Open it anew when it is next asked."""
        if self._collection is not None:
            self._collection.close()
        self._collection = None

    def add(self, vectors: Floats, labels: Rows, threads: int) -> None:
        """Insert `vectors`; what stopped work has left under these labels goes first. Milvus has its own threads."""
        self.delete_gone()
        if self._labels and self._labels == self._kept and self.place.shared:
            self.opened().delete_from(self._kept)
        if len(labels):
            self._labels = max(self._labels, int(labels.max()) + 1)
            self.opened().insert(vectors, labels)

    def remove(self, label: int) -> None:
        """Note it; many at once are deleted before the next question."""
        self._gone.append(label)

    def delete_gone(self) -> None:
        """Delete what was removed."""
        if self._gone:
            self.opened().delete(self._gone)
            self._gone = []

    def search(self, queries: Floats, k: int, ef: int) -> Rows:
        """(q, k) labels, -1 where fewer were found."""
        return self.search_among(queries, k, ef, "")

    def search_among(self, queries: Floats, k: int, ef: int, expression: str) -> Rows:
        """(q, k) labels for which `expression` holds; -1 where fewer were found, or what nobody knows of."""
        self.delete_gone()
        labels, _ = self.opened().search(queries, k, ef, expression)
        return np.where(labels < self._labels, labels, -1)

    def save(self, path: Path) -> None:
        """As one file: the embedded database, or where the collection is."""
        self.delete_gone()
        self.opened()
        self.place.save(path, self._labels)
        self._kept = self._labels
        if not self.place.shared:
            self._collection = None

    def verify(self, vectors: NDArray[Any], rows: Rows, labels: Rows) -> None:
        """WorkspaceError unless it holds as many vectors as there are `labels`, and some of them score as they should.

        rows, labels: (m,) a row of the (n, d) `vectors` for each label. A collection that was made anew, of another
        model, or of a version that means something else by a score, fails here.
        """
        self.delete_gone()
        collection = self.opened()
        count = collection.count(self._labels)
        if count != len(labels):
            raise WorkspaceError(f"{collection.where} holds {count:,} vectors of this index, expected {len(labels):,}")
        for place in np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(int)) if len(rows) else ():
            vector = widen(vectors[rows[place]][None])
            found, score = collection.search(vector, 1, 1, f"{FIELD} == {labels[place]}")
            if found[0, 0] != labels[place] or abs(score[0, 0] - np.vdot(vector, vector)) > ROUNDING:
                raise WorkspaceError(f"{collection.where} holds other vectors than this index, or scores otherwise")


class MilvusIndex(GraphIndex):
    """Nearest neighbours by Milvus; see `GraphIndex`.

    The embedded one compares all vectors; a server walks along its own graph (HNSW). While a server does not answer,
    search is exact and `problem` says why; it is asked again after half a minute.
    """

    name = "milvus"
    whole_file = False
    graph: MilvusGraph

    def __init__(self, vectors: NDArray[Any], settings: HnswSettings, graph: MilvusGraph, nodes: Rows) -> None:
        super().__init__(vectors, settings, graph, nodes)
        self._verified = graph.labels == 0
        self._changing = graph.labels == 0
        self._again_at = 0.0

    @staticmethod
    def new_graph(dim: int, settings: HnswSettings, items: int) -> MilvusGraph:
        """Return an empty embedded one."""
        return MilvusGraph(EmbeddedPlace(), dim, settings)

    @staticmethod
    def read_graph(path: Path, dim: int, settings: HnswSettings) -> MilvusGraph:
        """Read what `MilvusGraph.save` wrote; a server is called later."""
        there = read_place(path)
        if there is None:
            return MilvusGraph(EmbeddedPlace(path), dim, settings, packed_labels(path))
        return MilvusGraph(ServerPlace(there.uri, there.collection), dim, settings, there.labels)

    @classmethod
    def build(
        cls,
        vectors: NDArray[Any],
        rows: Rows | Mask | None = None,
        settings: HnswSettings | None = None,
        threads: int = -1,
        advance: Callable[[int], None] | None = None,
        *,
        uri: str = "",
        owner: str = "",
    ) -> "MilvusIndex":
        """Insert `rows` (a mask, row numbers, or all). uri, owner: of a server, and whose its collection is."""
        settings = settings or HnswSettings()
        chosen = np.arange(len(vectors)) if rows is None else allowed_rows(rows, len(vectors))
        place: Place = ServerPlace(uri, owner=owner) if uri else EmbeddedPlace()
        index = cls(vectors, settings, MilvusGraph(place, vectors.shape[1], settings), np.full(len(vectors), -1))
        index.add(chosen, threads, advance)
        return index

    @property
    def approximate(self) -> bool:
        """Whether it can miss something, and finds more with a higher ef."""
        return not self.graph.scans

    def add(self, rows: Rows, threads: int = -1, advance: Callable[[int], None] | None = None) -> None:
        """As `GraphIndex.add`, then wait until the graph is made; failures are raised from now on."""
        self._changing = True
        before = self.graph.labels
        super().add(rows, threads, advance)
        if self.graph.labels > before:
            self.graph.opened().settle()

    def remove(self, rows: Rows) -> None:
        """As `GraphIndex.remove`; failures are raised from now on."""
        self._changing = True
        super().remove(rows)
        with self._lock:
            self.graph.delete_gone()

    def find_strays(self, kind: QueryKind = "item", among: Rows | None = None) -> Rows:
        """As `GraphIndex.find_strays`; there are none where all vectors are compared."""
        if self.graph.scans:
            self.strays = np.empty(0, dtype=np.int64)
            return self.strays
        return super().find_strays(kind, among)

    def check(self) -> None:
        """Raise Unreachable when a server does not answer, WorkspaceError when its collection is another one."""
        with self._lock:
            self._verify()

    def _verify(self) -> None:
        rows = self._nodes.first()
        self.graph.verify(self.vectors, rows, self.nodes[rows])
        self._verified = True

    def _search(self, queries: Floats, k: int, ef: int) -> Rows:
        return self._asked(queries, k, ef)

    def _asked(self, queries: Floats, k: int, ef: int, expression: str = "") -> Rows:
        """(q, k) labels; all -1, so that search is exact, while a server does not answer or has something else."""
        if self.problem and time.monotonic() < self._again_at:
            return np.full((len(queries), k), -1)
        try:
            with self._lock:
                if not self._verified:
                    self._verify()
                found = self.graph.search_among(queries, k, ef, expression)
        except WorkspaceError as error:
            if self._changing:
                raise
            self.problem, self._again_at, self._verified = f"{error}", time.monotonic() + REST, False
            self.graph.hang_up()
            return np.full((len(queries), k), -1)
        self.problem = ""
        return found

    def _query_block(self, queries: Floats, k: int, inside: Mask | None, how: Plan) -> Neighbours:
        """As of any graph; a filter that can be said in a few ranges of labels is left to Milvus."""
        expression = self._expression(inside) if how.way == "over-fetch" and inside is not None else ""
        if not expression:
            return super()._query_block(queries, k, inside, how)
        return self._ranked(queries, self._asked(queries, k, how.ef, expression), k, inside, "in-filter")

    def _expression(self, inside: Mask) -> str:
        allowed = np.zeros(self._nodes.labels, dtype=bool)
        allowed[self.nodes[inside & self._present]] = True
        return expression_of(allowed, self._nodes.sizes > 0)
