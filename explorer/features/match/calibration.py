"""The threshold at which a list gets about n matches a name, from the candidates alone. Pure.

Source: LinkOrgs (Jerzak and Libgober), `GetCalibratedDistThres`: the quantile of the distances of candidate pairs at
probability n √(x y) / (x y) for lists of x and y names. It is a quantile of the candidates, not of all pairs, so a list
of which only every tenth pair is a candidate gets about n / 10 matches a name.
"""

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import InputError

LEAST_DISTANCE = 1e-6
"""A calibrated distance is never below this one, so that equal names are always matched."""


def calibrated_share(sizes: tuple[int, int], about: float) -> float:
    """The share of candidate pairs that two lists of these sizes link for about so many matches a name, 0 to 1.

    InputError for a number that is not above 0.
    """
    if not about > 0:
        raise InputError(f"About n matches each: expected a number above 0, got {about:g}.")
    return min(1.0, about / np.sqrt(float(sizes[0]) * float(sizes[1]))) if min(sizes) else 1.0


def calibrated_distance(distances: NDArray[np.floating], sizes: tuple[int, int], about: float) -> float:
    """The greatest distance that is linked for about so many matches a name; infinity where there are no candidates.

    distances: (c,) of candidate pairs, of the two whole lists or of a sample of each; those that are not finite are
    passed over. sizes: of the whole lists. At least `LEAST_DISTANCE`.
    """
    finite = np.asarray(distances, np.float64)[np.isfinite(distances)]
    share = calibrated_share(sizes, about)
    return max(float(np.quantile(finite, share)), LEAST_DISTANCE) if len(finite) else float("inf")


def threshold_for_about(
    scores: NDArray[np.floating], sizes: tuple[int, int], about: float, candidates: int = 0
) -> float:
    """The lowest score that is linked for about so many matches a name; 0 where there are no pairs.

    scores: (p,) higher is more alike, of all candidates, or of the best of them where a matcher kept no more.
    candidates: how many there were before the best were kept; the quantile is theirs. 0: as many as scores.
    """
    share = calibrated_share(sizes, about)
    if not len(scores):
        return 0.0
    best_first = np.sort(np.asarray(scores, np.float64))[::-1]
    place = share * (max(candidates, len(scores)) - 1)
    return float(np.interp(place, np.arange(len(best_first)), best_first))
