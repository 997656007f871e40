"""Edit distance of texts (Levenshtein 1966): how many letters have to be put in, taken out or changed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.base.dataset import TEXT
from explorer.base.progress import Progress
from explorer.features.lab.scorers.pairs import Scorer, Scores, filled_rows
from explorer.workspace.opened import Opened

MOST = 200
"""Letters of a text that are compared; the rest is left out."""
BLOCK = 512
FILLED = -1

Letters = NDArray[np.int32]


def letters(text: str) -> Letters:
    """(l,) code points of the first 200 letters of a text."""
    return np.array([ord(one) for one in text[:MOST]], dtype=np.int32)


def distances(text: Letters, others: Sequence[Letters]) -> NDArray[np.int32]:
    """(n,) edit distances of a text to n others.

    Wagner and Fischer's table, one row of it for all others at once; moves along a row are a running minimum.
    """
    lengths = np.array([len(one) for one in others], dtype=np.int32)
    wide = int(lengths.max(initial=0))
    table = np.full((len(others), wide), FILLED, dtype=np.int32)
    for place, one in enumerate(others):
        table[place, : len(one)] = one
    steps = np.arange(wide + 1, dtype=np.int32)
    row = np.broadcast_to(steps, (len(others), wide + 1)).copy()
    for done, letter in enumerate(text, start=1):
        moved = np.empty_like(row)
        moved[:, 0] = done
        np.minimum(row[:, 1:] + 1, row[:, :-1] + (table != letter), out=moved[:, 1:])
        row = np.minimum.accumulate(moved - steps, axis=1) + steps
    found: NDArray[np.int32] = row[np.arange(len(others)), lengths]
    return found


def similarities(text: Letters, others: Sequence[Letters]) -> Doubles:
    """(n,) 1 - distance / length of the longer text: 1 for the same (also two empty ones), 0 where nothing is."""
    longer = np.array([max(len(text), len(one), 1) for one in others])
    return np.asarray(1 - distances(text, others) / longer)


def _lacks(opened: Opened, spec: str) -> str:
    return "" if opened.dataset.has_texts else "The items have no texts."


def _make(opened: Opened, spec: str, rows: Rows, progress: Progress) -> Scores:
    texts = [letters(text) for text in opened.dataset.table[TEXT].take(rows).to_pylist()]

    def scores(question: int, items: Rows) -> Doubles:
        parts = [
            similarities(texts[question], [texts[int(item)] for item in items[start : start + BLOCK]])
            for start in range(0, len(items), BLOCK)
        ]
        return np.concatenate(parts) if parts else np.empty(0)

    return scores


EDIT = Scorer(
    name="edit",
    label="Edit distance of texts",
    formula=f"1 − edits / letters of the longer text; the first {MOST} letters",
    source="Levenshtein 1966; Wagner and Fischer 1974",
    needs=("texts",),
    lacks=_lacks,
    rows=lambda opened, spec: filled_rows(opened, TEXT),
    make=_make,
)
