"""Split-half reliability: how well two random halves of the answers to each question correlate."""

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.features.judgments.agreement.resampling import Weights, weighted_correlation
from explorer.features.judgments.questions import Asked, Choices

LEAST_QUESTIONS = 3


class Halves:
    """Random splits of the answers of each question in two halves of equal size.

    Of ratings the mean standardised ratings are correlated, of choices the shares of the votes, over all positions that
    can be chosen. Questions with a single answer are left out.
    """

    def __init__(self, asked: Asked, rng: np.random.Generator, splits: int) -> None:
        self._asked = asked
        self._sides = [_sides(asked.question, rng) for _ in range(splits)]
        self._columns = asked.choice if isinstance(asked, Choices) else np.zeros(len(asked), dtype=np.int64)
        self._value = np.ones(len(asked)) if isinstance(asked, Choices) else asked.standardised

    def mean(self, weights: Weights) -> float:
        """Mean Pearson correlation over the splits; NaN when fewer than three questions remain, or nothing varies."""
        return float(np.mean([self._correlation(side, weights) for side in self._sides]))

    def _correlation(self, side: Rows, weights: Weights) -> float:
        (first, had), (second, has) = (self._half(side == half, weights) for half in (0, 1))
        kept = had & has & (weights.questions > 0)
        if kept.sum() < LEAST_QUESTIONS:
            return float("nan")
        times = np.repeat(weights.questions[kept], first.shape[1])
        return weighted_correlation(first[kept].ravel(), second[kept].ravel(), times)

    def _half(self, chosen: Mask, weights: Weights) -> tuple[Doubles, Mask]:
        """(q, c) what one half of the answers to each question says, and (q,) whether anybody of it was drawn."""
        asked, times = self._asked, weights.answers[chosen]
        columns = 3 if isinstance(asked, Choices) else 1
        cells = asked.question[chosen] * columns + self._columns[chosen]
        count = len(weights.questions)
        totals = np.bincount(asked.question[chosen], times, minlength=count)
        sums = np.bincount(cells, times * self._value[chosen], minlength=count * columns).reshape(count, columns)
        first = 1 if isinstance(asked, Choices) and asked.task == "triplet" else 0
        return (sums / np.maximum(totals, 1e-300)[:, None])[:, first:], totals > 0


def _sides(question: Rows, rng: np.random.Generator) -> Rows:
    """(a,) which half each answer is in, 0 or 1; -1 for the odd one out of an odd number."""
    order = np.argsort(question + rng.random(len(question)))
    ordered = question[order]
    place = np.arange(len(ordered)) - np.searchsorted(ordered, ordered)
    sizes = np.bincount(question)[ordered]
    found = np.full(len(question), -1)
    used = place < sizes - sizes % 2
    found[order[used]] = place[used] % 2
    return found
