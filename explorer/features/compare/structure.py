"""What a table of layers by layers shows: which layer corresponds to which, and blocks of layers that are alike."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.features.compare.method import Measure


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """The best partner of every layer of A among those of B.

    partners: (r,) columns, -1 for a layer without any score. order: rank correlation of a layer's place in A with its
    partner's in B: 1 when deeper layers have deeper partners, NaN where it is unknown. apart: mean difference of their
    relative depths, 0 to 1; by_chance: the same when every layer of B is as likely to be the partner. same: layers
    whose partner stands at the same place, None for networks of different length.
    """

    partners: Rows
    order: float
    apart: float
    by_chance: float
    same: int | None


@dataclass(frozen=True)
class Blocks:
    """Runs of neighbouring layers that are more alike than layers are on average.

    runs: (first, last) layer of each run of two at least. within, between: mean score of two layers of one run, and of
    two that share none; NaN where there are no such.
    """

    runs: tuple[tuple[int, int], ...]
    within: float
    between: float


def correspondence(values: Vectors, measure: Measure) -> Correspondence:
    """From the (r, c) scores of the layers of A (rows) against those of B (columns)."""
    scores = _likeness(values, measure)
    known = np.flatnonzero(np.isfinite(scores).any(axis=1))
    partners = np.full(len(scores), -1, dtype=np.int64)
    partners[known] = np.nanargmax(scores[known], axis=1)
    own, other = _depths(scores.shape[0]), _depths(scores.shape[1])
    apart = np.abs(own[known] - other[partners[known]])
    square = scores.shape[0] == scores.shape[1]
    return Correspondence(
        partners=partners,
        order=_rank_correlation(known, partners[known]),
        apart=float(apart.mean()) if len(known) else float("nan"),
        by_chance=float(np.abs(own[:, None] - other[None, :]).mean()),
        same=int((partners[known] == known).sum()) if square else None,
    )


def blocks(values: Vectors, measure: Measure) -> Blocks:
    """From the (k, k) scores of a network's layers with themselves.

    The layers are cut into runs so that the sum, over all pairs within a run, of (score - mean score of all pairs) is
    the largest; how many runs there are comes out of it. As modularity (Newman 2006) with one mean as what is expected,
    and only neighbouring layers together, found exactly by dynamic programming.
    """
    scores = _likeness(values, measure)
    count = len(scores)
    pairs = ~np.eye(count, dtype=bool) & np.isfinite(scores)
    if not pairs.any():
        return Blocks((), float("nan"), float("nan"))
    symmetric = np.where(pairs, (scores + scores.T) / 2, np.nan)
    excess = np.where(pairs, symmetric - np.nanmean(symmetric), 0.0)
    runs = tuple(run for run in _best_runs(excess) if run[1] > run[0])
    together = np.zeros_like(pairs)
    for first, last in runs:
        together[first : last + 1, first : last + 1] = True
    sign = 1.0 if measure.higher else -1.0
    inside, outside = (symmetric[pairs & one] for one in (together, ~together))
    return Blocks(runs, *(sign * float(np.nanmean(one)) if len(one) else float("nan") for one in (inside, outside)))


def _likeness(values: Vectors, measure: Measure) -> Doubles:
    """The scores with larger ones more alike."""
    return np.asarray(values, dtype=np.float64) * (1.0 if measure.higher else -1.0)


def _depths(count: int) -> Doubles:
    """(count,) places of layers from 0 to 1."""
    return np.linspace(0.0, 1.0, count) if count > 1 else np.zeros(count)


def _rank_correlation(first: Rows, second: Rows) -> float:
    from scipy.stats import rankdata

    if len(first) < 3 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(first), rankdata(second))[0, 1])


def _best_runs(excess: Doubles) -> list[tuple[int, int]]:
    """(first, last) of consecutive runs of all layers with the largest sum of `excess` within runs.

    Of equal ones the longer runs.
    """
    count = len(excess)
    best, start = np.zeros(count + 1), np.zeros(count + 1, dtype=np.int64)
    for end in range(1, count + 1):
        # gains[f]: sum over the pairs of the run f .. end - 1
        square = excess[:end, :end]
        gains = np.array([np.triu(square[f:, f:], 1).sum() for f in range(end)])
        totals = best[:end] + gains
        start[end] = int(np.argmax(totals >= totals.max() - 1e-12))
        best[end] = totals[start[end]]
    runs, end = [], count
    while end:
        runs.append((int(start[end]), end - 1))
        end = int(start[end])
    return runs[::-1]
