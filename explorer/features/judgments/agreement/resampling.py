"""Numbers with intervals over items and people: both are drawn anew, and an answer weighs what its draws multiply to.

That is the pigeonhole bootstrap (Owen 2007): it covers other items and other people of the same kind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Mask
from explorer.features.judgments.questions import Asked, Ratings

DRAWS = 400
LEVEL = 95
LEAST_DRAWS = 20
MOST_CELLS = 4_000_000


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval; `low` and `high` are NaN where there was too little to resample."""

    value: float
    low: float
    high: float


NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


def estimate(value: float, draws: Sequence[float]) -> Estimate:
    """`value` with the 95 % interval of the finite `draws`, widened to hold it."""
    found = np.array([draw for draw in draws if np.isfinite(draw)])
    if len(found) < LEAST_DRAWS or not np.isfinite(value):
        return Estimate(value, float("nan"), float("nan"))
    tail = (100 - LEVEL) / 2
    low, high = np.percentile(found, [tail, 100 - tail])
    return Estimate(value, float(min(low, value)), float(max(high, value)))


def drawn(count: int, rng: np.random.Generator) -> Doubles:
    """(count,) how often each is drawn in `count` draws with replacement."""
    return np.asarray(rng.multinomial(count, np.full(count, 1 / count)), dtype=np.float64)


def people_weights(asked: Asked, rng: np.random.Generator) -> Doubles:
    """(a,) weight of each answer by its person; where nobody is named each answer counts as a person of its own."""
    named = asked.person >= 0
    present = np.unique(asked.person[named])
    weights = np.zeros(max(len(asked.people), int(present.max()) + 1 if len(present) else 0) + 1)
    if len(present):
        weights[present] = drawn(len(present), rng)
    found = weights[asked.person]
    unnamed = int((~named).sum())
    if unnamed:
        found[~named] = rng.poisson(1.0, unnamed)
    return np.asarray(found)


def resampled_means(asked: Ratings) -> Callable[[np.random.Generator], tuple[Doubles, Mask]]:
    """A function that draws people anew: (q,) mean ratings, and whether anybody who was drawn rated the pair."""
    count, people = len(asked.pairs), len(asked.people)
    if (asked.person < 0).any() or not 0 < people * count <= MOST_CELLS:
        return lambda rng: _weighted_means(asked, people_weights(asked, rng))
    sums, counts = np.zeros((people, count)), np.zeros((people, count))
    np.add.at(sums, (asked.person, asked.question), asked.value)
    np.add.at(counts, (asked.person, asked.question), 1)
    present = counts.any(1)
    sums, counts = sums[present], counts[present]

    def draw(rng: np.random.Generator) -> tuple[Doubles, Mask]:
        weights = drawn(len(sums), rng)
        total = weights @ counts
        return (weights @ sums) / np.maximum(total, 1e-12), total > 0

    return draw


def _weighted_means(asked: Ratings, weights: Doubles) -> tuple[Doubles, Mask]:
    count = len(asked.pairs)
    total = np.bincount(asked.question, weights, minlength=count)
    sums = np.bincount(asked.question, weights * asked.value, minlength=count)
    return sums / np.maximum(total, 1e-12), total > 0


class Ranks:
    """Ranks of the same values under changing weights, as if each were there that many times."""

    def __init__(self, values: Doubles) -> None:
        self.levels, self.group = np.unique(values, return_inverse=True)

    def weighted(self, weights: Doubles) -> Doubles:
        """(n,) ranks when entry i is there weights[i] times."""
        mass = np.bincount(self.group, weights, minlength=len(self.levels))
        return np.asarray((np.cumsum(mass) - mass / 2)[self.group])


def weighted_correlation(x: Doubles, y: Doubles, weights: Doubles) -> float:
    """Pearson correlation where entry i counts weights[i] times; NaN when nothing varies."""
    total = weights.sum()
    if total <= 0:
        return float("nan")
    dx, dy = x - (weights @ x) / total, y - (weights @ y) / total
    spread = np.sqrt((weights @ dx**2) * (weights @ dy**2))
    return float((weights @ (dx * dy)) / spread) if spread > 0 else float("nan")


def weighted_mean(values: Doubles, weights: Doubles) -> float:
    """Mean where entry i counts weights[i] times; NaN when nothing counts."""
    total = float(weights.sum())
    return float(weights @ values) / total if total > 0 else float("nan")
