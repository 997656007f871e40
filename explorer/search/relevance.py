"""Where the results of a query stop being clearly better than background."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import InputError

MINIMUM = 20  # a background sample below this says nothing


@dataclass(frozen=True)
class Cut:
    """The first `count` results are clearly better than background.

    similarity: of the last of them, NaN when there is none; centre, spread: of the background's similarities.
    expected_false: how many background items so similar are expected among all items.
    """

    count: int
    similarity: float
    centre: float
    spread: float
    expected_false: float


def relevance_cut(similarities: NDArray[Any], background: NDArray[Any], items: int, share_false: float = 0.05) -> Cut:
    """Cut the (k,) descending `similarities` of a query's best results.

    background: (m,) similarities of the same query to a random sample of the items; items: how many were searched.
    The background's spread is taken from its lower half, which relevant items do not reach: centre = median,
    spread = median - 15.9th percentile, and p = 1 - Phi((similarity - centre) / spread). The largest count is kept for
    which items * p(similarity of the last) <= share_false * count: at most that share of them is expected to be
    background (Benjamini & Hochberg 1995, with an empirical null as of Efron 2004; a normal tail is assumed).
    Raises InputError for fewer than 20 background values.
    """
    from scipy.special import ndtr

    sample = np.asarray(background, dtype=np.float64)
    sample = sample[np.isfinite(sample)]
    if len(sample) < MINIMUM:
        raise InputError(f"Relevance: expected at least {MINIMUM} background similarities, got {len(sample)}.")
    low, centre = np.percentile(sample, (15.865525, 50))
    spread = max(float(centre - low), 1e-6)
    values = np.asarray(similarities, dtype=np.float64)
    values = values[np.isfinite(values)]
    false = items * ndtr(-(values - centre) / spread)
    good = np.flatnonzero(false <= share_false * np.arange(1, len(values) + 1))
    count = int(good[-1]) + 1 if len(good) else 0
    last = (float(values[count - 1]), float(false[count - 1])) if count else (float("nan"), 0.0)
    return Cut(count, last[0], float(centre), spread, last[1])
