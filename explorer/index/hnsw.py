"""Approximate search over a navigable small world graph (Malkov & Yashunin 2018), by hnswlib."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_vectors
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.index.contract import Neighbours, allowed_rows, check_k, ranked, stacked
from explorer.index.exact import ExactIndex

if TYPE_CHECKING:
    import hnswlib

INSERTS = 8192  # rows inserted between two reports of progress
QUERIES = 1024  # queries answered between two chances for other threads
SMALL = 10_000  # a filtered subset up to this size is searched exactly
OVERSAMPLING = 1.5
WIDEST = 2000  # most neighbours asked of the graph for one query


@dataclass(frozen=True)
class HnswSettings:
    """Parameters that are saved with the graph.

    M: links of an item; ef_construction, ef: candidates kept while inserting, and while searching for 10 neighbours.
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

    Every answer is scored against `vectors`, so similarities equal those of `ExactIndex`; where the graph cannot give
    k items, exact search does. Queries and changes of several threads take turns.
    """

    name = "hnsw"

    def __init__(self, vectors: NDArray[Any], settings: HnswSettings, graph: "hnswlib.Index", slots: Rows):
        """Use `build` or `explorer.index.store.load_hnsw`; slots: row number of each label of `graph`, -1 deleted."""
        self.vectors = vectors
        self.graph = graph
        self._settings = settings
        self._lock = Lock()
        self._set_slots(slots)

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
        index = cls(vectors, settings, graph, np.empty(0, dtype=np.int64))
        index.add(chosen, threads, advance)
        return index

    def __len__(self) -> int:
        return len(self._exact)

    @property
    def settings(self) -> HnswSettings:
        """The parameters, with the current ef."""
        return self._settings

    @property
    def ef(self) -> int:
        """Candidates kept while searching for 10 neighbours; more are kept for more."""
        return self._settings.ef

    @ef.setter
    def ef(self, value: int) -> None:
        self._settings = replace(self._settings, ef=value)

    @property
    def slots(self) -> Rows:
        """(labels,) row number of each label of the graph, -1 where deleted; read-only."""
        return self._slots

    def add(self, rows: Rows, threads: int = -1, advance: Callable[[int], None] | None = None) -> None:
        """Insert those of `rows` that are not in the index yet; `advance` is told how many are done."""
        with self._lock:
            fresh = np.setdiff1d(allowed_rows(rows, len(self.vectors)), self._slots)
            first = len(self._slots)
            if first + len(fresh) > self.graph.get_max_elements():
                self.graph.resize_index(first + len(fresh))
            for start in range(0, len(fresh), INSERTS):
                part = fresh[start : start + INSERTS]
                labels = np.arange(first + start, first + start + len(part))
                self.graph.add_items(_contiguous(self.vectors, part), labels, num_threads=threads)
                self._set_slots(np.concatenate([self._slots, part]))
                if advance:
                    advance(start + len(part))

    def remove(self, rows: Rows) -> None:
        """Make `rows` unfindable; rows that are not in the index are passed over."""
        with self._lock:
            gone = np.isin(self._slots, allowed_rows(rows, len(self.vectors)))
            for label in np.flatnonzero(gone):
                self.graph.mark_deleted(int(label))
            self._set_slots(np.where(gone, -1, self._slots))

    def query(self, vectors: NDArray[Any], k: int, allowed: Mask | Rows | None = None) -> Neighbours:
        """Return the k nearest items of each of the (q, d) `vectors`, among `allowed`; see `Index`."""
        queries = check_vectors(vectors, "query", self.vectors.shape[1])
        inside = None if allowed is None else self._inside(allowed)
        available = len(self) if inside is None else int(np.count_nonzero(inside))
        wide = check_k(k) if inside is None else int(OVERSAMPLING * k * len(self) / max(1, available)) + 1
        small = inside is not None and available <= SMALL
        if small or wide > WIDEST or self._ef_for(wide) >= available:
            return self._exact.query(queries, k, inside)
        blocks = (queries[start : start + QUERIES] for start in range(0, len(queries), QUERIES))
        return stacked([self._query_block(block, k, wide, inside) for block in blocks], k)

    def _set_slots(self, slots: Rows) -> None:
        self._slots = np.asarray(slots, dtype=np.int64)
        self._slots.flags.writeable = False
        self._present = np.zeros(len(self.vectors), dtype=bool)
        self._present[self._slots[self._slots >= 0]] = True
        self._exact = ExactIndex(self.vectors, self._present)

    def _inside(self, allowed: Mask | Rows) -> Mask:
        inside = np.zeros(len(self.vectors), dtype=bool)
        inside[allowed_rows(allowed, len(self.vectors))] = True
        return np.asarray(inside & self._present)

    def _ef_for(self, k: int) -> int:
        """Keep as many candidates beyond k as the tuned ef keeps beyond 10."""
        return max(self.ef, self.ef + k - 10)

    def _query_block(self, queries: Floats, k: int, wide: int, inside: Mask | None) -> Neighbours:
        found = self._search(queries, wide)
        if found is None:
            return self._exact.query(queries, k, inside)
        which, column = np.indices(found.shape) if inside is None else np.nonzero(inside[found])
        answer = ranked(queries, self.vectors, which.ravel(), found[which, column].ravel(), k)
        short = np.flatnonzero((answer.rows < 0).any(axis=1))
        if len(short):
            exact = self._exact.query(queries[short], k, inside)
            answer.rows[short], answer.similarities[short] = exact.rows, exact.similarities
        return answer

    def _search(self, queries: Floats, k: int) -> Rows | None:
        """(q, k) rows from the graph, or None when it reaches fewer than k items (links lost among copies)."""
        with self._lock:
            self.graph.set_ef(self._ef_for(k))
            try:
                labels, _ = self.graph.knn_query(queries, k=k)
            except RuntimeError:
                return None
            return np.asarray(self._slots[labels.astype(np.int64)])


def new_graph(dim: int) -> "hnswlib.Index":
    """Return an empty hnswlib graph for unit rows of length `dim`."""
    import hnswlib

    return hnswlib.Index(space="ip", dim=dim)


def _contiguous(vectors: NDArray[Any], rows: Rows) -> Floats:
    """Copy no more than needed: a run of rows is a slice."""
    run = len(rows) and rows[-1] - rows[0] + 1 == len(rows)
    return widen(vectors[rows[0] : rows[-1] + 1] if run else vectors[rows])
