"""Pairs for things that nobody has bought yet: made from those of the things they look or read like."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Floats, Rows


@dataclass(frozen=True, kw_only=True)
class MadePairs:
    """pairs: (p, 2), weights: (p,) how much each counts beside one that was seen. near: (c, k) for each thing of
    `cold` (c,) the things it was likened to.
    """

    pairs: Rows
    weights: Doubles
    cold: Rows
    near: Rows


def made_pairs(
    seen: Rows, amounts: Doubles, vectors: Floats, *, neighbours: int = 5, share: float = 0.5, able: Rows | None = None
) -> MadePairs:
    """(p, 2) seen pairs, (p,) how often, (n, d) unit vectors of what things look or read like -> pairs of the others.

    Each thing that is in no seen pair takes the place of each of its nearest `neighbours` among the things that are, in
    all their pairs, in both directions; together they weigh `share` of what these pairs weigh for a neighbour on
    average. able: rows that may be given pairs, all when left out; a thing whose vector is zero is given none.
    """
    count = len(vectors)
    bought = np.unique(seen)
    has_vector = np.abs(vectors).sum(axis=1) > 0
    allowed = np.ones(count, bool) if able is None else np.isin(np.arange(count), able)
    cold = np.flatnonzero(~np.isin(np.arange(count), bought) & has_vector & allowed)
    source = bought[has_vector[bought]]
    if not len(cold) or not len(source):
        empty = np.zeros((0, 2), np.int64)
        return MadePairs(pairs=empty, weights=np.zeros(0), cold=cold[:0], near=empty)
    near = _nearest(vectors, cold, source, neighbours)
    pairs, weights = _replaced(seen, amounts, cold, near, count)
    return MadePairs(pairs=pairs, weights=weights * share / near.shape[1], cold=cold, near=near)


def _nearest(vectors: Floats, cold: Rows, source: Rows, neighbours: int) -> Rows:
    """(c, k) the nearest of `source`, block by block; ties in order of rows."""
    found = []
    for start in range(0, len(cold), 512):
        similar = vectors[cold[start : start + 512]] @ vectors[source].T
        found.append(source[np.argsort(-similar, axis=1, kind="stable")[:, :neighbours]])
    return np.concatenate(found)


def _replaced(seen: Rows, amounts: Doubles, cold: Rows, near: Rows, count: int) -> tuple[Rows, Doubles]:
    """The pairs of the neighbours with the cold thing in their place, weights summed."""
    from scipy.sparse import csr_matrix

    together = csr_matrix((amounts, (seen[:, 0], seen[:, 1])), shape=(count, count))
    likened = csr_matrix((np.ones(near.size), (np.repeat(cold, near.shape[1]), near.ravel())), shape=(count, count))
    onward, back = (likened @ together).tocoo(), (likened @ together.T).tocoo()
    pairs = np.concatenate([np.stack([onward.row, onward.col], 1), np.stack([back.col, back.row], 1)]).astype(np.int64)
    return pairs, np.concatenate([onward.data, back.data])


def coverage(seen: Rows, made: Rows, count: int) -> tuple[int, int]:
    """How many of so many things have a pair: without the made ones, and with them."""
    before: NDArray[np.int64] = np.unique(seen)
    return len(before), len(np.union1d(before, made)) if count else 0
