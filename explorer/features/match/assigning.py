"""From scored pairs to links: best of each, mutual best, about n each, one to one with reject, many to many."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows, check_choice
from explorer.base.errors import InputError
from explorer.features.match.calibration import threshold_for_about
from explorer.features.match.hungarian import assign_with_reject, reject_of
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
    to have, None where there was none. left_alone, right_alone: rows without a link. ties: so many left things
    (of one list: things) whose best score several right ones share; the first of them was taken.
    """

    places: Rows
    threshold: float | None
    left_alone: Rows
    right_alone: Rows
    ties: int = 0

    def __len__(self) -> int:
        return len(self.places)


@dataclass(frozen=True)
class Ends:
    """Links by their (l,) left and right rows."""

    left: Rows
    right: Rows

    @property
    def both(self) -> Rows:
        """(2 l,) the rows of both ends, of one list."""
        return np.concatenate([self.left, self.right])


NONE = Ends(np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, kw_only=True)
class _Ask:
    """What a way is asked. same: one list. standing: links that there are already."""

    sizes: tuple[int, int]
    rule: Rule
    same: bool
    standing: Ends


def check_rule(rule: Rule, same: bool = False) -> None:
    """InputError for an unknown way, one that does not go with one list (same), or numbers that make no sense."""
    check_choice(rule.way, WAYS, "way to link")
    if rule.threshold is not None and not np.isfinite(rule.threshold):
        raise InputError(f"Least score of a link: expected a number, got {rule.threshold:g}.")
    if rule.way == "about" and not (rule.about > 0 and np.isfinite(rule.about)):
        raise InputError(f"About n matches each: expected a number above 0, got {rule.about:g}.")
    if rule.way == "one" and rule.copies < 1:
        raise InputError(f"Copies of one thing: expected at least 1, got {rule.copies}.")
    if rule.way == "one" and same:
        raise InputError("One to one: expected two lists; a list is matched with itself by one of the other ways.")


def assign(
    pairs: Candidates, sizes: tuple[int, int], rule: Rule, same: bool = False, *, standing: Ends = NONE
) -> Links:
    """Links among scored pairs. sizes: how many things are left and right. same: they are one list.

    standing: links that there are already, none of them among the pairs; what these use up is not linked again. Errors
    as for `check_rule`.
    """
    check_rule(rule, same)
    threshold = _threshold(pairs, sizes, rule)
    ask = _Ask(sizes=sizes, rule=replace(rule, threshold=threshold), same=same, standing=standing)
    places = _CHOOSE[rule.way](pairs, ask)
    places = np.sort(places if threshold is None else places[pairs.scores[places] >= np.float32(threshold)])
    left_alone, right_alone = alone(Ends(pairs.left[places], pairs.right[places]), sizes, same)
    return Links(
        places=places,
        threshold=threshold,
        left_alone=left_alone,
        right_alone=right_alone,
        ties=_ties(pairs, threshold, ask) if rule.way == "best" else 0,
    )


def alone(links: Ends, sizes: tuple[int, int], same: bool) -> tuple[Rows, Rows]:
    """Left rows and right rows without a link; of one list twice those that are in no link at all."""
    used = (links.both, links.both) if same else (links.left, links.right)
    left, right = (np.setdiff1d(np.arange(size), rows) for size, rows in zip(sizes, used, strict=True))
    return left, right


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


def _best(pairs: Candidates, ask: _Ask) -> Rows:
    """The best pair of each left thing, of one list of each thing, that is in no standing link."""
    if not ask.same:
        best = _first_of_each(pairs.left, pairs.scores, pairs.right)
        return np.flatnonzero(best & ~np.isin(pairs.left, ask.standing.left))
    mine, theirs = _both_ways(pairs)
    used = ask.standing.both
    return np.flatnonzero((mine & ~np.isin(pairs.left, used)) | (theirs & ~np.isin(pairs.right, used)))


def _mutual(pairs: Candidates, ask: _Ask) -> Rows:
    used = (ask.standing.both, ask.standing.both) if ask.same else (ask.standing.left, ask.standing.right)
    free = np.flatnonzero(~np.isin(pairs.left, used[0]) & ~np.isin(pairs.right, used[1]))
    some = pairs.take(free)
    if ask.same:
        mine, theirs = _both_ways(some)
    else:
        mine = _first_of_each(some.left, some.scores, some.right)
        theirs = _first_of_each(some.right, some.scores, some.left)
    return free[mine & theirs]


def _both_ways(pairs: Candidates) -> tuple[Mask, Mask]:
    """(p,) and (p,) of one list's pairs: whether a pair is the best of its one end, and of its other."""
    count = len(pairs)
    rows, others = np.concatenate([pairs.left, pairs.right]), np.concatenate([pairs.right, pairs.left])
    best = _first_of_each(rows, np.concatenate([pairs.scores, pairs.scores]), others)
    return best[:count], best[count:]


def _all(pairs: Candidates, ask: _Ask) -> Rows:
    return np.arange(len(pairs))


def _one_to_one(pairs: Candidates, ask: _Ask) -> Rows:
    free = np.flatnonzero(~np.isin(pairs.left, ask.standing.left))
    taken = np.bincount(ask.standing.right, minlength=ask.sizes[1])
    rule = ask.rule
    return free[assign_with_reject(pairs.take(free), ask.sizes, reject=rule.threshold, copies=rule.copies, taken=taken)]


def _reject(pairs: Candidates, rule: Rule) -> float:
    """The score below which a thing rather stays alone: the threshold, else what the scores say."""
    return reject_of(pairs) if rule.threshold is None else rule.threshold


def _ties(pairs: Candidates, threshold: float | None, ask: _Ask) -> int:
    """So many left things, of one list things, have several pairs of their best score that may be linked."""
    rows = np.concatenate([pairs.left, pairs.right]) if ask.same else pairs.left
    scores = np.tile(pairs.scores, 2) if ask.same else pairs.scores
    best = np.full(max(ask.sizes), -np.inf, np.float32)
    np.maximum.at(best, rows, scores)
    at_best = (scores == best[rows]) & (scores >= (-np.inf if threshold is None else np.float32(threshold)))
    at_best &= ~np.isin(rows, ask.standing.both if ask.same else ask.standing.left)
    return int((np.bincount(rows[at_best]) > 1).sum()) if at_best.any() else 0


_Choose = Callable[[Candidates, _Ask], Rows]
_CHOOSE: dict[str, _Choose] = {
    "best": _best,
    "mutual": _mutual,
    "about": _all,
    "one": _one_to_one,
    "many": _all,
}
