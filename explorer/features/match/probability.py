"""From scores to the probability that a pair is the same, for any matcher, and how far such probabilities are off.

What a curve says of a pair is measured on pairs of other groups than it was fitted on: pairs of one question or name
know too much of each other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_choice
from explorer.base.errors import InputError
from explorer.base.metrics import Score, bootstrap_interval
from explorer.heads.platt import calibrated

Probabilities = Callable[[NDArray[np.floating]], Floats]
"""(n,) scores to (n,) probabilities."""
WAYS = ("platt", "isotonic")
BINS, FOLDS, LEAST_EACH = 15, 5, 5


def probability_curve(scores: NDArray[np.floating], same: Mask, way: str = "platt") -> Probabilities:
    """A curve fitted to (n,) scores and whether the pairs are the same.

    platt: a logistic curve. isotonic: the best rising staircase, which needs many pairs; an equal score keeps its
    place. InputError with fewer than five pairs of either kind, or scores that are no numbers.
    """
    check_choice(way, WAYS, "curve")
    scores, same = np.asarray(scores, np.float32), np.asarray(same, np.bool_)
    if not np.isfinite(scores).all():
        raise InputError("Scores: expected finite numbers, got NaN or infinity.")
    counts = int(same.sum()), int((~same).sum())
    if min(counts) < LEAST_EACH:
        raise InputError(
            f"Probabilities: expected at least {LEAST_EACH} pairs that are the same and {LEAST_EACH} that are not, got "
            f"{counts[0]:,} and {counts[1]:,}."
        )
    return calibrated(scores, same).probabilities if way == "platt" else _isotonic(scores, same)


def _isotonic(scores: Floats, same: Mask) -> Probabilities:
    from sklearn.isotonic import IsotonicRegression

    made = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(scores, same.astype(np.float64))
    return lambda asked: np.asarray(made.predict(np.asarray(asked, np.float32)), np.float32)


def group_folds(groups: Rows, count: int = FOLDS, seed: int = 0) -> Iterator[tuple[Rows, Rows]]:
    """(fitted on, asked about) rows, `count` times at most; all rows of one group are on the same side."""
    names, codes = np.unique(groups, return_inverse=True)
    fold = np.random.default_rng(seed).permutation(len(names)) % count
    for number in range(min(count, len(names))):
        out = fold[codes] == number
        yield np.flatnonzero(~out), np.flatnonzero(out)


def held_out_probabilities(
    scores: NDArray[np.floating], same: Mask, groups: Rows, *, way: str = "platt", folds: int = FOLDS, seed: int = 0
) -> Floats:
    """(n,) probability of each pair by a curve that was fitted on pairs of other groups.

    groups: (n,) a number that pairs share which know of each other. InputError with fewer than two groups.
    """
    if len(np.unique(groups)) < 2:
        raise InputError("Probabilities: expected pairs of at least two groups, so that one can be measured.")
    found = np.zeros(len(scores), np.float32)
    for fitted, asked in group_folds(groups, folds, seed):
        found[asked] = probability_curve(scores[fitted], same[fitted], way)(scores[asked])
    return found


@dataclass(frozen=True)
class Bin:
    """Pairs of about the same probability. mean: of their probabilities. share: of those that are the same."""

    pairs: int
    mean: float
    share: float


def reliability(probabilities: NDArray[np.floating], same: Mask, bins: int = BINS) -> list[Bin]:
    """The bins of equal width from 0 to 1 that have pairs, from low to high; 1 belongs to the last."""
    values, truth = np.asarray(probabilities, np.float64), np.asarray(same, np.float64)
    place = np.clip((values * bins).astype(np.int64), 0, bins - 1)
    found = (np.flatnonzero(place == number) for number in range(bins))
    return [Bin(len(rows), float(values[rows].mean()), float(truth[rows].mean())) for rows in found if len(rows)]


def calibration_error(probabilities: NDArray[np.floating], same: Mask, bins: int = BINS) -> float:
    """Expected calibration error: |mean probability − share that is the same| of each bin, weighted by its pairs.

    Source: Naeini, Cooper and Hauskrecht 2015; Guo and others 2017. NaN without pairs. It is never below 0 and grows
    by chance where bins have few pairs.
    """
    if not len(probabilities):
        return float("nan")
    parts = reliability(probabilities, same, bins)
    return sum(one.pairs * abs(one.mean - one.share) for one in parts) / sum(one.pairs for one in parts)


def calibration_score(
    probabilities: NDArray[np.floating],
    same: Mask,
    groups: Rows,
    *,
    bins: int = BINS,
    draws: int = 1_000,
    seed: int = 0,
) -> Score:
    """`calibration_error` with its 95 % bootstrap interval over groups with all their pairs.

    The interval lies high, because a drawn sample is more uneven than all pairs; its upper end is on the safe side.
    """
    codes = np.unique(groups, return_inverse=True)[1]
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max() + 2))
    place = np.clip((np.asarray(probabilities, np.float64) * bins).astype(np.int64), 0, bins - 1)
    gaps = np.zeros((len(starts) - 1, bins))
    np.add.at(gaps, (codes, place), np.asarray(probabilities, np.float64) - same)
    sizes = np.diff(starts)

    def of(drawn: Rows) -> float:
        times = np.bincount(drawn, minlength=len(sizes))
        return float(np.abs(times @ gaps).sum() / (times @ sizes))

    ends = bootstrap_interval(of, len(sizes), draws=draws, seed=seed)
    return Score(calibration_error(probabilities, same, bins), *ends, len(probabilities))
