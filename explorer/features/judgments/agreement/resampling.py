"""Numbers with intervals over items and people: both are drawn anew, and an answer weighs what its draws multiply to.

That is the pigeonhole bootstrap (Owen 2007): it covers other items and other people of the same kind. By itself it is
too wide where answers are about two or three items, see `left_out`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.features.judgments.questions import Asked, Choices
from explorer.features.judgments.splits import rows_of

DRAWS, FEWEST_DRAWS = 400, 100
LEVEL = 95
LEAST_DRAWS = 20
AFFORDED_CHOICES, AFFORDED_RATINGS = 50_000_000, 7_000_000  # answers times draws: ratings are ranked in each
SHARE, CORRELATION, ALPHA = (0.0, 1.0), (-1.0, 1.0), (-np.inf, 1.0)
"""What a number can be: shares, correlations, Krippendorff's alpha."""


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval; `low` and `high` are NaN where there was too little to resample."""

    value: float
    low: float
    high: float


NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


def estimate(
    value: float, draws: Sequence[float] | Doubles, within: tuple[float, float], *, variance: float = float("nan")
) -> Estimate:
    """`value` with the 95 % interval of the finite `draws`, cut where such a number ends (`within`).

    The percentiles are moved by as much as the mean of the draws is off: people who are drawn twice agree with
    themselves, which shifts all draws to one side, and the interval with them. variance: of the number, where it is
    known better than from the draws, to which the interval is then scaled.
    """
    found = np.asarray(draws, dtype=np.float64)
    found = found[np.isfinite(found)]
    if len(found) < LEAST_DRAWS or not np.isfinite(value):
        return Estimate(value, float("nan"), float("nan"))
    tail = (100 - LEVEL) / 2
    ends = np.percentile(found, [tail, 100 - tail]) - found.mean()
    scale = np.sqrt(variance / found.var(ddof=1)) if variance > 0 and np.ptp(found) > 0 else 1.0
    low, high = np.clip(value + scale * ends, *within)
    return Estimate(value, float(low), float(high))


@dataclass(frozen=True)
class Weights:
    """How often things were drawn. questions: (q,) product over the items of each. answers: (a,) the person of each."""

    questions: Doubles
    answers: Doubles

    def joint(self, asked: Asked) -> Doubles:
        """(a,) how much each answer counts."""
        return np.asarray(self.questions[asked.question] * self.answers)


def once(asked: Asked) -> Weights:
    """Each item and each person once: the answers as they are."""
    return Weights(np.ones(len(rows_of(asked))), np.ones(len(asked)))


def resamples(asked: Asked, rng: np.random.Generator, draws: int = DRAWS) -> Iterator[Weights]:
    """Items and people drawn anew, `draws` times; where there are very many answers at least 100 times.

    The same seed draws the same for equal questions and people, whatever is measured on them.
    """
    rows = rows_of(asked)
    used, people = np.unique(rows), _People(asked)
    for _ in range(_affordable(asked, draws)):
        weight = np.zeros(int(used.max()) + 1)
        weight[used] = drawn(len(used), rng)
        yield Weights(weight[rows].prod(1), people.weights(rng))


def _affordable(asked: Asked, draws: int) -> int:
    """How many draws are made, so that many answers do not take minutes; none without answers."""
    afforded = AFFORDED_CHOICES if isinstance(asked, Choices) else AFFORDED_RATINGS
    return min(draws, max(FEWEST_DRAWS, afforded // len(asked))) if len(asked) else 0


def drawn(count: int, rng: np.random.Generator) -> Doubles:
    """(count,) how often each is drawn in `count` draws with replacement."""
    return np.asarray(rng.multinomial(count, np.full(count, 1 / count)), dtype=np.float64)


class _People:
    """Draws the people of some answers anew; where nobody is named each answer counts as a person of its own."""

    def __init__(self, asked: Asked) -> None:
        self._unnamed = np.flatnonzero(asked.person < 0)
        people, self._number = np.unique(asked.person, return_inverse=True)
        self._named = people >= 0

    def weights(self, rng: np.random.Generator) -> Doubles:
        """(a,) how often the person of each answer is drawn."""
        people = np.zeros(len(self._named))
        if self._named.any():
            people[self._named] = drawn(int(self._named.sum()), rng)
        found = people[self._number]
        if len(self._unnamed):
            found[self._unnamed] = rng.poisson(1.0, len(self._unnamed))
        return np.asarray(found)


class Ranks:
    """Ranks of values within groups under changing weights, as if each were there that many times.

    values: (n,). group: (n,) 0 or more, None for one group.
    """

    def __init__(self, values: Doubles, group: Rows | None = None) -> None:
        groups = np.zeros(len(values), dtype=np.int64) if group is None else group
        order = np.argsort(values)
        narrow = groups.astype(np.min_scalar_type(int(groups.max(initial=0))))  # sorts faster
        order = order[np.argsort(narrow[order], kind="stable")]
        v, g = values[order], groups[order]
        new, begins = np.ones(len(v), dtype=bool), np.ones(len(v), dtype=bool)
        begins[1:] = g[1:] != g[:-1]
        new[1:] = (v[1:] != v[:-1]) | begins[1:]
        self._level = np.empty(len(v), dtype=np.int64)
        self._level[order] = np.cumsum(new) - 1
        self._first = np.maximum.accumulate(np.where(begins[new], np.arange(new.sum()), 0))

    def weighted(self, weights: Doubles) -> Doubles:
        """(n,) ranks when entry i is there weights[i] times; the lowest one of a group has rank 0.5."""
        mass = np.bincount(self._level, weights, minlength=len(self._first))
        above = np.concatenate([[0.0], np.cumsum(mass)])
        return np.asarray(((above[:-1] + above[1:]) / 2 - above[self._first])[self._level])


def correlations(x: Doubles, y: Doubles, weights: Doubles, group: Rows) -> Doubles:
    """(groups,) Pearson correlation within groups where entry i counts weights[i] times; NaN when nothing varies."""

    def total(values: Doubles) -> Doubles:
        return np.asarray(np.bincount(group, values), dtype=np.float64)

    counts = total(weights)
    size = np.where(counts > 0, counts, 1.0)
    dx, dy = x - (total(weights * x) / size)[group], y - (total(weights * y) / size)[group]
    xx, yy, xy = total(weights * dx**2), total(weights * dy**2), total(weights * dx * dy)
    varies = (xx > size * _rounding(x)) & (yy > size * _rounding(y))
    return np.where(varies, xy / np.sqrt(np.where(varies, xx * yy, 1.0)), np.nan)


def _rounding(values: Doubles) -> float:
    """A squared deviation that is only an error of rounding."""
    return float((1e-12 * np.abs(values).max(initial=0.0)) ** 2)


def weighted_correlation(x: Doubles, y: Doubles, weights: Doubles) -> float:
    """Pearson correlation where entry i counts weights[i] times; NaN when nothing varies."""
    return float(correlations(x, y, weights, np.zeros(len(x), dtype=np.int64))[0]) if len(x) else float("nan")


def weighted_mean(values: Doubles, weights: Doubles) -> float:
    """Mean where entry i counts weights[i] times; NaN when nothing counts."""
    total = float(weights.sum())
    return float((weights * values).sum()) / total if total > 0 else float("nan")
