"""How well a score tells relevant pairs from others, over the pairs of all queries together; intervals over queries."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.metrics import bootstrap_interval
from explorer.features.cutoff.judged import Flags
from explorer.features.cutoff.method import Numbers

RESAMPLES = 200
Measure = Callable[[Numbers, Flags], float]


@dataclass(frozen=True)
class Within:
    """A number and its 95 % interval: the bootstrap over queries with all their pairs."""

    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return {name: round(float(value), 4) for name, value in asdict(self).items()}


def pr_auc(scores: Numbers, relevant: Flags) -> float:
    """Average precision of (m,) scores: the sum over thresholds of the gain in recall times the precision there.

    Pairs of equal score fall under the threshold together. NaN without a relevant pair.
    """
    hits, counts = _at_thresholds(scores, relevant)
    if not len(hits) or not hits[-1]:
        return float("nan")
    return float((np.diff(hits, prepend=0) / hits[-1] * (hits / counts)).sum())


def precision_at_recall(recall: float) -> Measure:
    """The precision at the highest threshold that keeps at least this share of the relevant pairs."""

    def measure(scores: Numbers, relevant: Flags) -> float:
        hits, counts = _at_thresholds(scores, relevant)
        if not len(hits) or not hits[-1]:
            return float("nan")
        place = int(np.searchsorted(hits, _needed(recall, int(hits[-1]))))
        return float(hits[place] / counts[place])

    return measure


def threshold_at_recall(scores: Numbers, relevant: Flags, recall: float) -> float:
    """The highest threshold at which at least this share of the relevant pairs has as high a score."""
    ours = np.sort(scores[relevant])[::-1]
    return float(ours[_needed(recall, len(ours)) - 1])


def interval(measure: Measure, scores: Numbers, relevant: Flags, known: Flags, seed: int = 0) -> Within:
    """A measure of (q, k) scores where `known`, over all pairs together; the interval over resampled queries."""

    def of(rows: NDArray[np.int64]) -> float:
        there = known[rows]
        return measure(scores[rows][there], relevant[rows][there])

    ends = bootstrap_interval(of, len(scores), draws=RESAMPLES, seed=seed)
    return Within(of(np.arange(len(scores))), *ends)


def kept_recall(threshold: float) -> Measure:
    """The share of relevant pairs that a threshold keeps."""
    return lambda scores, relevant: float((scores[relevant] >= threshold).mean()) if relevant.any() else float("nan")


def kept_precision(threshold: float) -> Measure:
    """The share of relevant ones among the pairs that a threshold keeps."""

    def measure(scores: Numbers, relevant: Flags) -> float:
        kept = scores >= threshold
        return float(relevant[kept].mean()) if kept.any() else float("nan")

    return measure


def dropped(threshold: float) -> Measure:
    """The share of all pairs that a threshold cuts off."""
    return lambda scores, relevant: float((scores < threshold).mean())


def _needed(recall: float, relevant: int) -> int:
    return max(1, int(np.ceil(recall * relevant - 1e-9)))


def _at_thresholds(scores: Numbers, relevant: Flags) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Relevant pairs and all pairs at or above each different score, from the highest on."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(order) else order
    return np.cumsum(relevant[order].astype(np.int64))[last], last + 1
