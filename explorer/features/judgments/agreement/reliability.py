"""How far people agree with each other and with themselves, and so how well any model could do."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles, Mask
from explorer.features.judgments.agreement.alpha import Alpha, Level
from explorer.features.judgments.agreement.each_person import EachPerson, one_each, people_asked
from explorer.features.judgments.agreement.halves import Halves
from explorer.features.judgments.agreement.left_out import estimates
from explorer.features.judgments.agreement.resampling import (
    ALPHA,
    CORRELATION,
    SHARE,
    Estimate,
    Weights,
    once,
    weighted_mean,
)
from explorer.features.judgments.questions import Asked, Choices
from explorer.features.judgments.splits import rows_of

SPLITS, SPLITS_A_DRAW, DRAWS = 100, 3, 200


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """How reliable the answers are; a number is None where the answers do not allow it.

    questions, answers, people: counts; doubled: questions answered by at least two people; one who answered twice
    counts once, see `one_each`. agreement: chance that two people who got the same question answered it alike.
    alpha: Krippendorff's, nominal for choices and interval for ratings, of which ordinal: that of their order.
    half: mean correlation of two halves of the people over `splits` random splits, full: the same stepped up to all
    people, 2r / (1 + r) (Spearman-Brown). one, best: lower and upper bound of the noise ceiling. For choices the
    share of answers like the majority of the others, and the highest share of single answers that any model can
    foresee, which knows the majority beforehand. For ratings see `each_person`, by Spearman's correlation.
    """

    questions: int
    answers: int
    people: int
    doubled: int
    agreement: float | None = None
    alpha: float | None = None
    ordinal: float | None = None
    half: float | None = None
    full: float | None = None
    splits: int
    one: float | None = None
    best: float | None = None


LIMITS = {"agreement": SHARE, "alpha": ALPHA, "ordinal": ALPHA, "full": CORRELATION}
"""What the numbers can be that have an interval; the ceilings are shares or correlations."""


def reliability(asked: Asked, rng: np.random.Generator, splits: int = SPLITS) -> Reliability:
    """How far people agree on the questions of `asked`."""
    questions = len(rows_of(asked))
    found = Reliability(
        questions=questions,
        answers=len(asked),
        people=len(np.unique(asked.person[asked.person >= 0])),
        doubled=int((people_asked(asked, questions) > 1).sum()),
        splits=splits,
    )
    if not found.doubled:
        return found
    numbers = _Numbers(one_each(asked), rng, splits)
    values = numbers.of(once(numbers.asked))
    half = values["half"]
    values["full"] = stepped_up(half) if half >= 0 else float("nan")
    shown: dict[str, Any] = {name: value if np.isfinite(value) else None for name, value in values.items()}
    return replace(found, **shown)


def reliability_intervals(asked: Asked, rng: np.random.Generator, draws: int = DRAWS) -> dict[str, Estimate]:
    """The numbers of `reliability` with 95 % intervals over items and people, by the name of their field."""
    found = reliability(asked, rng)
    if not found.doubled:
        return {}
    numbers = _Numbers(one_each(asked), rng, SPLITS_A_DRAW)
    names = [name for name in numbers.of(once(numbers.asked)) if getattr(found, name) is not None]
    ceiling = SHARE if isinstance(asked, Choices) else CORRELATION
    values, within = [getattr(found, name) for name in names], [LIMITS.get(name, ceiling) for name in names]

    def drawn(weights: Weights) -> list[float]:
        told = numbers.of(weights)
        return [told[name] for name in names]

    told = estimates(drawn, numbers.asked, rng, draws=draws, within=within, values=values)
    return dict(zip(names, told, strict=True))


class _Numbers:
    """Everything that says how far people agree. asked: one answer a person and question."""

    def __init__(self, asked: Asked, rng: np.random.Generator, splits: int) -> None:
        self.asked = asked
        self._halves = Halves(asked, rng, splits)
        levels: tuple[Level, ...] = ("nominal",) if isinstance(asked, Choices) else ("interval", "ordinal")
        self._alphas = [Alpha(asked, level) for level in levels]
        self._people = None if isinstance(asked, Choices) else EachPerson(asked)

    def of(self, weights: Weights) -> dict[str, float]:
        """The numbers by the name of their field in `Reliability`; NaN where there is none."""
        half = self._halves.mean(weights)
        alphas = dict(zip(("alpha", "ordinal"), (one.of(weights) for one in self._alphas), strict=False))
        found = {**alphas, "half": half, "full": stepped_up(half)}
        if isinstance(self.asked, Choices):
            return found | _of_choices(self.asked, weights)
        assert self._people is not None
        ceiling = self._people.ceiling(weights, "spearman")
        return found | {"one": ceiling.lower, "best": ceiling.upper}


def stepped_up(half: float) -> float:
    """Reliability of all answers from the correlation of two halves, 2r / (1 + r) (Spearman-Brown), not below -1."""
    return max(2 * half / (1 + half), -1.0) if half > -1 else -1.0 if half == -1 else half


def _of_choices(asked: Choices, weights: Weights) -> dict[str, float]:
    """Over the questions that at least two different people answered."""
    times, questions = weights.answers, len(asked.items)
    answers = np.bincount(asked.question, times, minlength=questions)
    own = np.bincount(asked.question, times**2, minlength=questions)
    votes = _votes(asked, times)
    kept = weights.questions * (answers**2 > own)
    pairs = float(kept @ (answers**2 - own))
    right, compared = like_the_others(asked, times)
    return {
        "agreement": float(kept @ ((votes**2).sum(1) - own)) / pairs if pairs else float("nan"),
        "one": weighted_mean(right[compared].astype(np.float64), weights.joint(asked)[compared]),
        "best": weighted_mean(votes.max(1) / np.maximum(answers, 1e-300), kept * answers),
    }


def like_the_others(asked: Choices, times: Doubles | None = None) -> tuple[Mask, Mask]:
    """(a,) whether each answer is the majority of the others on its question, and (a,) whether they have a majority.

    asked: one answer a person and question. times: (a,) how often each person counts.
    """
    counted = np.ones(len(asked)) if times is None else times
    others = _votes(asked, counted)[asked.question]
    others[np.arange(len(asked)), asked.choice] -= counted
    best = others.max(1)
    single = (others == best[:, None]).sum(1) == 1
    return others.argmax(1) == asked.choice, (best > 0) & single


def _votes(asked: Choices, times: Doubles) -> Doubles:
    """(q, 3) votes for each position."""
    found = np.bincount(asked.question * 3 + asked.choice, times, minlength=3 * len(asked.items))
    return np.asarray(found.reshape(-1, 3))
