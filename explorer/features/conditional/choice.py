"""Which method to compare by: a trial of each on items that it was not made from, beside the item alone. Pure.

The items are cut into two halves, every value spread evenly. What a method takes from items (means, a learned space) it
takes from one half; the questions and all candidates are of the other, and the halves change places.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.blas import single_threaded
from explorer.base.metrics import Score, mean_score
from explorer.base.sampling import at_most
from explorer.features.conditional.neighbour_scores import item_folds

K, HALVES = 10, 2
MOST_QUESTIONS, MOST_ITEMS, LEAST_QUESTIONS = 1_000, 12_000, 8
PLAIN = "image"
"""The method without a condition, which every other has to beat."""

Seen = tuple[Floats, Floats]
Look = Callable[[Rows, Rows, Rows], Seen]
"""From rows to take from, rows of the candidates (c,) and rows of the questions (q,): both as (c, e) and (q, e)."""


@dataclass(frozen=True)
class Exam:
    """Items of one column, the half that each is in, and those that are asked about.

    vectors: (n, d) unit rows. codes: (n,) value of each. half: (n,) 0 or 1. questions: (q,) ascending row numbers of
    items that share their value with another of their half.
    """

    vectors: Floats
    codes: Rows
    half: Rows
    questions: Rows

    @property
    def partners(self) -> Rows:
        """(n,) how many others of an item's half have its value."""
        pair = self.codes * HALVES + self.half
        return np.asarray(np.bincount(pair)[pair] - 1, dtype=np.int64)

    @property
    def chance(self) -> float:
        """The score of random neighbours, from 0 to 1."""
        others = np.bincount(self.half, minlength=HALVES)[self.half] - 1
        return float((self.partners[self.questions] / others[self.questions]).mean())


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How a method did: mean score with its interval, and what it is above the item alone on the same questions.

    head: name of the trained head that it used, "" for none.
    """

    method: str
    head: str = ""
    score: Score
    gain: Score

    @property
    def better(self) -> bool:
        """Whether it is better than the item alone, beyond the 95 % interval of the difference."""
        return self.gain.low > 0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stated: dict[str, Any]) -> "Trial":
        """What `as_dict` gave."""
        scores = {name: Score(**stated[name]) for name in ("score", "gain")}
        return cls(method=stated["method"], head=stated["head"], **scores)


def set_exam(vectors: Floats, codes: Rows) -> Exam | None:
    """Cut (n, d) unit rows with their (n,) values into an exam, always the same way; None with too few to ask about.

    At most 12,000 random items take part, and 1,000 are asked about.
    """
    rng = np.random.default_rng(0)
    kept = at_most(np.arange(len(codes)), MOST_ITEMS, rng)
    vectors, codes = vectors[kept], codes[kept]
    if len(codes) < LEAST_QUESTIONS:
        return None
    made = Exam(vectors, codes, item_folds(codes, HALVES, rng), kept[:0])
    questions = at_most(np.flatnonzero(made.partners > 0), MOST_QUESTIONS, rng)
    return Exam(vectors, codes, made.half, questions) if len(questions) >= LEAST_QUESTIONS else None


def sit(exam: Exam, look: Look) -> Floats:
    """(q,) score of each question: the share of its first r neighbours with its value.

    r is 10, or how many others there are where fewer than 10 have the value, so that the best is always 1.
    """
    scores = np.zeros(len(exam.questions), dtype=np.float32)
    with single_threaded():
        for half in range(HALVES):
            own, asked = np.flatnonzero(exam.half == half), exam.half[exam.questions] == half
            if asked.any():
                questions = exam.questions[asked]
                items, wanted = look(np.flatnonzero(exam.half != half), own, questions)
                scores[asked] = _right(exam, own, questions, wanted @ items.T)
    return scores


def _right(exam: Exam, own: Rows, questions: Rows, similar: Floats) -> Floats:
    """(q,) the share of right neighbours of some questions, from their (q, c) likeness to the candidates `own`."""
    similar[np.arange(len(questions)), np.searchsorted(own, questions)] = -np.inf
    count = min(K, len(own) - 1)
    near = np.argpartition(-similar, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(similar, near, axis=1), axis=1, kind="stable")
    hits = exam.codes[own[np.take_along_axis(near, order, axis=1)]] == exam.codes[questions, None]
    looked_at = np.minimum(count, exam.partners[questions])
    counted = hits & (np.arange(count) < looked_at[:, None])
    return np.asarray(counted.sum(axis=1) / looked_at, dtype=np.float32)


def trial(method: str, scores: Floats, plain: Floats, head: str = "") -> Trial:
    """The trial of a method from the (q,) scores of its questions and those of the item alone."""
    return Trial(method=method, head=head, score=mean_score(scores), gain=mean_score(scores - plain))


def best_trial(trials: Iterable[Trial]) -> Trial | None:
    """The highest of those that beat the item alone, the first of equal ones; None when none does."""
    return max((one for one in trials if one.better), key=lambda one: one.score.value, default=None)
