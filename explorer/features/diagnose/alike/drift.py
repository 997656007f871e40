"""How like each other what came in at different times is. Pure.

Source: Silcock, Arora & Dell 2023, A massive scale semantic similarity dataset of historical English (HEADLINES):
SIM_jk, the mean cosine of the texts sampled from year j to the nearest of those sampled from year k.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.base.half import widen
from explorer.base.sampling import at_most

MOST, LEAST, BLOCK = 10_000, 20, 1024


@dataclass(frozen=True)
class Drift:
    """names: (p,) of the periods in order. similarities: (p, p) mean cosine of the items of the period in the row to
    their nearest of the period in the column, others than themselves. errors: (p, p) standard errors. sampled: items of
    each period. left_out: names of periods with too few items.
    """

    names: tuple[str, ...]
    similarities: Doubles
    errors: Doubles
    sampled: int
    left_out: tuple[str, ...]


def drift(
    vectors: NDArray[Any],
    codes: Rows,
    names: Sequence[str],
    rng: np.random.Generator,
    advance: Callable[[int], None] = lambda _: None,
) -> Drift:
    """Between the periods of (n, d) unit vectors.

    codes: (n,) period of each item, -1 for none. Of each period as many items are drawn as the smallest one has, at
    most 10,000: with more to choose from, the nearest is nearer. Periods of fewer than 20 items are left out.
    """
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    kept = np.flatnonzero(counts >= LEAST)
    size = int(min(MOST, counts[kept].min(initial=MOST)))
    samples = [at_most(np.flatnonzero(codes == one), size, rng) for one in kept]
    means, errors = np.zeros((2, len(kept), len(kept)))
    for place, rows in enumerate(samples):
        mine = widen(vectors[rows])
        for other, others in enumerate(samples):
            best = _nearest(mine, widen(vectors[others]), itself=place == other)
            means[place, other], errors[place, other] = best.mean(), best.std(ddof=1) / len(best) ** 0.5
        advance(place + 1)
    out = tuple(names[one] for one in range(len(names)) if 0 < counts[one] < LEAST)
    return Drift(tuple(names[int(one)] for one in kept), means, errors, size if len(kept) else 0, out)


def _nearest(mine: NDArray[Any], others: NDArray[Any], *, itself: bool) -> Doubles:
    """(q,) cosine of each of (q, d) to the nearest of (k, d). itself: both are the same items, which do not count."""
    found = np.empty(len(mine))
    for start in range(0, len(mine), BLOCK):
        scores = mine[start : start + BLOCK] @ others.T
        if itself:
            scores[np.arange(len(scores)), start + np.arange(len(scores))] = -2
        found[start : start + BLOCK] = scores.max(axis=1)
    return found
