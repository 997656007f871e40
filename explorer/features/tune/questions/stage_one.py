"""The first stage: is this the answer to that question? Wrong answers are those of the nearest other questions."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.features.tune.lexical import plain_title
from explorer.features.tune.questions.head import PairLesson
from explorer.features.tune.questions.material import QuestionPairs

NEAR = 5
STAND_IN = (
    "There are no answers here, so stage one takes their place by what the pairs themselves have: whether a second "
    "question was written for this first one, or for one of the nearest others; labels are not looked at."
)


@dataclass(frozen=True)
class Answered:
    """m (question, answer) pairs. questions, answers: texts. anchors: (m,) number of each one's question."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    anchors: Rows


def stage_one_pairs(pairs: QuestionPairs, rows: Rows) -> Answered:
    """The question-answer pairs whose question is none of the tested ones; without answers, the stated stand-in.

    rows: numbers of the pairs that may be learned from.
    """
    allowed = pairs.anchors[rows]
    if not pairs.answers:
        return Answered(tuple(pairs.first[i] for i in rows), tuple(pairs.second[i] for i in rows), np.asarray(allowed))
    tested = {plain_title(one) for one in pairs.first} - {plain_title(pairs.first[i]) for i in rows}
    kept = [(q, a) for q, a in pairs.answers if plain_title(q) not in tested]
    questions = [q for q, _ in kept]
    numbers = np.unique(np.array([plain_title(q) for q in questions], dtype=object), return_inverse=True)[1]
    return Answered(tuple(questions), tuple(a for _, a in kept), numbers.reshape(-1).astype(np.int64))


def near_wrong(questions: Floats, anchors: Rows, rng: np.random.Generator) -> Rows:
    """(m,) for each question, whose answer stands as the wrong one: one of the five nearest that is another question.

    questions: (m, d) unit rows. An answer from far away would be told by its topic alone. Itself where there is no
    other question.
    """
    found = np.arange(len(questions))
    for start in range(0, len(questions), 1024):
        similar = questions[start : start + 1024] @ questions.T
        similar[anchors[start : start + 1024, None] == anchors[None, :]] = -np.inf
        near = np.argsort(-similar, axis=1, kind="stable")[:, :NEAR]
        others = np.isfinite(np.take_along_axis(similar, near, axis=1)).sum(axis=1)
        drawn = near[np.arange(len(near)), (rng.random(len(near)) * others).astype(np.int64)]
        found[start : start + len(near)] = np.where(others > 0, drawn, found[start : start + len(near)])
    return found


def stage_one_lesson(questions: Floats, answers: Floats, anchors: Rows, seed: int = 0) -> PairLesson:
    """Every question with its answer, and once with the answer of a near other question."""
    wrong = near_wrong(questions, anchors, np.random.default_rng(seed))
    usable = np.flatnonzero(anchors[wrong] != anchors)
    return PairLesson(
        first=np.concatenate([questions, questions[usable]]),
        second=np.concatenate([answers, answers[wrong[usable]]]),
        similar=np.concatenate([np.ones(len(questions), dtype=np.bool_), np.zeros(len(usable), dtype=np.bool_)]),
        anchors=np.concatenate([anchors, anchors[usable]]),
    )
