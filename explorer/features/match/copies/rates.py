"""What was solved, by how near its nearest neighbour is: whether a score is owed to what was seen before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import wilson

BINS, BLOCK = 5, 1024
YES = {"1", "1.0", "true", "yes", "passed", "pass", "solved", "correct", "right"}
NO = {"0", "0.0", "false", "no", "failed", "fail", "unsolved", "incorrect", "wrong"}


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Items whose similarity lies from `low` to `high`; which share of them was solved, its 95 % interval."""

    low: float
    high: float
    items: int
    share: float
    least: float
    most: float


def solved_column(values: Sequence[str], name: str) -> Doubles:
    """(n,) 1 for solved, 0 for not, shares as they are, NaN where nothing stands.

    InputError names row and value of what is none of yes, no, true, false, passed, failed and numbers from 0 to 1.
    """
    found = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        word = value.strip().casefold()
        if word:
            found[row] = 1.0 if word in YES else 0.0 if word in NO else _share(word, row, name)
    if not np.isfinite(found).any():
        raise InputError(f"Column {name}: expected what was solved, yes or no, in at least one row; all are empty.")
    return found


def _share(word: str, row: int, name: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = np.nan
    if not 0 <= value <= 1:
        raise InputError(
            f"Column {name}, row {row + 1}: expected yes, no, passed, failed or a share from 0 to 1, got {word!r:.60}."
        )
    return value


def nearest_cosines(vectors: Floats, present: Rows, among: Rows) -> Doubles:
    """(n,) cosine of each of the rows `present` of (n, d) unit vectors to the nearest other of `among`; else NaN."""
    found = np.full(len(vectors), np.nan)
    others = vectors[among]
    for start in range(0, len(present), BLOCK):
        rows = present[start : start + BLOCK]
        scores = vectors[rows] @ others.T
        scores[rows[:, None] == among[None]] = -np.inf
        best = scores.max(axis=1, initial=-np.inf)
        found[rows] = np.where(np.isfinite(best), best, np.nan)
    return found


def rates_by_similarity(similarities: Doubles, solved: Doubles, bins: int = BINS) -> list[Rate]:
    """Shares of what was solved in bins of about equal numbers of items, the least similar first.

    similarities, solved: (n,); items where either is NaN are left out. Equal similarities are of one bin, so there may
    be fewer bins; () without any item. Shares between 0 and 1 count as so many solved of one.
    """
    known = np.isfinite(similarities) & np.isfinite(solved)
    values, right = similarities[known], solved[known]
    if not len(values):
        return []
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, max(len(edges) - 2, 0))
    found = []
    for place in np.unique(places):
        inside = places == place
        share, count = float(right[inside].mean()), int(inside.sum())
        low, high = float(edges[place]), float(edges[min(place + 1, len(edges) - 1)])
        least, most = wilson(share, count)
        found.append(Rate(low=low, high=high, items=count, share=share, least=least, most=most))
    return found
