"""A score with what it takes to judge it: an interval over items, the score of shuffled items, a warning.

Interval: half of the items are drawn without replacement, again and again. At half the size the spread of a score is
that of the whole sample (the doubled half bootstrap, Antal & Tille 2014), and no item comes twice: a copy would be its
own perfect neighbour and break unbiased estimates. For measures on neighbours half of the items ask while all can be
found; for those that fit a map, half of the held-out items judge it. The spread is laid around the score of all items,
and what of it lies outside the measure's range, as it may for few items, is cut off: the true score cannot lie there,
so the interval covers it as often as before.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.base.blas import single_threaded
from explorer.base.progress import Progress, Silent
from explorer.features.compare.checks import check_pair
from explorer.features.compare.contract import get_measure
from explorer.features.compare.draws import sample_rows
from explorer.features.compare.method import Measure, Prepared

REPLICATES = 100
SAMPLE = 2_000
"""Items that resampling uses at most, unless asked otherwise."""
Replicate = tuple[list[float], list[float]]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measure's value and how to read it.

    low, high: 95 % interval over items. shuffled: mean score after dealing out the items of B anew; p: share of
    shuffled scores at least as good, (1 + count) / (1 + replicates). calibrated: (value - shuffled) / (best -
    shuffled): 0 is chance, 1 a perfect match. items: how many were used. replicates: of each kind. warning: "" or why
    to be careful.
    """

    measure: str
    value: float
    low: float
    high: float
    shuffled: float
    p: float
    calibrated: float
    items: int
    replicates: int
    warning: str = ""


def score(x: Vectors, y: Vectors, measure: str, *, seed: int = 0) -> float:
    """The bare score of x (n, d) and y (n, e): on all items where the measure can, else on its largest sample."""
    found = get_measure(measure)
    check_pair(x, y)
    rng = np.random.default_rng(seed)
    rows = sample_rows(len(x), found.most, rng)
    return float(found.score(found.family.of(_take(x, rows), _take(y, rows), rng)))


def score_pair(
    x: Vectors,
    y: Vectors,
    measures: Sequence[str],
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
    progress: Progress | None = None,
) -> list[Measured]:
    """Score x (n, d) against y (n, e) by each of `measures`, in their order. Row i of both is the same item.

    Measures that look at pairs of items use a random sample of their largest size. InputError as in `check_pair`.
    """
    check_pair(x, y)
    progress, found = progress or Silent(), {}
    groups: dict[tuple[type[Prepared], int], list[Measure]] = defaultdict(list)
    for name in measures:
        measure = get_measure(name)
        groups[measure.family, min(measure.most, len(x))].append(measure)
    progress.start("Scores, intervals and shuffled items", 2 * replicates * len(groups))
    for place, ((family, size), group) in enumerate(groups.items()):
        rng = np.random.default_rng(seed)
        rows = sample_rows(len(x), size, rng)
        prepared = family.of(_take(x, rows), _take(y, rows), rng)
        halves, shuffles = _replicates(prepared, group, rng.spawn(replicates), _from(progress, 2 * replicates * place))
        widths = x.shape[1], y.shape[1]
        for column, measure in enumerate(group):
            value = float(measure.score(prepared))
            resampled = halves[:, column], shuffles[:, column]
            found[measure.name] = judged(measure, value, resampled, len(rows), widths)
    progress.finish()
    return [found[name] for name in measures]


def _from(progress: Progress, done: int) -> Callable[[int], None]:
    return lambda more: progress.advance(done + more)


def _take(x: Vectors, rows: Rows) -> Vectors:
    return x if len(rows) == len(x) else x[rows]


def _replicates(
    prepared: Prepared, group: list[Measure], generators: Sequence[Generator], advance: Callable[[int], None]
) -> tuple[Doubles, Doubles]:
    """(replicates, measures) scores of halves, and of shuffled items; every replicate has its own random numbers.

    advance: told how many scores of each measure are there.
    """
    found = []
    with single_threaded(), ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        try:
            for both in pool.map(partial(replicate, prepared, group), generators):
                found.append(both)
                advance(2 * len(found))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return columns_of(found)


def replicate(prepared: Prepared, group: Sequence[Measure], own: Generator) -> Replicate:
    """Scores of a half of the items, and of shuffled ones."""
    half, shuffled = prepared.half(own), prepared.shuffled(own)
    return [measure.score(half) for measure in group], [measure.score(shuffled) for measure in group]


def columns_of(found: Sequence[Replicate]) -> tuple[Doubles, Doubles]:
    """(replicates, measures) scores of the halves, and of the shuffled items."""
    return np.array([half for half, _ in found]), np.array([shuffled for _, shuffled in found])


def judged(
    measure: Measure, value: float, resampled: tuple[Doubles, Doubles], items: int, widths: tuple[int, int]
) -> Measured:
    """A value with how to read it. resampled: (replicates,) each; widths: dimensions of the sides."""
    halves, shuffles = resampled
    sign = 1.0 if measure.higher else -1.0
    low, high = _interval(measure, value, halves)
    chance = float(shuffles.mean())
    room = measure.best - chance
    return Measured(
        measure=measure.name,
        value=value,
        low=low,
        high=high,
        shuffled=chance,
        p=float((1 + (sign * shuffles >= sign * value).sum()) / (1 + len(shuffles))),
        calibrated=(value - chance) / room if abs(room) > 1e-12 else float("nan"),
        items=items,
        replicates=len(shuffles),
        warning=small_sample(measure, items, widths, chance),
    )


def _interval(measure: Measure, value: float, halves: Doubles) -> tuple[float, float]:
    """The spread of the halves around the score of all items, cut to the measure's range; NaN without any half.

    The score itself is always inside: one or two far halves can move the mean of all beyond a quantile.
    """
    found = halves[np.isfinite(halves)]
    if not len(found):
        return float("nan"), float("nan")
    ends = np.clip(
        value + np.quantile(found - found.mean(), [0.025, 0.975]),
        min(measure.best, measure.worst),
        max(measure.best, measure.worst),
    )
    return float(min(ends[0], value)), float(max(ends[1], value))


def small_sample(measure: Measure, items: int, widths: tuple[int, int], chance: float) -> str:
    """Why to be careful with this number of items, "" when there is no reason."""
    widest, parts = max(widths), []
    if measure.group == "CCA" and widest >= items:
        parts.append(
            f"A side has {widest:,} dimensions for {items:,} items, where CCA is perfect for anything: such a side "
            f"was cut to its {max(1, items // 10)} leading principal directions."
        )
    if measure.items_per_dimension and items < measure.items_per_dimension * widest:
        enough = int(np.ceil(measure.items_per_dimension * widest))
        parts.append(
            f"{items:,} items are few for {widths[0]:,} and {widths[1]:,} dimensions: shuffled items alone score "
            f"{chance + 0.0:.2f}. Trust the calibrated value, or use at least {enough:,} items."
        )
    elif items < 50:
        parts.append(f"Only {items} items: the interval is wide, and rough itself.")
    return " ".join(parts)
