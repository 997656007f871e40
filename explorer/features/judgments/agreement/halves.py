"""Split-half reliability: how well two random halves of the answers to each question correlate."""

from dataclasses import dataclass

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
        choices = isinstance(asked, Choices)
        cells = asked.question * 3 + asked.choice if isinstance(asked, Choices) else asked.question
        value = np.ones(len(asked)) if isinstance(asked, Choices) else asked.standardised
        self._columns = 3 if choices else 1
        self._first = int(choices and asked.task == "triplet")
        self._splits = []
        for _ in range(splits):
            side = _sides(asked.question, rng)
            chosen = [np.flatnonzero(side == half) for half in (0, 1)]
            self._splits.append([_Half(one, asked.question[one], cells[one], value[one]) for one in chosen])

    def mean(self, weights: Weights) -> float:
        """Mean Pearson correlation over the splits; NaN when fewer than three questions remain, or nothing varies."""
        return float(np.mean([self._correlation(halves, weights) for halves in self._splits]))

    def _correlation(self, halves: "list[_Half]", weights: Weights) -> float:
        (first, had), (second, has) = (self._said(half, weights) for half in halves)
        kept = had & has & (weights.questions > 0)
        if kept.sum() < LEAST_QUESTIONS:
            return float("nan")
        times = np.repeat(weights.questions[kept], first.shape[1])
        return weighted_correlation(first[kept].ravel(), second[kept].ravel(), times)

    def _said(self, half: "_Half", weights: Weights) -> tuple[Doubles, Mask]:
        """(q, c) what one half of the answers to each question says, and (q,) whether anybody of it was drawn."""
        times, count = weights.answers[half.answers], len(weights.questions)
        totals = np.bincount(half.question, times, minlength=count)
        sums = np.bincount(half.cells, times * half.value, minlength=count * self._columns)
        means = sums.reshape(count, self._columns) / np.maximum(totals, 1e-300)[:, None]
        return means[:, self._first :], totals > 0


@dataclass(frozen=True)
class _Half:
    """The (h,) answers of one half: their numbers, questions, cells of the table that is correlated, and values."""

    answers: Rows
    question: Rows
    cells: Rows
    value: Doubles


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
