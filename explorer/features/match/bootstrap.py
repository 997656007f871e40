"""Intervals of measures of pairs with a truth, by drawing pairs again."""

from collections.abc import Callable

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.metrics import Score

DRAWS = 500


def bootstrap(measure: Callable[[Rows], float], same: Mask, seed: int = 0, draws: int = DRAWS) -> Score:
    """A measure of (p,) pairs with its 95 % percentile interval.

    measure: of some of the pairs, by their places. same: (p,) the truth; pairs of each kind are drawn among
    themselves, so that every draw has both.
    """
    rng = np.random.default_rng(seed)
    kinds = [np.flatnonzero(same), np.flatnonzero(~same)]
    drawn = [np.concatenate([rng.choice(kind, len(kind)) for kind in kinds if len(kind)]) for _ in range(draws)]
    low, high = np.percentile([measure(rows) for rows in drawn], [2.5, 97.5])
    return Score(measure(np.arange(len(same))), float(low), float(high), len(same))
