"""From scored pairs to links: best of each, mutual best, about n each, one to one with reject, many to many."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows, check_choice
from explorer.base.errors import InputError
from explorer.features.match.calibration import threshold_for_about
from explorer.features.match.hungarian import assign_with_reject, top_scores, usual_reject
from explorer.features.match.method import Candidates

WAYS = {
    "best": "Best of each",
    "mutual": "Mutual best",
    "about": "About n matches each",
    "one": "One to one",
    "many": "Many to many",
}
"""Ways to turn pairs into links, for people."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How links are made.

    way: of `WAYS`. threshold: only pairs of at least this score; None for no bound, with "one" for a bound that is told
    from the scores. about: with the way "about", so many links a left thing on average. copies: with "one", a right
    thing may be linked so often, each time at a further cost.
    """

    way: str = "best"
    threshold: float | None = None
    about: float = 1.0
    copies: int = 1


@dataclass(frozen=True, kw_only=True)
class Links:
    """What was linked.

    places: (l,) places of the linked pairs among the candidates, in their order. threshold: the score that a pair had
    to have, None where there was none. left_alone, right_alone: rows without a link. ties: so many left things whose
    best score several right things share; the first of them was taken.
    """

    places: Rows
    threshold: float | None
    left_alone: Rows
    right_alone: Rows
    ties: int = 0

    def __len__(self) -> int:
        return len(self.places)


def assign(pairs: Candidates, sizes: tuple[int, int], rule: Rule, same: bool = False) -> Links:
    """Links among scored pairs. sizes: how many things are left and right. same: they are one list.

    InputError for an unknown way, or numbers that make no sense.
    """
    check_choice(rule.way, WAYS, "way to link")
    if rule.way == "about" and not rule.about > 0:
        raise InputError(f"About n matches each: expected a number above 0, got {rule.about:g}.")
    if rule.way == "one" and rule.copies < 1:
        raise InputError(f"Copies of one thing: expected at least 1, got {rule.copies}.")
    threshold = _threshold(pairs, sizes, rule)
    places = _CHOOSE[rule.way](pairs, sizes, replace(rule, threshold=threshold), same)
    places = np.sort(places if threshold is None else places[pairs.scores[places] >= np.float32(threshold)])
    used = np.concatenate([pairs.left[places], pairs.right[places]]) if same else None
    return Links(
        places=places,
        threshold=threshold,
        left_alone=np.setdiff1d(np.arange(sizes[0]), pairs.left[places] if used is None else used),
        right_alone=np.setdiff1d(np.arange(sizes[1]), pairs.right[places] if used is None else used),
        ties=_ties(pairs, threshold) if rule.way == "best" else 0,
    )


def _threshold(pairs: Candidates, sizes: tuple[int, int], rule: Rule) -> float | None:
    if rule.way == "one" and len(pairs):
        return _reject(pairs, rule)
    if rule.way != "about":
        return rule.threshold
    found = threshold_for_about(pairs.scores, sizes, rule.about, pairs.proposed)
    return found if rule.threshold is None else max(found, rule.threshold)


def _first_of_each(rows: Rows, scores: NDArray[np.float32], others: Rows) -> Mask:
    """(p,) True for the best pair of every row; of equal ones that with the lowest other row."""
    order = np.lexsort((others, -scores, rows))
    first = np.ones(len(rows), bool)
    first[1:] = np.diff(rows[order]) != 0
    chosen = np.zeros(len(rows), bool)
    chosen[order[first]] = True
    return chosen


def _best(pairs: Candidates, sizes: tuple[int, int], rule: Rule, same: bool) -> Rows:
    if not same:
        return np.flatnonzero(_first_of_each(pairs.left, pairs.scores, pairs.right))
    return np.flatnonzero(np.add.reduce(_both_ways(pairs)) > 0)


def _mutual(pairs: Candidates, sizes: tuple[int, int], rule: Rule, same: bool) -> Rows:
    if same:
        return np.flatnonzero(np.add.reduce(_both_ways(pairs)) > 1)
    mine = _first_of_each(pairs.left, pairs.scores, pairs.right)
    theirs = _first_of_each(pairs.right, pairs.scores, pairs.left)
    return np.flatnonzero(mine & theirs)


def _both_ways(pairs: Candidates) -> NDArray[np.int64]:
    """(2, p) of one list's pairs, 1 where a pair is the best of its one end, and of its other."""
    count = len(pairs)
    rows, others = np.concatenate([pairs.left, pairs.right]), np.concatenate([pairs.right, pairs.left])
    best = _first_of_each(rows, np.concatenate([pairs.scores, pairs.scores]), others)
    return best.reshape(2, count).astype(np.int64)


def _all(pairs: Candidates, sizes: tuple[int, int], rule: Rule, same: bool) -> Rows:
    return np.arange(len(pairs))


def _one_to_one(pairs: Candidates, sizes: tuple[int, int], rule: Rule, same: bool) -> Rows:
    if same:
        raise InputError("One to one: expected two lists; a list is matched with itself by one of the other ways.")
    return assign_with_reject(pairs, sizes, reject=rule.threshold, copies=rule.copies)


def _reject(pairs: Candidates, rule: Rule) -> float:
    """The score below which a thing rather stays alone: the threshold, else what the scores say."""
    return usual_reject(top_scores(pairs)) if rule.threshold is None else rule.threshold


def _ties(pairs: Candidates, threshold: float | None) -> int:
    """So many left rows have several pairs of their best score that may be linked."""
    best = np.full(int(pairs.left.max()) + 1 if len(pairs) else 0, -np.inf, np.float32)
    np.maximum.at(best, pairs.left, pairs.scores)
    at_best = (pairs.scores == best[pairs.left]) & (pairs.scores >= (-np.inf if threshold is None else threshold))
    return int((np.bincount(pairs.left[at_best]) > 1).sum()) if at_best.any() else 0


_Choose = Callable[[Candidates, tuple[int, int], Rule, bool], Rows]
_CHOOSE: dict[str, _Choose] = {
    "best": _best,
    "mutual": _mutual,
    "about": _all,
    "one": _one_to_one,
    "many": _all,
}
