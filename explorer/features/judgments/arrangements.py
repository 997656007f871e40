"""Dissimilarities from several small arrangements of the same items."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Doubles
from explorer.features.judgments.values import Answer

MOST_ROUNDS = 5_000
CONVERGED = 1e-26
LEAST_PLACED = 0.2


def arrangement_matrix(answers: Sequence[Answer], ids: Sequence[str], *, rounds: int = MOST_ROUNDS) -> Doubles:
    """(n, n) dissimilarities of `ids` from arrangements of parts of them, NaN for pairs that never met, mean square 1.

    Distances within one arrangement are scaled to the size of the estimate over the same pairs, then averaged with the
    squares of the distances as placed for weights, until nothing changes: far pairs were placed with less relative
    error (Kriegeskorte and Mur 2012, eq. 1 to 3). As in rsatoolbox ("evidence") a pair weighs as if at least 0.2 apart,
    of an arena of width 1. An arrangement with all items on one place says nothing. rounds: at most, where an estimate
    that is about right is enough.
    """
    count = len(ids)
    places = {item: row for row, item in enumerate(ids)}
    parts = [_distances(one, places, count) for one in answers if set(one.items) <= set(places)]
    parts = [part for part in parts if np.nansum(part) > 0]
    found = np.full((count, count), np.nan)
    if parts:
        first, second = np.triu_indices(count, 1)
        found[first, second] = found[second, first] = _put_together(np.stack(parts), rounds)
    np.fill_diagonal(found, 0.0 if parts else np.nan)
    return found


def _put_together(parts: Doubles, rounds: int) -> Doubles:
    """(p,) estimate from (k, p) distances of pairs, NaN for pairs that are not in a part, and that are in none."""
    met = np.asarray(~np.isnan(parts).all(axis=0))
    placed = parts[:, met]
    seen = ~np.isnan(placed)
    distances = np.where(seen, placed, 0.0)
    weights = np.where(seen, np.maximum(distances**2, LEAST_PLACED**2), 0.0)
    shapes = distances / np.sqrt((distances**2).sum(axis=1, keepdims=True))
    estimate = _scaled(distances.sum(axis=0) / seen.sum(axis=0))
    for _ in range(rounds):
        before = estimate
        sizes = np.sqrt(seen @ estimate**2)
        estimate = _scaled((weights * shapes * sizes[:, None]).sum(axis=0) / weights.sum(axis=0))
        if ((estimate - before) ** 2).mean() < CONVERGED:
            break
    found = np.full(len(met), np.nan)
    found[met] = estimate
    return found


def _distances(answer: Answer, places: dict[str, int], count: int) -> Doubles:
    """(p,) distances of one arrangement along the upper triangle, NaN for items that are not in it."""
    rows = np.array([places[item] for item in answer.items])
    points = np.asarray(answer.answer, dtype=np.float64)
    found = np.full((count, count), np.nan)
    found[np.ix_(rows, rows)] = np.linalg.norm(points[:, None] - points[None], axis=2)
    return np.asarray(found[np.triu_indices(count, 1)])


def _scaled(distances: Doubles) -> Doubles:
    """(p,) distances with a mean square of 1."""
    return np.asarray(distances / np.sqrt(np.mean(distances**2)))
