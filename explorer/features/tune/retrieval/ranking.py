"""How well pictures find pictures of their label, and words find the pictures they belong to, query by query. Pure.

GPR1200's protocol (Schall et al. 2021): every picture is a query, average precision over the ranking of all pictures.
The official code leaves the query in the ranking, where it finds itself first; `average_precision` offers both.
"""

from collections.abc import Iterator

import numpy as np

from explorer.base.arrays import Doubles, Floats, Mask, Rows
from explorer.base.metrics import average_precisions

BLOCK = 512


def average_precision(vectors: Floats, labels: Rows, *, with_itself: bool = False) -> Doubles:
    """(m,) average precision of the ranking by each of the (n, d) unit rows; relevant: the same of the (n,) labels.

    with_itself: the query stays among what is ranked, as in GPR1200's official code, and its AP is higher for it.
    Without it, items whose label nobody else has are left out.
    """
    if not with_itself:
        return average_precisions(vectors, labels).astype(np.float64)
    found = [
        _precision(labels[_order(scores)] == labels[start : start + len(scores), None])
        for start, scores in _blocks(vectors, vectors)
    ]
    return np.concatenate(found)


def first_relevant(queries: Floats, items: Floats, relevant: Mask) -> Rows:
    """(q,) rank, from 1, of the first relevant of the (n, d) items for each of the (q, d) queries; 0 where none is.

    relevant: (q, n). Items of the same cosine as the first relevant one count as before it, so that a model that gives
    everything one vector finds nothing.
    """
    found = np.zeros(len(queries), dtype=np.int64)
    for start, scores in _blocks(queries, items):
        these = relevant[start : start + len(scores)]
        best = np.where(these, scores, -np.inf).max(axis=1)
        before = ((scores >= best[:, None]) & ~these).sum(axis=1)
        found[start : start + len(scores)] = np.where(these.any(axis=1), before + 1, 0)
    return found


def hits(ranks: Rows, k: int) -> Doubles:
    """(q,) 1 where a relevant item is among the first `k`, else 0: how text-to-image retrieval counts recall@k."""
    return ((ranks > 0) & (ranks <= k)).astype(np.float64)


def precision_of_words(queries: Floats, items: Floats, relevant: Mask) -> Doubles:
    """(q,) average precision of the ranking of the (n, d) items by each of the (q, d) queries; relevant: (q, n)."""
    found = [
        _precision(np.take_along_axis(relevant[start : start + len(scores)], _order(scores), axis=1))
        for start, scores in _blocks(queries, items)
    ]
    return np.concatenate(found) if found else np.empty(0)


def _precision(relevant: Mask) -> Doubles:
    """(q,) average precision of (q, n) rankings, 0 where nothing is relevant."""
    shares = np.cumsum(relevant, axis=1) / np.arange(1, relevant.shape[1] + 1)
    found: Doubles = (shares * relevant).sum(axis=1) / np.maximum(relevant.sum(axis=1), 1)
    return found


def _order(scores: Floats) -> Rows:
    return np.argsort(-scores, axis=1, kind="stable")


def _blocks(queries: Floats, items: Floats) -> Iterator[tuple[int, Floats]]:
    """(start, (b, n) cosines), block after block."""
    for start in range(0, len(queries), BLOCK):
        yield start, queries[start : start + BLOCK] @ items.T
