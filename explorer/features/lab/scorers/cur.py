"""ANNCUR: all scores of a question from a few of them, by a CUR decomposition of the matrix of scores.

Yadav et al. 2022, "Efficient nearest neighbor search for cross-encoder models using matrix factorization". R: scores
of k_q anchor questions for all n items, A: its columns of k_i anchor items, c: scores of a new question for the anchor
items. The approximated scores of the new question are c A+ R. The pseudo-inverse of a square A explodes with the
slightest noise, so it is damped here (ridge), by as much as predicts each anchor question best from the others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows, check_rows
from explorer.base.errors import InputError

RIDGES = (0.0, *(10.0**power for power in range(-12, 2)))
"""Tried dampings, as shares of the largest squared singular value."""
SURE = 1e-9  # how far below 1 the leverage of an anchor question must lie for its prediction by the others to count


@dataclass(frozen=True)
class CurIndex:
    """What answers questions. matrix: (k_i, n) A+ R; anchors: (k_i,) items that a question is scored with.

    ridge: the damping, a share of the largest squared singular value. error: relative error with which each anchor
    question is predicted from the other ones; NaN where that cannot be told.
    """

    matrix: Doubles
    anchors: Rows
    ridge: float
    error: float

    def approximate(self, scores: NDArray[np.floating]) -> Doubles:
        """(q, n) approximated scores of questions with (q, k_i) `scores` for the anchor items."""
        return np.asarray(np.asarray(scores, dtype=np.float64) @ self.matrix)


def build(
    rows: NDArray[np.floating], anchors: Rows, *, ridge: float | None = None, rcond: float | None = None
) -> CurIndex:
    """The index of the (k_q, n) scores `rows` of the anchor questions, with the anchor items `anchors`.

    ridge: the damping; None: what predicts each anchor question best from the others (leave one out). rcond: singular
    values below this share of the largest count as 0; None: what rounding makes of 0.
    Raises InputError for anchors that are no items, more of them than items, scores that are not finite, and a ridge or
    rcond below 0.
    """
    scores = checked_scores(rows)
    anchors = checked_anchors(anchors, scores.shape[1])
    for name, value in (("ridge", ridge), ("rcond", rcond)):
        if value is not None and not 0 <= value < np.inf:
            raise InputError(f"{name}: expected 0 or more, got {value}.")
    left, values, right = np.linalg.svd(scores[:, anchors], full_matrices=False)
    least = (max(len(scores), len(anchors)) * np.finfo(np.float32).eps) if rcond is None else rcond
    kept = values > least * values[0]
    left, values, right = left[:, kept], values[kept], right[kept]
    others = np.setdiff1d(np.arange(scores.shape[1]), anchors)
    known = left.T @ scores
    errors = {
        one: _left_out(scores[:, others], known[:, others], left, _damping(values, one) * values)
        for one in (RIDGES if ridge is None else (ridge,))
    }
    chosen = min(errors, key=lambda one: np.nan_to_num(errors[one], nan=np.inf)) if ridge is None else ridge
    return CurIndex((right.T * _damping(values, chosen)) @ known, anchors, chosen, errors[chosen])


def oracle(scores: NDArray[np.floating], questions: Rows, anchors: Rows) -> Doubles:
    """(q, n) the best approximation that columns `anchors` and rows `questions` allow: C C+ M R+ R.

    It needs all of the (q, n) matrix M, so it is a bound and no way to search.
    """
    whole = checked_scores(scores)
    columns, rows = whole[:, checked_anchors(anchors, whole.shape[1])], whole[check_rows(questions, len(whole), "rows")]
    left, right = _basis(columns), _basis(rows.T)
    return np.asarray(left @ (left.T @ whole @ right) @ right.T)


def candidates(approximated: Doubles, anchors: Rows, count: int) -> Rows:
    """(q, count) items that are worth an exact score, best first: the scores of anchor items are known already."""
    open_scores = np.array(approximated, copy=True)
    open_scores[:, anchors] = -np.inf
    order = np.argsort(-open_scores, axis=1, kind="stable")
    return np.asarray(order[:, : min(count, approximated.shape[1] - len(np.unique(anchors)))], dtype=np.int64)


def relative_error(approximated: NDArray[np.floating], exact: NDArray[np.floating]) -> float:
    """Frobenius norm of the difference over that of `exact`, 0 for the same."""
    return float(np.linalg.norm(approximated - exact) / max(np.linalg.norm(exact), np.finfo(np.float64).tiny))


def checked_scores(scores: NDArray[np.floating]) -> Doubles:
    """(q, n) scores in double precision; InputError for another shape, none at all, or numbers that are not finite."""
    found = np.asarray(scores, dtype=np.float64)
    if found.ndim != 2 or not found.size:
        raise InputError(f"scores: expected an array of shape (questions, items), got {found.shape}.")
    if not np.isfinite(found).all():
        raise InputError("scores: expected finite numbers, got NaN or infinity.")
    return found


def checked_anchors(anchors: Rows, items: int) -> Rows:
    """The anchor items, each once, in ascending order; InputError for none, too many, or a number that is no item."""
    found = np.unique(check_rows(anchors, items, "anchor items"))
    if not len(found):
        raise InputError("anchor items: expected at least one, got none.")
    return np.asarray(found, dtype=np.int64)


def _damping(values: Doubles, ridge: float) -> Doubles:
    return np.asarray(values / (values**2 + ridge * values[:1] ** 2)) if len(values) else values


def _left_out(scores: Doubles, known: Doubles, left: Doubles, shrunk: Doubles) -> float:
    """Relative error of predicting each row of `scores` from the others, by the leverages of the rows."""
    leverage = (left**2 * shrunk).sum(axis=1)
    if not scores.size or (leverage > 1 - SURE).any():
        return np.nan
    residuals = (scores - (left * shrunk) @ known) / (1 - leverage)[:, None]
    return relative_error(scores + residuals, scores)


def _basis(matrix: Doubles) -> Doubles:
    """(n, r) orthonormal columns that span those of `matrix`."""
    left, values, _ = np.linalg.svd(matrix, full_matrices=False)
    least = max(matrix.shape) * np.finfo(np.float32).eps * values[0]
    return np.asarray(left[:, values > least])
