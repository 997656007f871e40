"""How good an archive is, alone and against others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Rows


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Of one archive, after Mouret and Clune, "Illuminating search spaces by mapping elites" (2015).

    coverage: filled cells / reachable cells (those that any of the compared archives fills). qd_score: sum over
    filled cells of quality - offset (pyribs). best: highest quality. performance: (best - offset) / (best known -
    offset). reliability: mean over reachable cells of (quality - offset) / (best known there - offset), 0 where empty.
    precision: the same mean over the cells that this archive fills.
    """

    filled: int
    coverage: float
    qd_score: float
    best: float
    performance: float
    reliability: float
    precision: float


def best_known(archives: Sequence[Doubles]) -> Doubles:
    """(cells,) qualities of several archives, NaN where empty -> (cells,) the best of each cell, NaN where all are."""
    stacked = np.where(np.isnan(np.stack(archives)), -np.inf, np.stack(archives)).max(axis=0)
    return np.where(np.isinf(stacked), np.nan, stacked)


def scores(quality: Doubles, known: Doubles, offset: float = 0.0) -> Scores:
    """(cells,) qualities, NaN where empty, and the best known of each cell -> the scores.

    offset: what counts as nothing; it should not be above the lowest quality, or cells count below nothing.
    """
    filled, reachable = ~np.isnan(quality), ~np.isnan(known)
    over, best = quality - offset, known - offset
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(best > 0, over / best, np.where(over >= best, 1.0, 0.0))
    share = np.where(filled, share, 0.0)
    count, possible = int(filled.sum()), int(reachable.sum())
    top = float(over[filled].max()) if count else 0.0
    most = float(best[reachable].max()) if possible else 0.0
    return Scores(
        filled=count,
        coverage=count / possible if possible else 0.0,
        qd_score=float(over[filled].sum()),
        best=top + offset if count else float("nan"),
        performance=top / most if most > 0 else float(count > 0),
        reliability=float(share[reachable].mean()) if possible else 0.0,
        precision=float(share[filled].mean()) if count else 0.0,
    )


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Values of independent runs -> (mean, low, high) of the 95 % t-interval; with one run the interval is NaN."""
    from scipy.stats import t

    array = np.asarray(values, dtype=np.float64)
    mean = float(array.mean())
    if len(array) < 2:
        return mean, float("nan"), float("nan")
    half = float(t.ppf(0.975, len(array) - 1) * array.std(ddof=1) / np.sqrt(len(array)))
    return mean, mean - half, mean + half


def evaluations_needed(curve: Sequence[tuple[int, float]], goal: float) -> float:
    """(evaluations, score) along a run -> evaluations at which `goal` is first reached; infinity when it never is."""
    for count, score in curve:
        if score >= goal:
            return float(count)
    return float("inf")


def exhaustive(cells: Rows, quality: Doubles, count: int) -> tuple[Doubles, Rows]:
    """(n,) cells and qualities of all items -> (count,) best quality of each cell, NaN where empty, and its item, -1.

    The first of equally good items stands, as in a search that keeps only what is strictly better.
    """
    fine = np.flatnonzero(np.isfinite(quality) & (cells >= 0))
    order = fine[np.lexsort((fine, -quality[fine], cells[fine]))]
    first = np.unique(cells[order], return_index=True)[1]
    best, item = np.full(count, np.nan), np.full(count, -1, dtype=np.int64)
    best[cells[order[first]]] = quality[order[first]]
    item[cells[order[first]]] = order[first]
    return best, item
