"""Approximate search over a navigable small world graph, whichever library keeps it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_vectors
from explorer.base.errors import WorkspaceError
from explorer.base.half import widen
from explorer.index.contract import Neighbours, QueryKind, Way, allowed_mask, allowed_rows, check_k, ranked, stacked
from explorer.index.copies import Nodes, first_equal
from explorer.index.exact import ExactIndex
from explorer.index.graph_contract import Graph, HnswSettings
from explorer.index.plan import Plan, plan

INSERTS = 8192  # rows inserted between two reports of progress
QUERIES = 1024  # queries answered between two chances for other threads
SELVES = 10  # an item finds itself when it is among so many: rounded rows are not quite of length 1


class GraphIndex(ABC):
    """Nearest neighbours among chosen rows of `vectors` ((n, d) unit rows, float16 or float32, may be memory-mapped).

    Rows with the same vector are one node of the graph, and all of them are found with it. Every answer is scored
    against `vectors`, so similarities equal those of `ExactIndex`. Items that the graph does not lead to (`strays`) are
    compared with every query; where the graph cannot give k items, and for kinds of query that it cannot answer well
    enough (ef 0), exact search does. Queries and changes of several threads take turns.

    Items may wait beside the graph: their nodes have labels above its own, and they are strays until they are inserted.

    efs: candidates kept for 10 neighbours of a query of each kind; 0: search exactly. problem: why search is exact just
    now although there is a graph, "" as long as there is none. whole_file: whether an added item means that all of the
    graph is written again.
    """

    name = ""
    problem = ""
    whole_file = True

    def __init__(self, vectors: NDArray[Any], settings: HnswSettings, graph: Graph, nodes: Rows):
        """Use `build` or `explorer.index.store.load_graph`; nodes: (n,) label in `graph` of each row, -1 for none."""
        self.vectors, self.graph, self.settings = vectors, graph, settings
        self.efs: Mapping[QueryKind, int] = {}
        self.strays: Rows = np.empty(0, dtype=np.int64)
        self._lock = Lock()
        self._labels = graph.labels
        self._set_nodes(np.asarray(nodes))

    @staticmethod
    @abstractmethod
    def new_graph(dim: int, settings: HnswSettings, items: int) -> Graph:
        """Return an empty graph for `items` unit rows of length `dim`."""

    @staticmethod
    @abstractmethod
    def read_graph(path: Path, dim: int, settings: HnswSettings) -> Graph:
        """Read a graph that was saved."""

    @classmethod
    def build(
        cls,
        vectors: NDArray[Any],
        rows: Rows | Mask | None = None,
        settings: HnswSettings | None = None,
        threads: int = -1,
        advance: Callable[[int], None] | None = None,
    ) -> Self:
        """Insert `rows` (a mask, row numbers, or all) with `threads` (-1: all cores; 1: the same graph every time)."""
        settings = settings or HnswSettings()
        chosen = np.arange(len(vectors)) if rows is None else allowed_rows(rows, len(vectors))
        graph = cls.new_graph(vectors.shape[1], settings, len(chosen))
        index = cls(vectors, settings, graph, np.full(len(vectors), -1))
        index.add(chosen, threads, advance)
        return index

    def __len__(self) -> int:
        return len(self._exact)

    @property
    def nbytes(self) -> int:
        """Bytes of the graph and of the table of its nodes, without what exact search copies of the rows."""
        return self.graph.nbytes + 2 * self.nodes.nbytes

    @property
    def approximate(self) -> bool:
        """Whether it can miss something, and finds more with a higher ef."""
        return True

    @property
    def nodes(self) -> Rows:
        """(n,) label of each row's node in the graph, -1 where a row is not in the index; read-only."""
        return self._nodes.of_row

    @property
    def copies(self) -> int:
        """How many items share the node of another one."""
        return len(self._nodes) - int(np.count_nonzero(self._nodes.sizes))

    def add(self, rows: Rows, threads: int = -1, advance: Callable[[int], None] | None = None) -> None:
        """Insert those of `rows` that are not in the index yet; `advance` is told how many are done."""
        with self._lock:
            wanted = allowed_rows(rows, len(self.vectors))
            fresh = wanted[self.nodes[wanted] < 0]
            labels, leaders = self._new_labels(fresh)
            for start in range(0, len(leaders), INSERTS):
                part = leaders[start : start + INSERTS]
                self.graph.add(_contiguous(self.vectors, part), labels[part], threads)
                if advance:
                    advance(start + len(part))
            self._labels += len(leaders)
            self._set_nodes(np.where(labels >= 0, labels, self.nodes))

    def remove(self, rows: Rows) -> None:
        """Make `rows` unfindable; rows that are not in the index are passed over."""
        with self._lock:
            before = self._nodes.sizes
            nodes = self.nodes.copy()
            nodes[allowed_rows(rows, len(self.vectors))] = -1
            self._set_nodes(nodes)
            after = np.bincount(nodes[nodes >= 0], minlength=len(before))
            for label in np.flatnonzero((before > 0) & (after == 0)):
                self.graph.remove(int(label))
            self.strays = self.strays[self.nodes[self.strays] >= 0]

    def check(self) -> None:
        """Raise WorkspaceError when what lies elsewhere is not, or not any more, what belongs to this index."""
        if self.problem:
            raise WorkspaceError(self.problem)

    def find_strays(self, kind: QueryKind = "item", among: Rows | None = None) -> Rows:
        """Ask for every item by its own vector; from now on those that were not found are compared with every query.

        among: rows, such as those just inserted, that alone are asked for; strays known before stay so.
        """
        leaders, ef = self._nodes.first(), self._ef(kind) or self.settings.ef
        if among is not None:
            leaders = leaders[np.isin(self.nodes[leaders], self.nodes[among])]
        missed = [] if among is None else [self.strays]
        for start in range(0, len(leaders), QUERIES):
            part = leaders[start : start + QUERIES]
            found = self._search(widen(self.vectors[part]), min(SELVES, len(leaders)), ef)
            missed.append(part[(found != self.nodes[part, None]).all(axis=1)])
        labels = np.unique(self.nodes[np.concatenate(missed)]) if missed else np.empty(0, dtype=np.int64)
        self.strays = np.sort(self._nodes.rows_of(labels)[1])
        return self.strays

    def query(
        self, vectors: NDArray[Any], k: int, allowed: Mask | Rows | None = None, kind: QueryKind = "composed"
    ) -> Neighbours:
        """Return the k nearest items of each of the (q, d) `vectors`, among `allowed`; see `Index` and `plan`."""
        queries = check_vectors(vectors, "query", self.vectors.shape[1])
        inside = None if allowed is None else allowed_mask(allowed, len(self.vectors)) & self._present
        how = self.plan(check_k(k), inside, kind)
        if not how.wide:
            return self._exact.query(queries, k, inside)
        blocks = (queries[start : start + QUERIES] for start in range(0, len(queries), QUERIES))
        return stacked([self._query_block(block, k, inside, how) for block in blocks], k)

    def plan(self, k: int, inside: Mask | None, kind: QueryKind) -> Plan:
        """How a query of a kind for `k` items among those `inside`, a mask of items that can be found, is answered."""
        return plan(
            k,
            items=len(self),
            available=len(self) if inside is None else int(np.count_nonzero(inside)),
            dim=self.vectors.shape[1],
            ef=self._ef(kind),
            filtered=inside is not None,
        )

    def _new_labels(self, fresh: Rows) -> tuple[Rows, Rows]:
        """(n,) labels of the `fresh` rows, -1 elsewhere, and those of them that are the first of a new node."""
        known = self._nodes.first()
        leader = first_equal(self.vectors, np.concatenate([known, fresh]))
        own = len(known) + np.flatnonzero(leader[len(known) :] == np.arange(len(known), len(leader)))
        names = np.concatenate([self.nodes[known], np.full(len(fresh), -1)])
        names[own] = self._labels + np.arange(len(own))
        labels = np.full(len(self.vectors), -1)
        labels[fresh] = names[leader[len(known) :]]
        return labels, fresh[own - len(known)]

    def _set_nodes(self, nodes: Rows) -> None:
        self._nodes = Nodes(nodes)
        self._present: Mask = self.nodes >= 0
        self._exact = ExactIndex(self.vectors, self._present)

    def _ef(self, kind: QueryKind) -> int:
        return self.efs.get(kind, self.settings.ef)

    def _query_block(self, queries: Floats, k: int, inside: Mask | None, how: Plan) -> Neighbours:
        """Rank the rows that the graph gives for the (q, d) queries; where it gives too few, all rows."""
        return self._ranked(queries, self._search(queries, how.wide, how.ef), k, inside, how.way)

    def _ranked(self, queries: Floats, labels: Rows, k: int, inside: Mask | None, way: Way) -> Neighbours:
        """Score the items of the (q, m) labels, -1 where fewer were found; all items where these are too few."""
        answer = ranked(queries, self.vectors, *self._candidates(labels, k, inside), k, way)
        short = np.flatnonzero((answer.rows < 0).any(axis=1) | (labels < 0).any(axis=1))
        if not len(short):
            return answer
        exact = self._exact.query(queries[short], k, inside)
        answer.rows[short], answer.similarities[short] = exact.rows, exact.similarities
        ways = np.asarray(answer.ways, dtype=object)
        ways[short] = exact.ways
        return replace(answer, ways=tuple(ways))

    def _candidates(self, labels: Rows, k: int, inside: Mask | None) -> tuple[Rows, Rows]:
        """(c,) query numbers and (c,) rows to compare: of each node the first k allowed rows, and all strays."""
        reached = np.flatnonzero(labels.ravel() >= 0)
        place, rows = self._nodes.rows_of(labels.ravel()[reached])
        place = reached[place]
        keep = ~np.isin(rows, self.strays)
        if inside is not None:
            keep &= inside[rows]
        place, rows = place[keep], rows[keep]
        first = np.arange(len(place)) - np.searchsorted(place, place) < k
        strays = self.strays if inside is None else self.strays[inside[self.strays]]
        queries = np.repeat(np.arange(len(labels)), len(strays))
        which = np.concatenate([place[first] // labels.shape[1], queries])
        return which, np.concatenate([rows[first], np.tile(strays, len(labels))])

    def _search(self, queries: Floats, k: int, ef: int) -> Rows:
        """(q, k) labels from the graph, -1 where it reaches fewer nodes."""
        with self._lock:
            return self.graph.search(queries, k, ef)


def _contiguous(vectors: NDArray[Any], rows: Rows) -> Floats:
    """Copy no more than needed: a run of rows is a slice."""
    run = len(rows) and rows[-1] - rows[0] + 1 == len(rows)
    return widen(vectors[rows[0] : rows[-1] + 1] if run else vectors[rows])
