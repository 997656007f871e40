"""The best answers to a question by one method."""

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows, check_choice, check_rows
from explorer.base.errors import InputError
from explorer.features.relational.contract import METHODS
from explorer.features.relational.method import Ask, Method


def answer(name: str, ask: Ask, count: int, allowed: Rows | None = None) -> tuple[Rows, Floats]:
    """((k,) rows, (k,) scores) of the best answers by the method `name`, best first.

    The items of the question (the picked one, and every A and B of an analogy) are never answers; without that rule C
    itself nearly always wins. allowed: rows that may be answers, all when left out. InputError when the method is
    unknown or lacks what it needs, or the question is none: no pair for an analogy, or A is B.
    """
    method = METHODS[check_choice(name, METHODS, "method")]
    check_question(method, ask)
    usable = np.ones(len(ask.looks), dtype=bool)
    if allowed is not None:
        usable &= np.isin(np.arange(len(usable)), allowed)
    usable[[ask.item, *(row for pair in ask.pairs for row in pair)]] = False
    return best(method.scores(ask), usable, count)


def best(scores: Floats, usable: Mask, count: int) -> tuple[Rows, Floats]:
    """((k,) rows, (k,) scores) of the `count` largest (n,) scores where `usable` (n,), equal ones by row number."""
    rows = np.flatnonzero(usable)
    order = rows[np.argsort(-scores[rows], kind="stable")][: max(0, count)]
    return order.astype(np.int64), scores[order]


def check_question(method: Method, ask: Ask) -> None:
    """InputError unless `ask` is a question of the method's kind that it can answer."""
    check_rows([ask.item, *(row for pair in ask.pairs for row in pair)], len(ask.looks), "items of the question")
    for need in method.needs:
        ask.part(need)
    if method.kind != "analogy":
        return
    if not ask.pairs:
        raise InputError("Expected at least one pair A and B; got none. Pick two items that stand for the relation.")
    if any(a == b for a, b in ask.pairs):
        raise InputError("A and B are the same item in one pair: nothing changes between them. Pick two items.")
