"""An embedding of the items alone, fitted to people's answers: no pictures, no texts."""

from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Doubles, Rows, check_choice, check_rows
from explorer.base.errors import InputError
from explorer.features.judgments.learning.ordinal import LOSSES

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

STEPS, RATE, START = 300, 0.05, 0.1
SPREAD = 0.7  # of the normal prior that holds each coordinate near 0: with few answers it decides, with many it fades
BETA1, BETA2, SMALL = 0.9, 0.999, 1e-8


def fit_items(
    triplets: Rows,
    n_items: int,
    dim: int,
    rng: np.random.Generator,
    votes: Rows | Doubles | None = None,
    *,
    loss: str = "logistic",
    steps: int = STEPS,
    start: Doubles | None = None,
) -> Doubles:
    """(n_items, dim) places of the items such that answers agree with Euclidean distances.

    triplets: (t, 3) rows [reference, nearer, farther]. votes: (t, 2) people for "column 1 is nearer" and for "column 2
    is nearer", or (t,) people for the triplet as it is written; None for one each. loss: one of LOSSES.
    start: (n_items, dim) places to begin from instead of random ones near 0; items without an answer stay near them.
    Raises InputError for rows out of range, votes of another length, or when there is no answer at all.
    """
    asked, weights = check_triplets(triplets, n_items), _weights(votes, len(triplets))
    if not weights.sum() > 0:
        raise InputError("Expected at least one answer to fit an embedding of the items to, got none.")
    places = rng.normal(0, START, (n_items, dim)) if start is None else np.array(start, dtype=np.float64)
    problem = _Problem(asked, weights, n_items, check_choice(loss, LOSSES, "loss"))
    return _adam(problem, places, steps)


def check_triplets(triplets: Rows, n_items: int) -> Rows:
    """Return (t, 3) `triplets` as rows of three different items; InputError otherwise."""
    array = np.asarray(triplets)
    if array.ndim != 2 or array.shape[1] != 3:
        raise InputError(f"Triplets: expected an array of shape (answers, 3), got {array.shape}.")
    rows = check_rows(array.ravel(), n_items, "Triplets").reshape(-1, 3)
    same = (rows[:, 0] == rows[:, 1]) | (rows[:, 0] == rows[:, 2]) | (rows[:, 1] == rows[:, 2])
    if same.any():
        raise InputError(f"Triplets: expected three different items, got {rows[same][0].tolist()}.")
    return rows


class _Problem:
    """Loss of all answers and its gradient; differences of items are sparse products."""

    def __init__(self, asked: Rows, weights: Doubles, n_items: int, loss: str) -> None:
        self.loss = LOSSES[loss]
        self.weights = weights / weights.sum()
        self.near = _differences(asked[:, 0], asked[:, 1], n_items)
        self.far = _differences(asked[:, 0], asked[:, 2], n_items)
        self.pull = 1 / (2 * SPREAD**2 * weights.sum())

    def gradient(self, places: Doubles) -> Doubles:
        """(n, dim) derivative of the mean loss a vote plus the pull of the prior to the middle."""
        to_near, to_far = self.near @ places, self.far @ places
        near, far = (to_near**2).sum(1), (to_far**2).sum(1)
        _, by_near, by_far = self.loss(near, far)
        _, swapped_far, swapped_near = self.loss(far, near)
        by_near = self.weights[:, 0] * by_near + self.weights[:, 1] * swapped_near
        by_far = self.weights[:, 0] * by_far + self.weights[:, 1] * swapped_far
        pulls = self.near.T @ (2 * by_near[:, None] * to_near) + self.far.T @ (2 * by_far[:, None] * to_far)
        return np.asarray(pulls + 2 * self.pull * places)


def _differences(first: Rows, second: Rows, n_items: int) -> "csr_matrix":
    """(t, n) sparse matrix whose product with (n, d) places is place[first] − place[second]."""
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(len(first)), 2)
    columns = np.stack([first, second], 1).ravel()
    return csr_matrix((np.tile([1.0, -1.0], len(first)), (rows, columns)), shape=(len(first), n_items))


def _adam(problem: _Problem, places: Doubles, steps: int) -> Doubles:
    mean, square = np.zeros_like(places), np.zeros_like(places)
    for step in range(1, steps + 1):
        slope = problem.gradient(places)
        mean = BETA1 * mean + (1 - BETA1) * slope
        square = BETA2 * square + (1 - BETA2) * slope**2
        size = np.sqrt(square / (1 - BETA2**step)) + SMALL
        places = places - RATE * (mean / (1 - BETA1**step)) / size
    return places


def _weights(votes: Rows | Doubles | None, count: int) -> Doubles:
    """(t, 2) votes for either side."""
    given = np.ones(count) if votes is None else np.asarray(votes, dtype=np.float64)
    if given.shape not in ((count,), (count, 2)):
        raise InputError(f"Votes: expected shape ({count},) or ({count}, 2), got {given.shape}.")
    if not np.isfinite(given).all() or (given < 0).any():
        raise InputError("Votes: expected counts of people, zero or more.")
    return given if given.ndim == 2 else np.stack([given, np.zeros(count)], 1)
