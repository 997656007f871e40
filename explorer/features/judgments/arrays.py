"""Answers as arrays of row numbers: the forms that models and other programs read."""

from collections.abc import Iterable, Sequence

import numpy as np

from explorer.base.arrays import Rows
from explorer.features.judgments.values import Answer

Places = dict[str, int]


def judgments_of(answers: Iterable[Answer], task: str, ids: Sequence[str]) -> tuple[list[Answer], Places]:
    """The answers of `task` about items among `ids`, without attention checks, and the row number of each id."""
    places = {str(item): row for row, item in enumerate(ids)}
    kept = [
        answer
        for answer in answers
        if answer.task == task and not answer.is_check and all(item in places for item in answer.items)
    ]
    return kept, places


def odd_one_out_array(answers: Iterable[Answer], ids: Sequence[str], odd: int = 2) -> Rows:
    """(n, 3) rows of `ids`, the odd one in column `odd`: 2 (the third, as in THINGS and VICE) or 1 (the second).

    One row an answer, in order; attention checks and items that are not among `ids` are left out.
    """
    kept, places = judgments_of(answers, "odd_one_out", ids)
    rows = []
    for answer in kept:
        pair = [places[item] for item in answer.items if item != answer.answer]
        rows.append([*pair[:odd], places[answer.answer], *pair[odd:]])
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def triplet_array(answers: Iterable[Answer], ids: Sequence[str]) -> Rows:
    """(n, 3) rows of `ids`: reference, nearer, farther; one row an answer, in order."""
    kept, places = judgments_of(answers, "triplet", ids)
    rows = [[places[item] for item in answer.answer] for answer in kept]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def answered_triplets(answers: Sequence[Answer], ids: Sequence[str]) -> Rows:
    """(m, 3) [reference, nearer, farther] of triplets and odd-one-outs; of the latter both references of the pair."""
    odd = odd_one_out_array(answers, ids)
    return np.concatenate([triplet_array(answers, ids), odd, odd[:, [1, 0, 2]]])
