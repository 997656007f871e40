"""Ratings of single people: how a model correlates with each of them, and how well any model could (noise ceiling).

A person's ratings are compared with the mean of all (upper bound: it holds the own ratings) and of the others (lower
bound), by the measure that models are scored with, and the correlations are averaged over people: Nili et al. 2014, as
`boot_noise_ceiling` of rsatoolbox. Before a mean is taken each person's ratings are standardised, for Pearson to mean 0
and variance 1, for Spearman to ranks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.features.judgments.agreement.resampling import Ranks, Weights, correlations
from explorer.features.judgments.questions import Asked, Choices, Ratings

LEAST_PAIRS = 3
Measure = Literal["spearman", "pearson"]


def first_answers(asked: Asked) -> Mask:
    """(a,) True for the first answer of each named person to each question, and for all that name nobody."""
    found = asked.person < 0
    named = np.flatnonzero(~found)
    found[named[np.unique(_cells(asked)[named], return_index=True)[1]]] = True
    return np.asarray(found)


def _cells(asked: Asked) -> Rows:
    """(a,) a number that is equal for equal people and questions."""
    return np.asarray((asked.person + 1) * (int(asked.question.max(initial=0)) + 1) + asked.question)


def one_each(asked: Asked) -> Asked:
    """One answer a named person and question: of several choices the first, of several ratings their mean."""
    kept = first_answers(asked)
    if isinstance(asked, Choices) or kept.all():
        return asked.take(kept)
    cell = np.unique(_cells(asked), return_inverse=True)[1]
    mean = (np.bincount(cell, asked.value) / np.bincount(cell))[cell]
    return replace(asked, value=np.where(asked.person >= 0, mean, asked.value)).take(kept)


def people_asked(asked: Asked, questions: int) -> Rows:
    """(q,) how many people answered each question; each answer that names nobody counts as a person of its own."""
    return np.bincount(asked.question[first_answers(asked)], minlength=questions)


@dataclass(frozen=True)
class Bounds:
    """The lower and the upper bound of a noise ceiling; NaN where there is none."""

    lower: float
    upper: float


class EachPerson:
    """The ratings of named people who rated at least three pairs and not all alike; of a pair rated twice the mean."""

    def __init__(self, asked: Ratings) -> None:
        self._asked, named = asked, np.flatnonzero(asked.person >= 0)
        _, first, cell = np.unique(_cells(asked)[named], return_index=True, return_inverse=True)
        value = np.bincount(cell, asked.value[named]) / np.maximum(np.bincount(cell), 1)
        kept = _telling(asked.person[named[first]], value)
        self._answer, self._value = named[first[kept]], value[kept]
        self._person, self._question = asked.person[self._answer], asked.question[self._answer]
        people, self._group = np.unique(self._person, return_inverse=True)
        self._first = np.unique(self._group, return_index=True)[1]
        self._ranks = Ranks(self._value, self._group)
        self.count = len(people)

    def against(self, modelled: Sequence[Doubles]) -> Callable[[Weights], list[float]]:
        """Mean over people of Spearman's correlation of each of the (q,) similarities with each person's ratings."""
        ranks = [Ranks(one[self._question], self._group) for one in modelled]

        def means(weights: Weights) -> list[float]:
            entries = weights.questions[self._question]
            own = self._ranks.weighted(entries)
            return [self._averaged(self._within(one.weighted(entries), own, entries), weights) for one in ranks]

        return means

    def ceiling(self, weights: Weights, measure: Measure) -> Bounds:
        """Both bounds over the pairs that somebody else rated, too."""
        if not self.count:
            return Bounds(np.nan, np.nan)
        pooled = self._pooled(weights, measure)
        lower, upper = (
            self._averaged(self._correlated(pooled, one, measure), weights) for one in (pooled.others, pooled.everybody)
        )
        return Bounds(lower, upper)

    def like_the_others(self) -> dict[int, tuple[float | None, int]]:
        """By number of the person Spearman's correlation with the mean ranks of the others, and over how many pairs."""
        if not self.count:
            return {}
        pooled = self._pooled(Weights(np.ones(int(self._question.max()) + 1), np.ones(len(self._asked))), "spearman")
        found = self._correlated(pooled, pooled.others, "spearman")
        pairs = np.bincount(self._group, pooled.entries).astype(int)
        people = self._person[self._first]
        return {
            int(person): (float(value) if np.isfinite(value) else None, int(count))
            for person, value, count in zip(people, found, pairs, strict=True)
        }

    def _pooled(self, weights: Weights, measure: Measure) -> "_Pooled":
        times = weights.answers[self._answer]
        counts = np.bincount(self._question, times)[self._question]
        entries = weights.questions[self._question] * (counts > times)
        own = self._standardised(entries, measure)
        sums = np.bincount(self._question, times * own)[self._question]
        others = (sums - times * own) / np.where(counts > times, counts - times, 1.0)
        return _Pooled(entries, own, others, sums / np.maximum(counts, 1.0))

    def _standardised(self, entries: Doubles, measure: Measure) -> Doubles:
        """(n,) ratings of each person with mean 0 over `entries`: ranks, as many as if all had rated as many pairs, or
        standard deviations.
        """
        size = np.bincount(self._group, entries)[self._group]
        if measure == "spearman":
            return np.asarray((self._ranks.weighted(entries) - size / 2) * (size.max() / np.maximum(size, 1.0)))
        mean = np.bincount(self._group, entries * self._value)[self._group] / np.maximum(size, 1.0)
        away = self._value - mean
        spread = np.sqrt(np.bincount(self._group, entries * away**2)[self._group] / np.maximum(size, 1.0))
        return away / np.where(spread > 0, spread, np.inf)

    def _correlated(self, pooled: "_Pooled", with_whom: Doubles, measure: Measure) -> Doubles:
        if measure == "spearman":
            with_whom = Ranks(with_whom, self._group).weighted(pooled.entries)
        return self._within(pooled.own, with_whom, pooled.entries)

    def _within(self, x: Doubles, y: Doubles, entries: Doubles) -> Doubles:
        """(people,) correlations within each person, NaN for fewer than three different pairs."""
        several = np.bincount(self._group, entries > 0) >= LEAST_PAIRS
        return np.where(several, correlations(x, y, entries, self._group), np.nan)

    def _averaged(self, found: Doubles, weights: Weights) -> float:
        """Mean over the people who were drawn and have a number."""
        people = weights.answers[self._answer[self._first]]
        counted = np.isfinite(found) & (people > 0)
        return float(np.average(found[counted], weights=people[counted])) if counted.any() else float("nan")


@dataclass(frozen=True)
class _Pooled:
    """(n,) of each rating: how often it counts, itself, the mean of the others and of all, standardised."""

    entries: Doubles
    own: Doubles
    others: Doubles
    everybody: Doubles


def _telling(person: Rows, value: Doubles) -> Mask:
    """(n,) whether the person of each value gave at least three, and not all the same."""
    _, group = np.unique(person, return_inverse=True)
    low, high = np.full(len(value), np.inf), np.full(len(value), -np.inf)
    np.minimum.at(low, group, value)
    np.maximum.at(high, group, value)
    several = np.bincount(group, minlength=len(value)) >= LEAST_PAIRS
    return np.asarray((several & (low < high))[group])
