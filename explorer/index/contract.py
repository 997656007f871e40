"""What every index promises: the k most similar items of each query, best first, ties by row number."""

from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, Protocol, get_args, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_rows, sorted_unique
from explorer.base.errors import InputError
from explorer.base.half import widen

QueryKind = Literal["item", "text", "picture", "composed"]
"""What a query vector was made of; vectors of each kind lie elsewhere in the space. "composed": anything else."""
QUERY_KINDS: tuple[QueryKind, ...] = get_args(QueryKind)
Way = Literal["all", "subset", "index", "over-fetch", "in-filter"]
"""How a query was answered. all, subset: every item, or every allowed item, was compared with it (exact). index: by
what the index is made for, such as a graph. over-fetch: so too, asked for more, of which the allowed ones were kept.
in-filter: by an index that looks for allowed ones alone."""
WAYS: tuple[Way, ...] = get_args(Way)


@dataclass(frozen=True)
class Neighbours:
    """The answers to q queries.

    rows: (q, k) int64 row numbers, most similar first, equal similarities in order of row number; -1 only where
    fewer than k items exist.
    similarities: (q, k) float32 dot products with the unit rows, NaN where `rows` is -1.
    ways: (q,) how each query was answered.
    """

    rows: Rows
    similarities: Floats
    ways: tuple[Way, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, query: int) -> tuple[Rows, Floats]:
        """(m,) rows and similarities of one query without padding, m <= k."""
        found = self.rows[query] >= 0
        return self.rows[query][found], self.similarities[query][found]


@runtime_checkable
class Index(Protocol):
    """Nearest neighbours by dot product among the unit rows of one (n, d) array."""

    name: str

    def __len__(self) -> int:
        """Count the items that can be found."""
        ...

    @property
    def nbytes(self) -> int:
        """Bytes that it holds in memory besides the rows."""
        ...

    def query(
        self, vectors: NDArray[Any], k: int, allowed: Mask | Rows | None = None, kind: QueryKind = "composed"
    ) -> Neighbours:
        """Return the k nearest items of each of the (q, d) `vectors`, among `allowed` (a mask or row numbers).

        kind: what the vectors were made of; an approximate index searches as widely as that kind needs.
        """
        ...


def check_k(k: int) -> int:
    """Return `k`; InputError when it is below 1."""
    if k < 1:
        raise InputError(f"Number of neighbours: expected 1 or more, got {k}.")
    return int(k)


def allowed_rows(allowed: Mask | Rows, count: int) -> Rows:
    """(m,) ascending row numbers of a (count,) mask, or of row numbers in any order with or without repeats.

    Raises InputError when a mask has another length or a row number lies outside 0 to count - 1.
    """
    array = np.asarray(allowed)
    if array.dtype != np.bool_:
        return sorted_unique(check_rows(array.astype(np.int64), count, "allowed"))
    return np.flatnonzero(_check_mask(array, count))


def allowed_mask(allowed: Mask | Rows, count: int) -> Mask:
    """(count,) True for what is allowed, which may be a mask or row numbers; see `allowed_rows`."""
    array = np.asarray(allowed)
    if array.dtype == np.bool_:
        return _check_mask(array, count)
    mask = np.zeros(count, dtype=bool)
    mask[check_rows(array.astype(np.int64), count, "allowed")] = True
    return mask


def _check_mask(mask: NDArray[Any], count: int) -> Mask:
    if mask.shape != (count,):
        raise InputError(f"allowed: expected a mask of shape ({count},), got {mask.shape}.")
    return np.asarray(mask, dtype=np.bool_)


def score_pairs(queries: Floats, vectors: NDArray[Any], which: Rows, rows: Rows) -> Floats:
    """(c,) float32 dot products of queries[which] (q, d) with vectors[rows] (n, d), in bounded memory.

    Each product is summed in the same order wherever its row lies, so equal vectors get equal similarities, whatever
    the batch, the chunk or the index that found them.
    """
    scores = np.empty(len(rows), dtype=np.float32)
    step = max(1, 2_000_000 // vectors.shape[1])
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        items = widen(vectors[rows[part]])
        scores[part] = np.einsum("cd,cd->c", items, queries[which[part]])
    return scores


def ranked(queries: Floats, vectors: NDArray[Any], which: Rows, rows: Rows, k: int, way: Way = "index") -> Neighbours:
    """Score the (c,) candidate pairs (query number `which`, item `rows`) and keep the k best of each query."""
    scores = score_pairs(queries, vectors, which, rows)
    order = np.lexsort((rows, -scores, which))
    which, rows, scores = which[order], rows[order], scores[order]
    position = np.arange(len(which)) - np.searchsorted(which, which)
    best = position < k
    found = np.full((len(queries), k), -1, dtype=np.int64)
    similarities = np.full((len(queries), k), np.nan, dtype=np.float32)
    found[which[best], position[best]] = rows[best]
    similarities[which[best], position[best]] = scores[best]
    return Neighbours(found, similarities, (way,) * len(queries))


def stacked(parts: list[Neighbours], k: int) -> Neighbours:
    """Put the answers of blocks of queries below each other; no blocks give shape (0, k)."""
    if not parts:
        return Neighbours(np.empty((0, k), dtype=np.int64), np.empty((0, k), dtype=np.float32))
    if len(parts) == 1:
        return parts[0]
    return Neighbours(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.similarities for part in parts]),
        tuple(chain.from_iterable(part.ways for part in parts)),
    )
