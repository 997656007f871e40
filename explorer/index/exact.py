"""Exact search: every item is compared, in chunks, so that memory stays bounded. The oracle of all other indexes."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_vectors
from explorer.base.blas import row_products
from explorer.base.half import widen
from explorer.index.contract import Neighbours, QueryKind, Way, allowed_mask, allowed_rows, check_k, ranked, stacked

QUERIES = 256  # a block of queries
CHUNK = 131_072  # most rows of a chunk
NUMBERS = 8_000_000  # most scores of a chunk, 32 MB
FAST = 16_000_000  # numbers that are compared with one query in a few milliseconds
WIDENED = 40_000_000  # half precision numbers up to which a copy in single precision is kept, 160 MB
GATHERED = 1_000_000  # numbers of a subset that are kept in single precision until another one is asked for, 4 MB
HALF_NUMBERS = 500_000  # half precision numbers widened at a time for one query, so that they stay in the cache
MARGIN = 2e-6  # above the rounding error of a float32 dot product of unit vectors
TIES = 1000  # candidates kept above k when that many are equal up to rounding


class ExactIndex:
    """Exact search among the rows of `vectors` ((n, d) float16 or float32, may be memory-mapped).

    present: (n,) True where a row can be found, or row numbers; all rows when None. Half precision rows of up to
    40 million numbers are kept in single precision from the first query on, which makes the next ones several times
    faster.
    """

    name = "exact"

    def __init__(self, vectors: NDArray[Any], present: Mask | Rows | None = None):
        self.vectors = vectors
        rows = None if present is None else allowed_rows(present, len(vectors))
        self._rows = None if rows is None or len(rows) == len(vectors) else rows
        self._subset: tuple[Rows, Floats] | None = None
        self._present = None if self._rows is None else allowed_mask(self._rows, len(vectors))

    def __len__(self) -> int:
        return len(self.vectors) if self._rows is None else len(self._rows)

    @property
    def nbytes(self) -> int:
        """Bytes of the copies in single precision, as soon as there are some."""
        copied = self.__dict__.get("_items", self.vectors)
        whole = 0 if copied is self.vectors else int(copied.nbytes)
        return whole + (int(self._subset[1].nbytes) if self._subset else 0)

    def query(
        self, vectors: NDArray[Any], k: int, allowed: Mask | Rows | None = None, kind: QueryKind = "composed"
    ) -> Neighbours:
        """Return the k nearest items of each of the (q, d) `vectors`, among `allowed`, whatever their kind."""
        queries = check_vectors(vectors, "query", self.vectors.shape[1])
        rows = self._candidates(allowed)
        way: Way = "all" if allowed is None else "subset"
        blocks = range(0, len(queries), QUERIES)
        answers = [self._query_block(queries[start : start + QUERIES], check_k(k), rows, way) for start in blocks]
        return stacked(answers, k)

    def products(self, vector: Floats) -> Floats:
        """(n,) dot products of a (d,) vector with all rows, those that cannot be found included."""
        found = [_products(vector[None], items)[0] for _, items in self._chunks(1, None)]
        return np.concatenate(found) if found else np.empty(0, dtype=np.float32)

    @cached_property
    def _items(self) -> NDArray[Any]:
        """(n, d) the rows that are read, in single precision where that copy is small."""
        return widen(self.vectors) if self.vectors.size <= WIDENED else self.vectors

    def _gathered(self, rows: Rows) -> Floats:
        """(m, d) the vectors of a small subset; the next query mostly has the same filter."""
        kept = self._subset
        if kept is None or not np.array_equal(kept[0], rows):
            kept = self._subset = (rows, widen(np.take(self.vectors, rows, axis=0)))  # faster than by index
        return kept[1]

    def _candidates(self, allowed: Mask | Rows | None) -> Rows | None:
        if allowed is None:
            return self._rows
        rows = allowed_rows(allowed, len(self.vectors))
        return rows if self._present is None else rows[self._present[rows]]

    def _query_block(self, queries: Floats, k: int, rows: Rows | None, way: Way) -> Neighbours:
        pool = _Pool(queries, k)
        for chunk_rows, items in self._chunks(len(queries), rows):
            scores = _products(queries, items)
            pool.offer(chunk_rows, scores if len(items) == len(chunk_rows) else scores[:, chunk_rows - chunk_rows[0]])
        return ranked(queries, self.vectors, pool.which, pool.rows, k, way)

    def _chunks(self, queries: int, rows: Rows | None) -> Iterator[tuple[Rows, NDArray[Any]]]:
        """Yield row numbers and either exactly their vectors, or the run of vectors from the first to the last."""
        count, dim = self.vectors.shape
        step = min(CHUNK, NUMBERS // queries)
        if rows is not None and len(rows) * dim <= GATHERED:
            items = self._gathered(rows)
            yield from (
                (rows[start : start + step], items[start : start + step]) for start in range(0, len(rows), step)
            )
            return
        items = self._items
        if items.dtype == np.float16 and queries == 1:
            step = min(step, HALF_NUMBERS // dim)
        elif items.dtype == np.float16 or rows is not None:
            step = min(step, NUMBERS // dim)
        step = max(1, step)
        if rows is None:
            for start in range(0, count, step):
                stop = min(start + step, count)
                yield np.arange(start, stop), items[start:stop]
            return
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            run = int(part[-1] - part[0]) + 1
            yield part, items[part[0] : part[-1] + 1] if run <= 1.5 * len(part) else items[part]


def _products(queries: Floats, items: NDArray[Any]) -> Floats:
    """(q, c) dot products; those of one query without the threads of BLAS."""
    if len(queries) > 1:
        return np.asarray(queries @ widen(items).T)
    return row_products(widen(items), queries[0])[None]


class _Pool:
    """Candidates for the k best of each query: all within rounding error of the k-th best seen so far."""

    def __init__(self, queries: Floats, k: int):
        self._k = k
        self._margin = np.float32(MARGIN) * np.maximum(np.linalg.norm(queries, axis=1), 1).astype(np.float32)
        self._floor = np.full(len(queries), -np.inf, dtype=np.float32)
        self.which = np.empty(0, dtype=np.int64)
        self.rows = np.empty(0, dtype=np.int64)
        self._scores = np.empty(0, dtype=np.float32)

    def offer(self, rows: Rows, scores: Floats) -> None:
        """Take the (c,) items `rows` with their (q, c) approximate `scores` into account."""
        if len(self.which):
            self._prune()
        if len(rows) >= self._k and np.isneginf(self._floor).any():
            kth = len(rows) - self._k
            self._floor = np.maximum(self._floor, np.partition(scores, kth, axis=1)[:, kth])
        which, column = np.nonzero(scores >= (self._floor - self._margin)[:, None])
        if len(which):
            self.which = np.concatenate([self.which, which])
            self.rows = np.concatenate([self.rows, rows[column]])
            self._scores = np.concatenate([self._scores, scores[which, column]])
        if len(self.which) > len(self._floor) * (self._k + TIES):
            self._prune()

    def _prune(self) -> None:
        order = np.lexsort((self.rows, -self._scores, self.which))
        which, scores = self.which[order], self._scores[order]
        position = np.arange(len(which)) - np.searchsorted(which, which)
        kth = position == self._k - 1
        self._floor[which[kth]] = scores[kth]
        near = (scores >= (self._floor - self._margin)[which]) & (position < self._k + TIES)
        self.which, self.rows, self._scores = which[near], self.rows[order][near], scores[near]
