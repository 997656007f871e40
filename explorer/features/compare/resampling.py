"""A score with what it takes to judge it: an interval over items, the score of shuffled items, a warning.

Interval: half of the items are drawn without replacement, again and again. At half the size the spread of a score is
that of the whole sample (the doubled half bootstrap, Antal & Tille 2014), and no item comes twice: a copy would be its
own perfect neighbour and break unbiased estimates. For measures on neighbours half of the items ask while all can be
found; for those that fit a map, half of the held-out items judge it. The spread is laid around the score of all items.
"""

import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.progress import Progress, Silent
from explorer.features.compare.checks import check_pair
from explorer.features.compare.contract import FAMILIES, Measure, get_measure
from explorer.features.compare.moments import single_threaded

REPLICATES = 100
SAMPLE = 2_000
"""Items that resampling uses at most, unless asked otherwise."""


@dataclass(frozen=True)
class Score:
    """A measure's value and how to read it.

    low, high: 95 % interval over items. shuffled: mean score after dealing out the items of B anew; edge: what only 5 %
    of the shuffled scores pass; p: share of shuffled scores at least as good, (1 + count) / (1 + replicates).
    calibrated: (value - shuffled) / (best - shuffled): 0 is chance, 1 a perfect match. items: how many were used.
    replicates: of each kind. warning: "" or why to be careful.
    """

    measure: str
    value: float
    low: float
    high: float
    shuffled: float
    edge: float
    p: float
    calibrated: float
    items: int
    replicates: int
    warning: str = ""


def score(x: NDArray[Any], y: NDArray[Any], measure: str, *, seed: int = 0) -> float:
    """The bare score of x (n, d) and y (n, e): on all items where the measure can, else on its largest sample."""
    found = get_measure(measure)
    check_pair(x, y)
    rng = np.random.default_rng(seed)
    rows = sample_rows(len(x), found.most, rng)
    return float(found.score(FAMILIES[found.family](_take(x, rows), _take(y, rows), rng)))


def score_pair(
    x: NDArray[Any],
    y: NDArray[Any],
    measures: Sequence[str],
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
    progress: Progress | None = None,
) -> list[Score]:
    """Score x (n, d) against y (n, e) by each of `measures`, in their order. Row i of both is the same item.

    Measures that look at pairs of items use a random sample of their largest size. InputError as in `check_pair`.
    """
    check_pair(x, y)
    progress, found = progress or Silent(), {}
    groups: dict[tuple[str, int], list[Measure]] = defaultdict(list)
    for key in measures:
        measure = get_measure(key)
        groups[measure.family, min(measure.most, len(x))].append(measure)
    progress.start("Scores, intervals and shuffled items", 2 * replicates * len(groups))
    for place, ((family, size), group) in enumerate(groups.items()):
        rng = np.random.default_rng(seed)
        rows = sample_rows(len(x), size, rng)
        prepared = FAMILIES[family](_take(x, rows), _take(y, rows), rng)
        halves, shuffles = _replicates(prepared, group, replicates, rng, progress, 2 * replicates * place)
        widths = x.shape[1], y.shape[1]
        for column, measure in enumerate(group):
            value = float(measure.score(prepared))
            found[measure.key] = _judged(measure, value, halves[:, column], shuffles[:, column], len(rows), widths)
    progress.finish()
    return [found[key] for key in measures]


def sample_rows(n: int, most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """All n rows, or `most` of them at random, in order."""
    rows = np.arange(n) if n <= most else np.sort(rng.permutation(n)[:most])
    return rows.astype(np.int64)


def _take(x: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[Any]:
    return x if len(rows) == len(x) else x[rows]


def _replicates(
    prepared: Any, group: list[Measure], count: int, rng: np.random.Generator, progress: Progress, done: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(count, measures) scores of halves, and of shuffled items; every replicate has its own random numbers."""

    def replicate(own: np.random.Generator) -> tuple[list[float], list[float]]:
        half, shuffled = prepared.half(own), prepared.shuffled(own)
        return [measure.score(half) for measure in group], [measure.score(shuffled) for measure in group]

    found = []
    with single_threaded(), ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        try:
            for both in pool.map(replicate, rng.spawn(count)):
                found.append(both)
                progress.advance(done + 2 * len(found))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    halves, shuffles = (np.array([both[side] for both in found]) for side in (0, 1))
    return halves, shuffles


def _judged(measure: Measure, value: float, halves: Any, shuffles: Any, items: int, widths: tuple[int, int]) -> Score:
    sign = 1.0 if measure.higher else -1.0
    low, high = value + np.quantile(halves - halves.mean(), [0.025, 0.975])
    low, high = (
        (low, min(high, max(measure.best, value))) if measure.higher else (max(low, min(measure.best, value)), high)
    )
    chance = float(shuffles.mean())
    room = measure.best - chance
    edge = float(np.quantile(shuffles, 0.95 if measure.higher else 0.05))
    p = float((1 + (sign * shuffles >= sign * value).sum()) / (1 + len(shuffles)))
    calibrated = (value - chance) / room if abs(room) > 1e-12 else float("nan")
    warning = small_sample(measure, items, widths, chance)
    return Score(
        measure.key, value, float(low), float(high), chance, edge, p, calibrated, items, len(shuffles), warning
    )


def small_sample(measure: Measure, items: int, widths: tuple[int, int], chance: float) -> str:
    """Why to be careful with this number of items, "" when there is no reason."""
    widest, parts = max(widths), []
    if measure.group == "CCA" and widest >= items:
        parts.append(
            f"A side has {widest:,} dimensions for {items:,} items, where CCA is perfect for anything: such a side "
            f"was cut to its {max(1, items // 10)} leading principal directions."
        )
    if measure.needs and items < measure.needs * widest:
        enough = int(np.ceil(measure.needs * widest))
        parts.append(
            f"{items:,} items are few for {widths[0]:,} and {widths[1]:,} dimensions: shuffled items alone score "
            f"{chance + 0.0:.2f}. Trust the calibrated value, or use at least {enough:,} items."
        )
    elif items < 50:
        parts.append(f"Only {items} items: the interval is wide, and rough itself.")
    return " ".join(parts)
