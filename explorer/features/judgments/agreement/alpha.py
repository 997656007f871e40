"""Krippendorff's alpha: 1 − observed disagreement / the disagreement expected by chance (Krippendorff 2011)."""

from typing import Literal

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.features.judgments.agreement.resampling import Ranks, Weights
from explorer.features.judgments.questions import Asked, Choices

Level = Literal["nominal", "ordinal", "interval"]
"""What counts as disagreement: another answer; the squared distance of mid-ranks; the squared difference."""


class Alpha:
    """Alpha of answers under changing weights, in closed form, so that ratings may be real numbers.

    asked: one answer a person and question.
    """

    def __init__(self, asked: Asked, level: Level) -> None:
        self._question, self._level = asked.question, level
        self._value = (asked.choice if isinstance(asked, Choices) else asked.value).astype(np.float64)
        self._code = np.unique(self._value, return_inverse=True)[1]
        self._ranks = Ranks(self._value)

    def of(self, weights: Weights) -> float:
        """Alpha; NaN when nobody could disagree, or all answers are the same.

        Who was drawn twice is not compared with themselves: of a question the pairs of different people count, as much
        as it has answers.
        """
        pairs = _Pairs(self._question, weights)
        if not pairs.entries.any():
            return float("nan")
        if self._level == "nominal":
            return pairs.nominal(self._code)
        return pairs.squared(self._ranks.weighted(pairs.entries) if self._level == "ordinal" else self._value)


class _Pairs:
    """Pairs of answers to one question by different people. entries: (a,) how often each answer counts."""

    def __init__(self, question: Rows, weights: Weights) -> None:
        self._question, self._times = question, weights.answers
        self._answers = self._total(self._times)
        self._pairs = self._answers**2 - self._total(self._times**2)
        self._paired: Mask = self._pairs > 0
        self._weights = np.where(self._paired, weights.questions[: len(self._pairs)], 0.0)
        self.entries: Doubles = self._weights[question] * self._times

    def _total(self, values: Doubles) -> Doubles:
        return np.asarray(np.bincount(self._question, values), dtype=np.float64)

    def _ratio(self, observed: Doubles, expected: float) -> float:
        """observed: (q,) summed over the pairs of each question; expected: mean over all pairs of answers."""
        share = self._weights * self._answers * observed / np.where(self._paired, self._pairs, 1.0)
        found = float(share.sum() / self.entries.sum())
        return 1 - found / expected if expected > 0 else float("nan")

    def nominal(self, code: Rows) -> float:
        votes = np.zeros((len(self._pairs), int(code.max()) + 1))
        np.add.at(votes, (self._question, code), self._times)
        counts = self._weights @ votes
        total = counts.sum()
        return self._ratio(self._answers**2 - (votes**2).sum(1), float(total**2 - (counts**2).sum()) / _pairs_of(total))

    def squared(self, value: Doubles) -> float:
        total = float(self.entries.sum())
        away = value - float((self.entries * value).sum()) / total
        near = value - (self._total(self._times * value) / np.maximum(self._answers, 1e-300))[self._question]
        within = 2 * (self._answers * self._total(self._times * near**2) - self._total(self._times * near) ** 2)
        among = 2 * (total * float((self.entries * away**2).sum()) - float((self.entries * away).sum()) ** 2)
        rounding = total**2 * (1e-12 * float(np.abs(value).max())) ** 2
        return self._ratio(within, among / _pairs_of(total) if among > rounding else 0.0)


def _pairs_of(count: float) -> float:
    return max(count * (count - 1), 1.0)
