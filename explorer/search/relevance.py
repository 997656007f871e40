"""Which results of a query in words are about it: nearer to it than items usually are to the words nearest to them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DEPTHS = (1, 2, 3, 5, 8, 12, 24, 50)
FIRST, FALL = 1.46, 0.18
"""Mean nearness that the first d results need: FIRST - FALL * ln(d). Chosen on 40 present and 40 absent queries for
photos, for drawn scenes and for news, other ones than `benchmarks/bench_words.py` reports on."""
FALLEN = 0.75  # share of the mean of the first five below which an item belongs to the rest


def needed(depth: NDArray[Any]) -> NDArray[np.float64]:
    """Mean nearness from which the first `depth` results stand out; the level of 50 for more than 50."""
    return FIRST - FALL * np.log(np.minimum(np.asarray(depth, dtype=np.float64), DEPTHS[-1]))


def standing_out(nearness: NDArray[Any]) -> int:
    """How many of the first results stand out, of (k,) results in order by their `nearness` (see `hubs.nearness`).

    0 is the nearness of an item to an average word and 1 that to its ten nearest words. A query stands out when the
    mean over its first d results is high enough for any d of `DEPTHS`: a few results have to be very near, many results
    that agree less so, because chance makes one item near and not fifty. Then the results stand out up to the place
    where the sum of what they have above a level is largest: the level that the deepest d needed, or three quarters of
    the mean of the first five where that is higher.
    """
    values = np.asarray(nearness, dtype=np.float64)
    values = values[np.isfinite(values)]
    depths = np.array([depth for depth in DEPTHS if depth <= len(values)], dtype=np.int64)
    means = np.cumsum(values)[depths - 1] / depths
    passed = depths[means >= needed(depths)]
    if not len(passed):
        return 0
    level = max(float(needed(passed[-1])), FALLEN * float(values[:5].mean()))
    return int(np.argmax(np.cumsum(values - level))) + 1
