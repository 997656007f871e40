"""An embedding of the items alone, fitted to people's answers: no pictures, no texts."""

from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Doubles, Rows, check_choice, check_rows
from explorer.base.errors import InputError
from explorer.features.judgments.learning.ordinal import LOSSES

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

STEPS, START, SAME = 100, 0.1, 1e-7
SPREAD = 0.7  # of the normal prior that holds each coordinate near 0: with few answers it decides, with many it fades


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
    steps: most evaluations; it ends sooner where the mean loss a vote gets no better by 1e-7. start: (n_items, dim)
    places to begin from instead of random ones near 0.
    Raises InputError for rows out of range, votes of another length, or when there is no answer at all.
    """
    asked, weights = check_triplets(triplets, n_items), _weights(votes, len(triplets))
    if not weights.sum() > 0:
        raise InputError("Expected at least one answer to fit an embedding of the items to, got none.")
    places = rng.normal(0, START, (n_items, dim)) if start is None else np.array(start, dtype=np.float64)
    problem = Problem(asked, weights, n_items, check_choice(loss, LOSSES, "loss"))
    return _lowest(problem, places, steps)


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


class Problem:
    """The mean loss a vote plus the pull of the prior, and its slope.

    The distance of two items is taken once, however many answers compare it, and what all of them pull at it is summed
    up before it moves the two: most of the work is on numbers of pairs, and not on rows of places.
    """

    def __init__(self, asked: Rows, weights: Doubles, n_items: int, loss: str) -> None:
        self.loss = LOSSES[loss]
        votes, said = weights.T.ravel(), np.concatenate([asked, asked[:, [0, 2, 1]]])
        votes, said = votes[votes > 0], said[votes > 0]
        ends = np.sort(np.stack([said[:, :2], said[:, ::2]]), axis=2)
        pairs, numbers = np.unique(ends @ [n_items, 1], return_inverse=True)
        near, far = numbers.reshape(2, -1)
        order = np.argsort(near, kind="stable")  # so that memory is read in order
        self.near, self.far, self.votes = near[order], far[order], votes[order] / votes.sum()
        self.differences = _differences(pairs // n_items, pairs % n_items, n_items)
        self.pull = 1 / (2 * SPREAD**2 * votes.sum())

    def __call__(self, flat: Doubles) -> tuple[float, Doubles]:
        """The value at (n · dim,) places, and its (n · dim,) derivative."""
        places = flat.reshape(self.differences.shape[1], -1)
        between = self.differences @ places
        squares = np.einsum("pd,pd->p", between, between)
        losses, by_near, by_far = self.loss(squares[self.near], squares[self.far])
        pulls = np.bincount(self.near, self.votes * by_near, len(squares))
        pulls += np.bincount(self.far, self.votes * by_far, len(squares))
        between *= 2 * pulls[:, None]
        slope = self.differences.T @ between + 2 * self.pull * places
        return float(self.votes @ losses + self.pull * (flat @ flat)), np.asarray(slope.ravel())


def _differences(first: Rows, second: Rows, n_items: int) -> "csr_matrix":
    """(p, n) sparse matrix whose product with (n, d) places is place[first] − place[second]."""
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(len(first)), 2)
    columns = np.stack([first, second], 1).ravel()
    return csr_matrix((np.tile([1.0, -1.0], len(first)), (rows, columns)), shape=(len(first), n_items))


def _lowest(problem: Problem, places: Doubles, steps: int) -> Doubles:
    """(n, dim) places where `problem` is lowest, by L-BFGS from `places` with about `steps` evaluations at most."""
    from scipy.optimize import minimize

    options = {"maxiter": steps, "maxfun": steps, "ftol": SAME, "gtol": 0.0}
    found = minimize(problem, places.ravel(), jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x.reshape(places.shape), dtype=np.float64)


def _weights(votes: Rows | Doubles | None, count: int) -> Doubles:
    """(t, 2) votes for either side."""
    given = np.ones(count) if votes is None else np.asarray(votes, dtype=np.float64)
    if given.shape not in ((count,), (count, 2)):
        raise InputError(f"Votes: expected shape ({count},) or ({count}, 2), got {given.shape}.")
    if not np.isfinite(given).all() or (given < 0).any():
        raise InputError("Votes: expected counts of people, zero or more.")
    return given if given.ndim == 2 else np.stack([given, np.zeros(count)], 1)
