"""One space an aspect (Ostendorff et al. 2022): a learned projection as lens, and neighbour scores. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError, ModelError
from explorer.features.conditional.method import Ask, Lens, soft_unit_rows, unit
from explorer.features.conditional.subspace import lens_key, value_directions

KIND = "projection"
_BLOCK = 1024


def project(weights: Mapping[str, NDArray[Any]], rows: NDArray[Any]) -> Floats:
    """(n, e) rows of length 1 from (n, d) vectors: x W' with `weight` (e, d) and, where there is one, `bias` (e,)."""
    made = np.asarray(rows, dtype=np.float32) @ weights["weight"].T + weights.get("bias", np.float32(0))
    return soft_unit_rows(made)


def aspect_lens(ask: Ask) -> Lens:
    """Compare in the aspect's own space; for a change, with the mean item of the wish, and for half the rest.

    Raises ModelError when the ask brings no projection, InputError when a change names no value of the column.
    """
    head = ask.head
    if head is None or head.kind != KIND:
        raise ModelError("This needs a trained aspect. Train one with: explorer train aspects.")
    weights = head.weights
    key = lens_key("aspect", weights["weight"])
    if not ask.change:
        return Lens(unit(project(weights, ask.reference[None])[0], "the item"), lambda x: project(weights, x), key)
    if not 0 <= ask.wish < len(ask.prototypes):
        raise InputError("A trained aspect can change an item only to one of the column's values: choose one.")
    wish = unit(project(weights, ask.prototypes[ask.wish][None])[0], "the wish")
    directions = value_directions(ask.prototypes)
    own = ask.reference - ask.middle
    rest = unit(own - directions.T @ (directions @ own), "the item without this aspect")
    return Lens(wish, lambda x: project(weights, x), key, rest)


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


def neighbour_scores(neighbours: Rows, labels: NDArray[np.int64]) -> NeighbourScores:
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


def usable_labels(labels: NDArray[np.int64], least: int) -> Rows:
    """Rows whose label (0 or more; -1 for none) has at least `least` items. InputError below two such labels."""
    counts = np.bincount(labels[labels >= 0], minlength=1)
    kept = np.flatnonzero(counts >= least)
    if len(kept) < 2:
        raise InputError(
            f"An aspect needs at least 2 values with {least} or more items each; this column has {len(kept)} of "
            f"{int((counts > 0).sum())}."
        )
    return np.flatnonzero(np.isin(labels, kept))


def item_folds(labels: NDArray[np.int64], folds: int, rng: Generator) -> NDArray[np.int64]:
    """(n,) fold of each item, every label spread evenly; an item is in one fold and nowhere else."""
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    found = np.empty(len(labels), dtype=np.int64)
    found[order] = np.arange(len(labels)) % folds
    return found
