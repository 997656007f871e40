"""What a pairwise scorer is, and every call of one: counted, and checked to be a number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.base.method import MethodCard
from explorer.base.progress import Progress
from explorer.workspace.opened import Opened

Scores = Callable[[int, Rows], NDArray[np.floating]]
"""(m,) scores of a question for m items, higher for a better match; both are positions among its rows."""
Make = Callable[[Opened, str, Rows, Progress], Scores]
"""Gives the scores of a workspace's rows; the text is the model."""


@dataclass(frozen=True, kw_only=True)
class Scorer(MethodCard):
    """A pairwise scorer. lacks: why it cannot be used with a workspace and a model, "" when it can. rows: those that it
    can compare. make: its scores.
    """

    lacks: Callable[[Opened, str], str]
    rows: Callable[[Opened, str], Rows]
    make: Make


class Counted:
    """Calls a scorer, counts how many pairs it was asked for, and stops at an answer that is no number.

    label: of the scorer, for people; ids: of the rows that it was made for.
    """

    def __init__(self, scores: Scores, label: str, ids: Sequence[str]) -> None:
        self._scores, self._label, self._ids = scores, label, ids
        self.calls = 0

    def __call__(self, question: int, items: Rows) -> Doubles:
        """(m,) scores; InputError for more or fewer of them, and one that names the pair for NaN or infinity."""
        found = np.asarray(self._scores(question, items), dtype=np.float64)
        self.calls += len(items)
        if found.shape != (len(items),):
            raise InputError(f"{self._label}: expected {len(items):,} scores, got {found.shape}.")
        bad = np.flatnonzero(~np.isfinite(found))
        if len(bad):
            pair = f"{self._ids[question]!r:.80} and {self._ids[int(items[bad[0]])]!r:.80}"
            raise InputError(f"{self._label} gave {found[bad[0]]} for {pair}: expected a finite number for every pair.")
        return found

    def table(self, questions: Rows, items: Rows, told: Callable[[int], None] | None = None) -> Doubles:
        """(q, n) scores of every question for every item; `told` hears how many questions are done."""
        rows = []
        for done, question in enumerate(questions, start=1):
            rows.append(self(int(question), items))
            if told:
                told(done)
        return np.stack(rows) if rows else np.empty((0, len(items)))


def filled_rows(opened: Opened, column: str) -> Rows:
    """Rows of the items whose cell in `column` is more than blanks."""
    trimmed = pc.utf8_trim_whitespace(opened.dataset.table[column])
    return np.flatnonzero(pc.not_equal(trimmed, "").to_numpy()).astype(np.int64)
