"""How well what was fitted to some answers foresees others: held-out questions, held-out people, and both at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask
from explorer.base.progress import Progress
from explorer.features.judgments.agreement.resampling import SHARE, Estimate, estimate, resamples, weighted_mean
from explorer.features.judgments.agreement.scores import agreement, credits, headline
from explorer.features.judgments.agreement.similarity import Similarity
from explorer.features.judgments.questions import Asked, Choices
from explorer.features.judgments.splits import LEAST, rows_of, turns

TESTS = {
    "questions": "other questions, by people it learned from",
    "people": "questions it learned from, by other people",
    "both": "other questions, by other people",
}
Tested = Sequence[tuple[Similarity, Mask]]
"""What was fitted in each turn, and which answers it is tested on."""


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """One of TESTS. score: the share of single answers that are given, or Spearman's correlation with the mean ratings.

    answers, questions, people: how many it was measured on.
    """

    score: Estimate
    answers: int
    questions: int
    people: int


def held_out(
    asked: Asked, fit: Callable[[Asked], Similarity], rng: np.random.Generator, progress: Progress
) -> dict[str, HeldOut]:
    """What `fit` reaches on each of TESTS, those with fewer than 20 answers left out; see `splits.turns`."""
    parts = turns(asked, rng)
    progress.start("fits with answers held out", len(parts))
    fitted = []
    for turn in parts:
        fitted.append(fit(asked.take(turn.train)))
        progress.advance(len(fitted))
    progress.finish()
    names = parts[0].tests if parts else {}
    found = {
        name: _score(asked, [(one, turn.tests[name]) for one, turn in zip(fitted, parts, strict=True)], rng)
        for name in names
    }
    return {name: one for name, one in found.items() if one.answers >= LEAST}


def _score(asked: Asked, tested: Tested, rng: np.random.Generator) -> HeldOut:
    if isinstance(asked, Choices):
        return _share(asked, tested, rng)
    everything, scores = np.zeros(len(asked), dtype=bool), []
    for similarity, test in tested:
        found = agreement(similarity, asked.take(test), rng, 0) if test.any() else None
        if found and np.isfinite(headline(found).value):
            everything |= test
            scores.append((headline(found).value, found.answers))
    values, sizes = np.array(scores, dtype=np.float64).reshape(-1, 2).T
    return _counted(asked.take(everything), Estimate(weighted_mean(values, sizes), float("nan"), float("nan")))


def _share(asked: Choices, tested: Tested, rng: np.random.Generator) -> HeldOut:
    """All turns together; questions with an item that had no answer to learn from are left out."""
    given = np.full(len(asked), np.nan)
    for similarity, test in tested:
        some = asked.take(test)
        given[test] = credits(similarity, some)[some.question, some.choice]
    known = np.isfinite(given)
    some, given = asked.take(known), given[known]
    draws = [weighted_mean(given, weights.joint(some)) for weights in resamples(some, rng)]
    return _counted(some, estimate(weighted_mean(given, np.ones(len(given))), draws, SHARE))


def _counted(asked: Asked, score: Estimate) -> HeldOut:
    people = len(np.unique(asked.person[asked.person >= 0]))
    return HeldOut(score=score, answers=len(asked), questions=len(rows_of(asked)), people=people)
