"""Scores of single items, and their mean with an interval. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows

Z95 = 1.959964
RESAMPLES = 1000
_BLOCK = 1024


@dataclass(frozen=True)
class Score:
    """A mean over `items` items with its 95 % bootstrap interval from `low` to `high`."""

    value: float
    low: float
    high: float
    items: int

    def as_dict(self) -> dict[str, Any]:
        """Rounded to four digits, for JSON."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def wilson(share: float, trials: float) -> tuple[float, float]:
    """Low and high end of the 95 % interval of a share among so many trials, above 0 (Wilson 1927); never outside 0, 1.

    It stays an interval where all are right or none is, which resampling does not.
    """
    square = Z95**2
    centre = (share + square / (2 * trials)) / (1 + square / trials)
    half = Z95 * np.sqrt(share * (1 - share) / trials + square / (4 * trials**2)) / (1 + square / trials)
    return float(np.clip(centre - half, 0, share)), float(np.clip(centre + half, share, 1))


def score_text(score: Mapping[str, float]) -> str:
    """A score as a dict, with its interval, for tables: "0.512 (0.480 to 0.544)"."""
    return f"{score['value']:.3f} ({score['low']:.3f} to {score['high']:.3f})"


def mean_score(per_item: NDArray[Any], seed: int = 0) -> Score:
    """The mean of (n,) per-item scores; the interval is the percentile bootstrap over items, 1000 resamples."""
    values = np.asarray(per_item, dtype=np.float64)
    ends = bootstrap_interval(lambda rows: float(values[rows].mean()), len(values), seed=seed)
    return Score(float(values.mean()), *ends, len(values))


def bootstrap_interval(
    measure: Callable[[Rows], float], count: int, *, draws: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """Low and high end of the 95 % percentile bootstrap (Efron 1979) of a measure of rows, `count` of them.

    measure: of (count,) rows drawn with replacement. As `percentile_interval` where it is not a number.
    """
    return percentile_interval(lambda rng: measure(rng.integers(0, count, count)), draws=draws, seed=seed)


def percentile_interval(
    draw: Callable[[np.random.Generator], float], *, draws: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of so many values of `draw`; those that are not numbers are left out.

    NaN twice where none is a number.
    """
    rng = np.random.default_rng(seed)
    drawn = np.array([draw(rng) for _ in range(draws)])
    drawn = drawn[~np.isnan(drawn)]
    low, high = np.percentile(drawn, [2.5, 97.5]) if len(drawn) else (np.nan, np.nan)
    return float(low), float(high)


def hits_by_words(images: Floats, words: Floats, truth: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) whether the nearest of the (c, d) words is the (n,) true one, for (n, d) images."""
    found: NDArray[np.bool_] = (images @ words.T).argmax(1) == truth
    return found


def hits_of_neighbour(vectors: Floats, labels: NDArray[Any]) -> NDArray[np.bool_]:
    """(n,) whether the nearest other item has the same label."""
    hits = np.zeros(len(vectors), dtype=bool)
    for start, similar in _blocks(vectors):
        hits[start : start + len(similar)] = labels[similar.argmax(1)] == labels[start : start + len(similar)]
    return hits


def average_precisions(vectors: Floats, labels: NDArray[Any]) -> Floats:
    """(m,) average precision of each item's ranking of all others, relevant: the same label.

    Items whose label nobody else has are left out.
    """
    found: list[float] = []
    for start, similar in _blocks(vectors):
        order = np.argsort(-similar, axis=1, kind="stable")[:, :-1]  # the item itself comes last
        relevant = labels[order] == labels[start : start + len(similar), None]
        ranks = np.cumsum(relevant, axis=1) / np.arange(1, relevant.shape[1] + 1)
        counts = relevant.sum(1)
        sums = (ranks * relevant).sum(1)
        found += (sums[counts > 0] / counts[counts > 0]).tolist()
    return np.array(found, dtype=np.float32)


def hits_among(images: Floats, captions: Floats, group: int) -> NDArray[np.bool_]:
    """(n,) whether each (n, d) caption finds its own image first among the `group` images it stands with."""
    hits = []
    for start in range(0, len(images) - group + 1, group):
        similar = captions[start : start + group] @ images[start : start + group].T
        hits.append(similar.argmax(1) == np.arange(group))
    return np.concatenate(hits)


def _blocks(vectors: Floats) -> Iterator[tuple[int, Floats]]:
    """(start, (b, n) similarities with each item's own set to minus infinity), block after block."""
    for start in range(0, len(vectors), _BLOCK):
        similar = vectors[start : start + _BLOCK] @ vectors.T
        similar[np.arange(len(similar)), np.arange(start, start + len(similar))] = -np.inf
        yield start, similar
