"""One to one, or few to one: the links of the greatest total score, where a thing may stay without one. Pure.

Source: the assignment problem in its sparse form (Jonker and Volgenant 1987), by scipy's
`min_weight_full_bipartite_matching`; each left thing also has a partner of its own, which stands for no link.
"""

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.features.match.method import Candidates

MOST_COPIES = 100


def assign_with_reject(
    pairs: Candidates,
    sizes: tuple[int, int],
    *,
    reject: float | None = None,
    copies: int = 1,
    repeat: float | None = None,
) -> Rows:
    """(k,) ascending places of the candidates that are linked. sizes: how many things are left and right.

    A left thing is linked at most once, a right thing at most `copies` times. The sum over links of score less `reject`
    is the greatest possible, where the second link of a right thing costs `repeat` more, the third twice that and so
    on. So no pair below `reject` is linked, and a thing whose partners are better used by others stays alone. None: as
    `usual_reject` and `usual_repeat` tell from the scores. InputError for numbers that make no sense.
    """
    _check(sizes, reject, copies, repeat)
    if not len(pairs):
        return np.empty(0, np.int64)
    best, second = best_and_second(pairs)
    least = np.float32(usual_reject(best, second) if reject is None else reject)
    cost = 0.0 if copies == 1 else usual_repeat(best, second) if repeat is None else repeat
    kept = np.flatnonzero(pairs.scores >= least)
    if not len(kept):
        return np.empty(0, np.int64)
    gains = pairs.scores[kept].astype(np.float64) - float(least)
    return kept[_linked(pairs.left[kept], pairs.right[kept], gains, copies, cost)]


def best_and_second(pairs: Candidates) -> tuple[Doubles, Doubles]:
    """(n,) best score of each left thing with a candidate, and the second best of each with two or more."""
    order = np.lexsort((-pairs.scores, pairs.left))
    left, scores = pairs.left[order], pairs.scores[order].astype(np.float64)
    first = np.ones(len(left), np.bool_)
    first[1:] = left[1:] != left[:-1]
    after = np.zeros(len(left), np.bool_)
    after[1:] = first[:-1] & ~first[1:]
    return scores[first], scores[after]


def usual_reject(best: Doubles, second: Doubles) -> float:
    """The score from which a best match is more likely right than by chance, told from the scores alone.

    best: (n,) highest score of each left thing. second: (m,) second highest, of those that have one. A thing without a
    partner gets as its best about what others get as their second. How many there are is read off below the median of
    the second, where hardly anything else lies (Storey 2002). The score makes the number of right decisions the
    greatest: best scores from it on, less twice those expected by chance. With fewer than three of either there is
    nothing to tell it by: the least best score.
    """
    if min(len(best), len(second)) < 3:
        return float(best.min(initial=np.inf)) if len(best) else 0.0
    best, second = np.sort(best), np.sort(second)
    chance = share_alone(best, second) * (1 - np.searchsorted(second, best, side="left") / len(second))
    above = 1 - np.searchsorted(best, best, side="left") / len(best)
    return float(best[int(np.argmax(above - 2 * chance))])


def share_alone(best: Doubles, second: Doubles) -> float:
    """About which share of things, 0 to 1, has no partner; arguments as for `usual_reject`, neither empty."""
    middle = float(np.median(second))
    return float(min(1.0, (best <= middle).mean() / (second <= middle).mean()))


def usual_repeat(best: Doubles, second: Doubles) -> float:
    """What a second link of a right thing costs: half the difference of the median best and the median second score.

    Another copy of a title is further than that from every other title; a thing drawn to a wrong title by a little is
    not.
    """
    return max(0.0, float(np.median(best) - np.median(second)) / 2) if len(second) else 0.0


def _linked(left: Rows, right: Rows, gains: Doubles, copies: int, cost: float) -> Rows:
    """Ascending places of the linked ones of (p,) pairs with a gain of 0 and more."""
    rows, mine = np.unique(left, return_inverse=True)
    _, theirs = np.unique(right, return_inverse=True)
    uses = np.minimum(np.bincount(theirs), copies)  # places of each right thing
    times = uses[theirs]
    pair = np.repeat(np.arange(len(left)), times)
    use = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times)
    worth = gains[pair] - use * cost
    useful = worth >= 0
    pair, place = pair[useful], ((np.cumsum(uses) - uses)[theirs[pair]] + use)[useful]
    chosen = _matched(mine[pair], place, worth[useful], (len(rows), int(uses.sum())))
    return np.sort(pair[chosen])


def _matched(rows: Rows, columns: Rows, worth: Doubles, shape: tuple[int, int]) -> Rows:
    """Places of the entries of the matching with the greatest sum of worths, 0 and more; a row may have none."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    count, wide = shape
    top = worth.max() + 1.0  # costs above 0: zeros would be no entries
    alone = np.arange(count)
    costs = np.concatenate([top - worth, np.full(count, top)])
    places = (np.concatenate([rows, alone]), np.concatenate([columns, wide + alone]))
    own, partner = min_weight_full_bipartite_matching(csr_array((costs, places), shape=(count, wide + count)))
    matched = np.empty(count, np.int64)
    matched[own] = partner
    return np.flatnonzero(matched[rows] == columns)


def _check(sizes: tuple[int, int], reject: float | None, copies: int, repeat: float | None) -> None:
    if min(sizes) < 1:
        raise InputError(f"One to one: expected things on both sides, got {sizes[0]:,} and {sizes[1]:,}.")
    if not np.isfinite(reject or 0) or not np.isfinite(repeat or 0) or (repeat or 0) < 0:
        raise InputError(
            f"One to one: expected a finite least score and a cost of repeats of 0 or more, got {reject} and {repeat}."
        )
    if not 1 <= copies <= MOST_COPIES:
        raise InputError(f"One to one: expected 1 to {MOST_COPIES} links of one right thing, got {copies}.")
