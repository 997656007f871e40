"""Dissimilarities from several small arrangements of the same items."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Doubles
from explorer.features.judgments.values import Answer

ROUNDS = 50


def arrangement_matrix(answers: Sequence[Answer], ids: Sequence[str]) -> Doubles:
    """(n, n) dissimilarities of `ids` from arrangements of parts of them, NaN for pairs that never met, mean square 1.

    Distances within one arrangement are scaled to the size of the estimate over the same pairs, then averaged with
    their squares as weights: far pairs were placed with less relative error (Kriegeskorte and Mur 2012, eq. 1 to 3).
    """
    count = len(ids)
    places = {item: row for row, item in enumerate(ids)}
    parts = [_distances(one, places, count) for one in answers if set(one.items) <= set(places)]
    if not parts:
        return np.full((count, count), np.nan)
    stack = np.stack(parts)
    met = (~np.isnan(stack)).any(axis=0)
    return np.where(met | np.eye(count, dtype=bool), _put_together(stack), np.nan)


def _put_together(stack: Doubles) -> Doubles:
    """(n, n) estimate from (k, n, n) distances, NaN for items that are not in a part; 0 where nothing is known."""
    estimate = _scaled(np.nanmean(np.where(np.isnan(stack).all(axis=0), 0.0, stack), axis=0))
    seen = ~np.isnan(stack)
    for _ in range(ROUNDS):
        before = estimate
        sizes = np.sqrt(np.where(seen, estimate**2, 0).sum(axis=(1, 2)) / np.nansum(stack**2, axis=(1, 2)))
        fitted = np.where(seen, stack * sizes[:, None, None], 0.0)
        weights = fitted**2
        total = weights.sum(axis=0)
        estimate = _scaled(np.where(total > 0, (weights * fitted).sum(axis=0) / np.maximum(total, 1e-300), 0.0))
        if np.abs(estimate - before).max() < 1e-9:
            break
    return estimate


def _distances(answer: Answer, places: dict[str, int], count: int) -> Doubles:
    """(n, n) distances of one arrangement, NaN for items that are not in it; never all zero."""
    rows = np.array([places[item] for item in answer.items])
    points = np.asarray(answer.answer, dtype=np.float64)
    between = np.linalg.norm(points[:, None] - points[None], axis=2)
    found = np.full((count, count), np.nan)
    found[np.ix_(rows, rows)] = np.maximum(between, 1e-9)
    np.fill_diagonal(found, np.nan)
    return found


def _scaled(matrix: Doubles) -> Doubles:
    """The matrix with a mean square of 1 over the pairs that are not zero."""
    filled = matrix[matrix > 0]
    return matrix / np.sqrt(np.mean(filled**2)) if len(filled) else matrix
