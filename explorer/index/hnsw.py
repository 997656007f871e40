"""Approximate search over a navigable small world graph (Malkov & Yashunin 2018), by hnswlib."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_vectors
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.index.contract import Neighbours, QueryKind, allowed_rows, check_k, ranked, stacked
from explorer.index.copies import Nodes, first_equal
from explorer.index.exact import FAST, ExactIndex

if TYPE_CHECKING:
    import hnswlib

INSERTS = 8192  # rows inserted between two reports of progress
QUERIES = 1024  # queries answered between two chances for other threads
OVERSAMPLING = 1.5
WIDEST = 2000  # most neighbours asked of the graph for one query
SELVES = 10  # an item finds itself when it is among so many: rounded rows are not quite of length 1


@dataclass(frozen=True)
class HnswSettings:
    """Parameters that are saved with the graph.

    M: links of an item; ef_construction, ef: candidates kept while inserting, and while searching for 10 neighbours
    with a query of a kind that was not tuned.
    seed: of the random levels. A graph is the same in every build with one thread; with several, the order of
    insertions varies, and with it a few links.
    """

    M: int = 16
    ef_construction: int = 200
    seed: int = 0
    ef: int = 64

    def __post_init__(self) -> None:
        """Raise InputError for a value outside what hnswlib can use."""
        for name, low in (("M", 2), ("ef_construction", 1), ("ef", 1), ("seed", 0)):
            if getattr(self, name) < low:
                raise InputError(f"HNSW {name}: expected {low} or more, got {getattr(self, name)}.")


class HnswIndex:
    """Nearest neighbours among chosen rows of `vectors` ((n, d) unit rows, float16 or float32, may be memory-mapped).

    Rows with the same vector are one node of the graph, and all of them are found with it. Every answer is scored
    against `vectors`, so similarities equal those of `ExactIndex`. Items that the graph does not lead to (`strays`) are
    compared with every query; where the graph cannot give k items, and for kinds of query that it cannot answer well
    enough (ef 0), exact search does. Queries and changes of several threads take turns.

    efs: candidates kept for 10 neighbours of a query of each kind; 0: search exactly.
    """

    name = "hnsw"

    def __init__(self, vectors: NDArray[Any], settings: HnswSettings, graph: "hnswlib.Index", nodes: Rows):
        """Use `build` or `explorer.index.store.load_hnsw`; nodes: (n,) label in `graph` of each row, -1 for none."""
        self.vectors, self.graph, self.settings = vectors, graph, settings
        self.efs: Mapping[QueryKind, int] = {}
        self.strays: Rows = np.empty(0, dtype=np.int64)
        self._lock = Lock()
        self._labels = graph.get_current_count()
        self._set_nodes(np.asarray(nodes))

    @classmethod
    def build(
        cls,
        vectors: NDArray[Any],
        rows: Rows | Mask | None = None,
        settings: HnswSettings | None = None,
        threads: int = -1,
        advance: Callable[[int], None] | None = None,
    ) -> "HnswIndex":
        """Insert `rows` (a mask, row numbers, or all) with `threads` (-1: all cores; 1: the same graph every time)."""
        settings = settings or HnswSettings()
        graph = new_graph(vectors.shape[1])
        chosen = np.arange(len(vectors)) if rows is None else allowed_rows(rows, len(vectors))
        graph.init_index(
            max_elements=max(1, len(chosen)),
            M=settings.M,
            ef_construction=settings.ef_construction,
            random_seed=settings.seed,
        )
        index = cls(vectors, settings, graph, np.full(len(vectors), -1))
        index.add(chosen, threads, advance)
        return index

    def __len__(self) -> int:
        return len(self._exact)

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
            if self._labels + len(leaders) > self.graph.get_max_elements():
                self.graph.resize_index(self._labels + len(leaders))
            for start in range(0, len(leaders), INSERTS):
                part = leaders[start : start + INSERTS]
                self.graph.add_items(_contiguous(self.vectors, part), labels[part], num_threads=threads)
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
                self.graph.mark_deleted(int(label))
            self.strays = self.strays[self.nodes[self.strays] >= 0]

    def find_strays(self, kind: QueryKind = "item") -> Rows:
        """Ask for every item by its own vector; from now on those that were not found are compared with every query."""
        leaders, ef = self._nodes.first(), self._ef(kind) or self.settings.ef
        missed = []
        for start in range(0, len(leaders), QUERIES):
            part = leaders[start : start + QUERIES]
            found = self._search(widen(self.vectors[part]), min(SELVES, len(leaders)), ef)
            missed.append(part if found is None else part[(found != self.nodes[part, None]).all(axis=1)])
        labels = self.nodes[np.concatenate(missed)] if missed else np.empty(0, dtype=np.int64)
        self.strays = np.sort(self._nodes.rows_of(labels)[1])
        return self.strays

    def query(
        self, vectors: NDArray[Any], k: int, allowed: Mask | Rows | None = None, kind: QueryKind = "composed"
    ) -> Neighbours:
        """Return the k nearest items of each of the (q, d) `vectors`, among `allowed`; see `Index`.

        Among so few allowed items that exact search is fast, all of them are compared.
        """
        queries = check_vectors(vectors, "query", self.vectors.shape[1])
        inside = None if allowed is None else self._inside(allowed)
        available = len(self) if inside is None else int(np.count_nonzero(inside))
        wide = check_k(k) if inside is None else int(OVERSAMPLING * k * len(self) / max(1, available)) + 1
        few = inside is not None and available * self.vectors.shape[1] <= FAST
        if few or not self._ef(kind) or wide > WIDEST or self._ef_for(wide, kind) >= available:
            return self._exact.query(queries, k, inside)
        ef = self._ef_for(wide, kind)
        blocks = (queries[start : start + QUERIES] for start in range(0, len(queries), QUERIES))
        return stacked([self._query_block(block, self._search(block, wide, ef), k, inside) for block in blocks], k)

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
        self._exact = ExactIndex(self.vectors, self.nodes >= 0)

    def _inside(self, allowed: Mask | Rows) -> Mask:
        inside = np.zeros(len(self.vectors), dtype=bool)
        inside[allowed_rows(allowed, len(self.vectors))] = True
        return np.asarray(inside & (self.nodes >= 0))

    def _ef(self, kind: QueryKind) -> int:
        return self.efs.get(kind, self.settings.ef)

    def _ef_for(self, k: int, kind: QueryKind) -> int:
        """Keep as many candidates beyond k as the tuned ef keeps beyond 10."""
        return max(self._ef(kind), self._ef(kind) + k - 10)

    def _query_block(self, queries: Floats, labels: Rows | None, k: int, inside: Mask | None) -> Neighbours:
        """Rank the rows of the (q, w) `labels` that the graph gave; None: it reaches too few nodes."""
        if labels is None:
            return self._exact.query(queries, k, inside)
        answer = ranked(queries, self.vectors, *self._candidates(labels, k, inside), k)
        short = np.flatnonzero((answer.rows < 0).any(axis=1))
        if len(short):
            exact = self._exact.query(queries[short], k, inside)
            answer.rows[short], answer.similarities[short] = exact.rows, exact.similarities
        return answer

    def _candidates(self, labels: Rows, k: int, inside: Mask | None) -> tuple[Rows, Rows]:
        """(c,) query numbers and (c,) rows to compare: of each node the first k allowed rows, and all strays."""
        place, rows = self._nodes.rows_of(labels.ravel())
        keep = ~np.isin(rows, self.strays)
        if inside is not None:
            keep &= inside[rows]
        place, rows = place[keep], rows[keep]
        first = np.arange(len(place)) - np.searchsorted(place, place) < k
        strays = self.strays if inside is None else self.strays[inside[self.strays]]
        queries = np.repeat(np.arange(len(labels)), len(strays))
        which = np.concatenate([place[first] // labels.shape[1], queries])
        return which, np.concatenate([rows[first], np.tile(strays, len(labels))])

    def _search(self, queries: Floats, k: int, ef: int) -> Rows | None:
        """(q, k) labels from the graph, or None when it reaches fewer than k nodes (links lost among near copies)."""
        with self._lock:
            self.graph.set_ef(max(k, ef))
            try:
                labels, _ = self.graph.knn_query(queries, k=k)
            except RuntimeError:
                return None
            return np.asarray(labels.astype(np.int64))


def new_graph(dim: int) -> "hnswlib.Index":
    """Return an empty hnswlib graph for unit rows of length `dim`."""
    import hnswlib

    return hnswlib.Index(space="ip", dim=dim)


def _contiguous(vectors: NDArray[Any], rows: Rows) -> Floats:
    """Copy no more than needed: a run of rows is a slice."""
    run = len(rows) and rows[-1] - rows[0] + 1 == len(rows)
    return widen(vectors[rows[0] : rows[-1] + 1] if run else vectors[rows])
