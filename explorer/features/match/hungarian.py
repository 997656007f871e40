"""One to one, or few to one: the links of the greatest total score, where a thing may stay without one. Pure.

Source: the assignment problem in its sparse form (Jonker and Volgenant 1987), by scipy's
`min_weight_full_bipartite_matching`; each left thing also has a partner of its own, which stands for no link.
"""

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.features.match.method import Candidates

MOST_COPIES = 100
SAME_TO = 5
"""Decimals to which scores are compared: the last ones of a float32 differ by chance."""
LEAST, CLEAR = 10, 0.95
"""Fewer things than this tell nothing; what stands out more than this share of the others has a partner."""


def assign_with_reject(
    pairs: Candidates,
    sizes: tuple[int, int],
    *,
    reject: float | None = None,
    copies: int = 1,
    repeat: float | None = None,
    taken: Rows | None = None,
) -> Rows:
    """(k,) ascending places of the candidates that are linked. sizes: how many things are left and right.

    A left thing is linked at most once, a right thing at most `copies` times. The sum over links of score less `reject`
    is the greatest possible, where the second link of a right thing costs `repeat` more, the third twice that and so
    on. So no pair below `reject` is linked, and a thing whose partners are better used by others stays alone. None: as
    `usual_reject` and `usual_repeat` tell from the scores. taken: (sizes[1],) how often each right thing is linked
    already, which counts among its `copies`. InputError for numbers that make no sense.
    """
    _check(sizes, reject, copies, repeat)
    if not len(pairs):
        return np.empty(0, np.int64)
    top = top_scores(pairs)
    least = np.float32(reject_of(pairs) if reject is None else reject)
    cost = 0.0 if copies == 1 else usual_repeat(top) if repeat is None else repeat
    kept = np.flatnonzero(pairs.scores >= least)
    if not len(kept):
        return np.empty(0, np.int64)
    gains = pairs.scores[kept].astype(np.float64) - float(least)
    used = np.zeros(len(kept), np.int64) if taken is None else taken[pairs.right[kept]]
    return kept[_linked(pairs.left[kept], pairs.right[kept], gains, used, copies=copies, cost=cost)]


def top_scores(pairs: Candidates, most: int = 3) -> Doubles:
    """(n, most) best scores of each left thing with a candidate, falling; NaN where it has fewer candidates."""
    order = np.lexsort((-pairs.scores, pairs.left))
    rows, starts = np.unique(pairs.left[order], return_index=True)
    row = np.repeat(np.arange(len(rows)), np.diff([*starts, len(order)]))
    rank = np.arange(len(order)) - starts[row]
    found = np.full((len(rows), most), np.nan)
    kept = rank < most
    found[row[kept], rank[kept]] = pairs.scores[order][kept]
    return found


def reject_of(pairs: Candidates) -> float:
    """The score below which a left thing rather stays alone, told from the scores, see `usual_reject`.

    Of right things that a left one is equally like, such as several photos of one product, one counts: the next best
    that tells chance is the best of the others.
    """
    order = np.lexsort((-pairs.scores, pairs.left))
    left, scores = pairs.left[order], np.round(pairs.scores[order].astype(np.float64), SAME_TO)
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(left) != 0) | (np.diff(scores) != 0)
    return usual_reject(top_scores(pairs.take(order[first])))


def usual_reject(top: Doubles) -> float:
    """The score from which a best match is more likely right than by chance, told from the scores alone.

    top: (n, 3) best scores of each left thing, see `top_scores`. What has no partner stands out by as little as
    the second of others does from their third: that tells how many there are (Storey 2002), and by how much what has
    one stands out; the second scores of those tell what chance gives. The score makes the number of right decisions the
    greatest: best scores from it on, less twice those expected by chance. With fewer than ten things of three
    candidates there is nothing to tell it by: the least best score, 0 without any.
    """
    whole = top[np.isfinite(top).all(axis=1)]
    if len(whole) < LEAST:
        return float(top[:, 0].min(initial=np.inf)) if len(top) else 0.0
    stands_out, usual = whole[:, 0] - whole[:, 1], whole[:, 1] - whole[:, 2]
    alone = min(1.0, float((stands_out <= np.median(usual)).mean() / (usual <= np.median(usual)).mean()))
    clear = stands_out > np.quantile(usual, CLEAR)
    chance = np.sort(whole[clear, 1] if clear.sum() >= LEAST else whole[:, 1])
    best = np.sort(whole[:, 0])
    expected = alone * (1 - np.searchsorted(chance, best, side="left") / len(chance))
    above = 1 - np.searchsorted(best, best, side="left") / len(best)
    return float(best[int(np.argmax(above - 2 * expected))])


def usual_repeat(top: Doubles) -> float:
    """What a second link of a right thing costs: by how much 95 in 100 seconds at most stand out from the third.

    top: as for `usual_reject`. Another copy of a title stands out from every other title by more than that; a thing
    drawn to a wrong title by chance does not, and gives way. 0 without three candidates of anything.
    """
    gaps = top[:, 1] - top[:, 2]
    gaps = gaps[np.isfinite(gaps)]
    return float(np.quantile(gaps, CLEAR)) if len(gaps) else 0.0


def _linked(left: Rows, right: Rows, gains: Doubles, taken: Rows, *, copies: int, cost: float) -> Rows:
    """Ascending places of the linked ones of (p,) pairs with a gain of 0 and more, whose right things are `taken`."""
    rows, mine = np.unique(left, return_inverse=True)
    _, theirs = np.unique(right, return_inverse=True)
    used = np.zeros(int(theirs.max()) + 1, np.int64)
    used[theirs] = taken
    uses = np.clip(copies - used, 0, np.bincount(theirs))  # places of each right thing
    times = uses[theirs]
    pair = np.repeat(np.arange(len(left)), times)
    use = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times)
    worth = gains[pair] - (use + taken[pair]) * cost
    useful = worth >= 0
    if not useful.any():
        return np.empty(0, np.int64)
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
