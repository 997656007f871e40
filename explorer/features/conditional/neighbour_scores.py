"""How well neighbours keep to a column's values: precision, recall, reciprocal rank, average precision, and folds."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError

_BLOCK = 1024


@dataclass(frozen=True)
class NeighbourScores:
    """Of m items with a partner: (m,) precision, recall, reciprocal rank and average precision of k neighbours.

    rows: (m,) the items; the others have no other item of their value and are left out.
    """

    rows: Rows
    precision: Floats
    recall: Floats
    reciprocal_rank: Floats
    average_precision: Floats


def nearest_others(vectors: Floats, k: int) -> Rows:
    """(n, k) the nearest other items of each, the nearest first; InputError when there are not more than k items."""
    if len(vectors) <= k:
        raise InputError(f"Expected more than {k} items to look for {k} neighbours, got {len(vectors)}.")
    found = np.empty((len(vectors), k), dtype=np.int64)
    for start in range(0, len(vectors), _BLOCK):
        similar = vectors[start : start + _BLOCK] @ vectors.T
        similar[np.arange(len(similar)), np.arange(start, start + len(similar))] = -np.inf
        found[start : start + len(similar)] = np.argsort(-similar, axis=1, kind="stable")[:, :k]
    return found


def neighbour_scores(neighbours: Rows, labels: Rows) -> NeighbourScores:
    """How many of the (n, k) neighbours have the item's label.

    P = hits / k. R = hits / all others of the label. RR = 1 / place of the first hit, 0 without any.
    AP = sum over hits of (hits so far / place) / ALL others of the label, also those beyond the k-th place.
    """
    relevant = np.bincount(labels, minlength=int(labels.max()) + 1)[labels] - 1
    rows = np.flatnonzero(relevant > 0)
    hits = labels[neighbours[rows]] == labels[rows, None]
    places = np.arange(1, hits.shape[1] + 1)
    count, all_of = hits.sum(1), relevant[rows]
    first = np.where(count > 0, 1 / (hits.argmax(1) + 1), 0.0)
    average = (np.cumsum(hits, axis=1) / places * hits).sum(1) / all_of
    parts = (count / hits.shape[1], count / all_of, first, average)
    return NeighbourScores(rows, *(np.asarray(part, dtype=np.float32) for part in parts))


def overlap(neighbours: Rows, others: Rows) -> Floats:
    """(n,) share of each item's (n, k) neighbours that are among its (n, k) neighbours in another space."""
    shared = (neighbours[:, :, None] == others[:, None, :]).any(2)
    return np.asarray(shared.mean(1), dtype=np.float32)


def usable_labels(labels: Rows, least: int) -> Rows:
    """Rows whose label (0 or more; -1 for none) has at least `least` items. InputError below two such labels."""
    counts = np.bincount(labels[labels >= 0], minlength=1)
    kept = np.flatnonzero(counts >= least)
    if len(kept) < 2:
        raise InputError(
            f"An aspect needs at least 2 values with {least} or more items each; this column has {len(kept)} of "
            f"{int((counts > 0).sum())}."
        )
    return np.flatnonzero(np.isin(labels, kept))


def item_folds(labels: Rows, folds: int, rng: Generator) -> Rows:
    """(n,) fold of each item, every label spread evenly; an item is in one fold and nowhere else."""
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    found = np.empty(len(labels), dtype=np.int64)
    found[order] = np.arange(len(labels)) % folds
    return found
