"""A closed list: what is asked, what may be meant, the score of each, and what is known of some. Pure.

Several texts of the list may mean one entry; of each entry the nearest text stands for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.features.match.best import Best, Scored, best_places
from explorer.features.match.method import Task
from explorer.features.match.probability import (
    LEAST_EACH,
    Probabilities,
    calibration_error,
    held_out_probabilities,
    probability_curve,
)
from explorer.features.match.side import Side
from explorer.features.match.truth import SEPARATOR

Score = Callable[[Rows], Scored]


def entry_codes(side: Side, column: str) -> Rows:
    """(m,) number of the entry that each text of a list means: equal values of a column, else each text its own."""
    if not column:
        return np.arange(len(side), dtype=np.int64)
    values = np.array([one or f"\0{row}" for row, one in enumerate(side.strings(column))], dtype=object)
    return np.unique(values, return_inverse=True)[1].reshape(-1).astype(np.int64)


def one_an_entry(score: Score, codes: Rows) -> Score:
    """The same scores with minus infinity for all but the best text of each entry, the first of equal ones."""
    if len(np.unique(codes)) == len(codes):
        return score
    order = np.argsort(codes, kind="stable")
    starts = np.unique(codes[order], return_index=True)[1]

    def scored(rows: Rows) -> Scored:
        block = score(rows)
        sorted_scores = block.total[:, order]
        best = np.maximum.reduceat(sorted_scores, starts, axis=1)
        is_best = sorted_scores == np.repeat(best, np.diff([*starts, len(order)]), axis=1)
        before = np.cumsum(is_best, axis=1)
        earlier = np.repeat(before[:, starts] - is_best[:, starts], np.diff([*starts, len(order)]), axis=1)
        first = is_best & (before - earlier == 1)
        total = np.full_like(block.total, -np.inf)
        total[:, order] = np.where(first, sorted_scores, -np.inf)
        return Scored(total, block.parts)

    return scored


def known_entries(task: Task, column: str, codes: Rows) -> Rows:
    """(n,) entry that each left row is known to mean, by a column with ids or texts of the list; -1 for unknown ones.

    InputError where a value is neither.
    """
    if not column:
        return np.full(len(task.left), -1, np.int64)
    places: dict[str, int] = {}
    for row, (one, text) in enumerate(zip(task.right.ids, task.right.texts, strict=True)):
        places.setdefault(text, row)
        places[one] = row
    entry = str(task.options.get("entry", ""))
    for row, name in enumerate(task.right.strings(entry) if entry else ()):
        places.setdefault(name, row)
    values = [value.strip() for value in task.left.strings(column)]
    odd = [row for row, value in enumerate(values) if value and value not in places]
    if odd:
        several = " One answer a row is taken, not several." if SEPARATOR in values[odd[0]] else ""
        raise InputError(
            f"{task.left.name}, column {column}, row {odd[0] + 1}: expected an id or a text of {task.right.name}, got "
            f"{values[odd[0]]!r:.80} ({len(odd):,} such rows).{several}"
        )
    return np.array([codes[places[value]] if value else -1 for value in values], np.int64)


@dataclass(frozen=True)
class Labelled:
    """Pairs of left rows whose entry is known. places: among the pairs. same: whether it is that entry. groups: left
    rows.
    """

    places: Rows
    same: Mask
    groups: Rows


def labelled_pairs(best: Best, known: Rows, codes: Rows) -> Labelled:
    """The pairs of which it is known whether they are right."""
    places = np.flatnonzero(known[best.left] >= 0)
    same = codes[best.right[places]] == known[best.left[places]]
    return Labelled(places, same, best.left[places])


@dataclass(frozen=True)
class Calibrated:
    """A curve, and how far its probabilities are off on left rows that it was not fitted on; None where the rows with
    a known entry are too few.
    """

    curve: Probabilities | None
    said: str


def calibrate(best: Best, known: Rows, codes: Rows, way: str) -> Calibrated:
    """Fit the curve on what is known; the sentence says what the scores are."""
    told = labelled_pairs(best, known, codes)
    right, wrong = int(told.same.sum()), int((~told.same).sum())
    rows = np.unique(told.groups)
    if min(right, wrong) < 2 * LEAST_EACH or len(rows) < LEAST_EACH:
        few = f"; {right:,} right and {wrong:,} wrong pairs are known, at least {2 * LEAST_EACH} each are needed"
        return Calibrated(None, f"similarities, no probabilities{few if (known >= 0).any() else ''}")
    scores = best.scores[told.places]
    held = held_out_probabilities(scores, told.same, told.groups, way=way)
    off = calibration_error(held, told.same)
    return Calibrated(
        probability_curve(scores, told.same, way),
        f"probabilities learned from {len(rows):,} known answers; off by {off:.3f} on average on answers not learned "
        "from (expected calibration error)",
    )


def with_scores(best: Best, scores: Floats, least: float, keep: int, *, same: bool = False) -> Best:
    """The pairs with other scores, the best `keep` of each left row that reach `least`.

    same: one list, in which a pair is kept that is among the best of either of its rows.
    """
    places = best_places(best, scores, keep, same=same)
    kept = places[scores[places] >= least]
    parts = {**best.parts, "similarity": best.scores}
    return Best(best.left[kept], best.right[kept], scores[kept], {name: one[kept] for name, one in parts.items()})


def joined_texts(texts: Sequence[str], attributes: Sequence[str]) -> list[str]:
    """Texts with their attributes behind them, as they are learned in Tune."""
    return [f"{a}: {b}" if b.strip() else a for a, b in zip(texts, attributes, strict=True)]
