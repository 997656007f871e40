"""How well labels by words agree with a column that tells what is right: every method, with intervals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score, bootstrap_interval
from explorer.features.label.by_words.define import WordSettings
from explorer.features.label.by_words.method import WORD_METHODS
from explorer.features.label.by_words.service import WordsAnswer, label_by_words, truth_of
from explorer.features.label.by_words.wording import WordLabel
from explorer.workspace.opened import Opened


@dataclass(frozen=True)
class WordScore:
    """How a method does. macro_f1: unweighted mean over the labels that the column has; accuracy: share of right items.

    Both with 95 % bootstrap intervals over items, 1,000 draws.
    """

    method: str
    macro_f1: Score
    accuracy: Score


def compare_word_methods(
    opened: Opened, spec: str, labels: tuple[WordLabel, ...], settings: WordSettings, column: str
) -> list[WordScore]:
    """Every method that can be used, on the items whose value in the column is one of the labels."""
    found = []
    for name in WORD_METHODS:
        if "descriptions" in WORD_METHODS[name].needs and not all(one.description for one in labels):
            continue
        found.append(score(label_by_words(opened, spec, labels, name, settings), opened, column))
    return found


def score(answer: WordsAnswer, opened: Opened, column: str) -> WordScore:
    """The scores of one answer; InputError when the column has none of the labels."""
    truth = truth_of(opened, answer, column)
    fine = truth.codes >= 0
    right, said = truth.codes[fine], answer.codes[fine]
    measures: tuple[Callable[[Rows], float], ...] = (
        lambda rows: macro_f1(right[rows], said[rows]),
        lambda rows: float((right[rows] == said[rows]).mean()),
    )
    whole, count = np.arange(len(right)), len(right)
    scores = [Score(one(whole), *bootstrap_interval(one, count), count) for one in measures]
    return WordScore(answer.method, *scores)


def macro_f1(right: Rows, said: Rows) -> float:
    """Mean of 2 · hits / (right + said) over the labels that are right for any item; both (m,) codes.

    As scikit-learn's `f1_score(average="macro")` on these labels. InputError without items.
    """
    if not len(right):
        raise InputError("Expected items with a right label, got none.")
    count = int(max(right.max(), said.max())) + 1
    hits = np.bincount(right[right == said], minlength=count)
    of_right, of_said = np.bincount(right, minlength=count), np.bincount(said, minlength=count)
    known = of_right > 0
    return float((2 * hits[known] / (of_right + of_said)[known]).mean())
