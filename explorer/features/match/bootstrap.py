"""Intervals of measures of pairs with a truth, by drawing pairs again."""

from collections.abc import Callable

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.metrics import Score, percentile_interval

DRAWS = 500


def bootstrap(measure: Callable[[Rows], float], same: Mask, seed: int = 0, draws: int = DRAWS) -> Score:
    """A measure of (p,) pairs with its 95 % percentile interval.

    measure: of some of the pairs, by their places. same: (p,) the truth; pairs of each kind are drawn among
    themselves, so that every draw has both.
    """
    kinds = [kind for kind in (np.flatnonzero(same), np.flatnonzero(~same)) if len(kind)]

    def draw(rng: np.random.Generator) -> float:
        return measure(np.concatenate([rng.choice(kind, len(kind)) for kind in kinds]))

    ends = percentile_interval(draw, draws=draws, seed=seed)
    return Score(measure(np.arange(len(same))), *ends, len(same))
