"""Judge directly: a language model says how well terms of a short list fit a column.

The second of two families of Metadata2KG (SemTab 2024): yes or no for each term, or a choice among all of the list. The
score is the probability of the answer where the endpoint gives it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from explorer.features.match.glossary.describing import told
from explorer.features.match.glossary.material import Column, Term
from explorer.features.match.language_model.answers import Answer, shares
from explorer.features.match.language_model.asking import LanguageModel

RULES = "Rules, no language model, judged: the scores are those of letters and meaning."
NO_PROBABILITIES = "The endpoint gives no probabilities: what it answered counts as 1, all else as 0."
CHOICE, YES_NO = "choice", "yes or no"
SYSTEM = {
    CHOICE: (
        "You match columns of tables with the terms of a glossary. Answer with one letter only: that of the term that "
        "the column holds, or that of “none of these”."
    ),
    YES_NO: (
        "You match columns of tables with the terms of a glossary. Answer with one word only: yes when the column "
        "holds what the term means, else no."
    ),
}
MOST_LISTED = len(ascii_uppercase) - 1


@dataclass(frozen=True)
class Judged:
    """scores: (k,) in 0 to 1, of a column's short list. probable: whether the endpoint gave probabilities."""

    scores: Floats
    probable: bool


def choice_question(column: Column, listed: Sequence[Term]) -> str:
    """A column and a lettered list, "none of these" at its end."""
    lines = [f"{letter}) {term.whole}" for letter, term in zip(ascii_uppercase, listed, strict=False)]
    lines.append(f"{ascii_uppercase[len(listed)]}) none of these")
    return f"{told(column)}\n\nTerms:\n" + "\n".join(lines) + "\n\nLetter:"


def yes_no_question(column: Column, term: Term) -> str:
    """A column and a term."""
    return f"{told(column)}\n\nTerm: {term.whole}\n\nDoes the column hold what the term means? yes or no:"


def requests_of(model: LanguageModel, column: Column, listed: Sequence[Term], way: str) -> list[dict[str, Any]]:
    """What is asked about a column: one question of choice, or one for each term."""
    if way == CHOICE:
        questions = [choice_question(column, listed)]
    else:
        questions = [yes_no_question(column, term) for term in listed]
    return [model.request(SYSTEM[way], one, words=4, probabilities=True) for one in questions]


def judged_of(answers: Sequence[Answer], count: int, way: str) -> Judged:
    """Scores of a short list of `count` terms from the answers to its questions."""
    if way == CHOICE:
        scores = shares(answers[0], ascii_uppercase[: count + 1])[:count]
    else:
        scores = [shares(one, ("yes", "no"))[0] for one in answers]
    return Judged(np.array(scores, np.float32), all(one.first for one in answers))


def judge(
    model: LanguageModel, columns: Sequence[Column], lists: Sequence[Sequence[Term]], way: str, progress: Progress
) -> list[Judged]:
    """A judgement of each column's short list."""
    asked = [requests_of(model, one, listed, way) if listed else [] for one, listed in zip(columns, lists, strict=True)]
    flat: list[Mapping[str, Any]] = [request for some in asked for request in some]
    answers = iter(model.ask_all(flat, "judging", progress))
    found = []
    for some, listed in zip(asked, lists, strict=True):
        mine = [next(answers) for _ in some]
        found.append(judged_of(mine, len(listed), way) if mine else Judged(np.empty(0, np.float32), True))
    return found
