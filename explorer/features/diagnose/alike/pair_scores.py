"""Precision, recall and F1 of pairs with intervals that draw items, because pairs that share an item go together. Pure.

Drawing pairs would take the pairs of one big group for so many independent ones. Source: Snijders & Borgatti 1999,
Non-parametric standard errors and tests for network statistics (vertex bootstrap; pairs of an item with its own copy
are left out).
"""

from collections.abc import Callable

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.metrics import RESAMPLES, Score, wilson

Sums = Callable[[Doubles], tuple[float, float, float]]
"""Of (n,) numbers of times that each item was drawn: pairs found, found rightly, and true."""
NAMES = ("precision", "recall", "f1")
FEWEST, WORK = 200, 20_000_000


def sums_of_groups(mine: Rows, theirs: Rows, both: Rows) -> Sums:
    """For (n,) groups found, (n,) true ones, and (n,) numbers of what two items share in both."""
    return lambda drawn: (_inside(mine, drawn), _inside(both, drawn), _inside(theirs, drawn))


def sums_of_pairs(first: Rows, second: Rows, theirs: Rows) -> Sums:
    """For (m,) pairs found among n items of (n,) true groups."""
    right = theirs[first] == theirs[second]

    def sums(drawn: Doubles) -> tuple[float, float, float]:
        times = drawn[first] * drawn[second]
        return float(times.sum()), float(times[right].sum()), _inside(theirs, drawn)

    return sums


def pair_scores(sums: Sums, items: int, size: int, apart: tuple[float, float], seed: int = 0) -> dict[str, Score]:
    """Precision, recall and F1 with 95 % percentile intervals over so many items, drawn 1,000 times.

    apart: how many pairs that share no item the found and the true ones come to. Where all are right or none is, no
    draw differs, and the interval is Wilson's of so many trials.

    size: how many numbers a draw goes through; of many, it is drawn less often, 200 times at least.
    """
    rng = np.random.default_rng(seed)
    draws = int(np.clip(WORK // max(1, size), FEWEST, RESAMPLES))
    values = np.array([_shares(*sums(_times(rng, items))) for _ in range(draws)])
    exact = _shares(*sums(np.ones(items)))
    trials = (*apart, min(apart))
    found = {}
    for name, value, drawn, count in zip(NAMES, exact, values.T, trials, strict=True):
        found[name] = Score(value, *_interval(value, drawn[~np.isnan(drawn)], count), items)
    return found


def _interval(value: float, drawn: Doubles, trials: float) -> tuple[float, float]:
    if value in {0.0, 1.0} and trials > 0:
        return wilson(value, trials)
    low, high = np.percentile(drawn, [2.5, 97.5]) if len(drawn) else (np.nan, np.nan)
    return float(low), float(high)


def _times(rng: np.random.Generator, items: int) -> Doubles:
    return np.bincount(rng.integers(0, items, items), minlength=items).astype(np.float64)


def _inside(codes: Rows, drawn: Doubles) -> float:
    """Pairs of two drawn items with the same code, none of an item with itself."""
    sums = np.bincount(codes, drawn)
    return float(sums @ sums - drawn @ drawn) / 2


def _shares(found: float, right: float, true: float) -> tuple[float, float, float]:
    nan = float("nan")
    return (
        right / found if found else nan,
        right / true if true else nan,
        2 * right / (found + true) if found + true else nan,
    )
