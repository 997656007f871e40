"""From pairs of different names to pairs of the rows that have them. Pure."""

import numpy as np

from explorer.base.arrays import Rows


def rows_of_pairs(
    first: Rows,
    second: Rows,
    places: tuple[Rows, Rows],
    *,
    same: bool = False,
    keep: int = 0,
) -> tuple[Rows, Rows, Rows]:
    """Left rows, right rows, and which of the given pairs each comes from.

    first, second: (p,) of the left and right names, the best of every first name before its others. places: name of
    each row, -1 for none, both the same with `same`, where a name may be paired with itself and a pair of rows stands
    once, the lower first. keep: a row gets about so many others, those of the best pairs; 0: all.
    """
    left, right = _Rows(places[0]), _Rows(places[1])
    taken = right.counts[second]
    if keep:
        order = np.argsort(first, kind="stable")
        running = np.cumsum(taken[order]) - taken[order]
        running -= running[np.searchsorted(first[order], first[order])] if len(order) else 0
        taken = taken.copy()
        taken[order] = np.clip(keep + int(same) - running, 0, taken[order])
    pairs = np.repeat(np.arange(len(first)), left.counts[first] * taken)
    within = np.arange(len(pairs)) - np.repeat(*_starts(left.counts[first] * taken))
    mine, theirs = np.divmod(within, np.maximum(taken[pairs], 1))
    rows, others = left.rows[left.starts[first[pairs]] + mine], right.rows[right.starts[second[pairs]] + theirs]
    if not same:
        return rows, others, pairs
    low, high = np.minimum(rows, others), np.maximum(rows, others)
    once = np.unique(low * (len(places[0]) + 1) + high, return_index=True)[1]
    once = once[low[once] != high[once]]
    return low[once], high[once], pairs[once]


def row_pairs(first: Rows, second: Rows, places: tuple[Rows, Rows]) -> int:
    """How many pairs of rows have the (p,) pairs of names; see `rows_of_pairs`."""
    left, right = (np.bincount(one[one >= 0], minlength=int(one.max(initial=-1)) + 1) for one in places)
    return int((left[first] * right[second]).sum())


class _Rows:
    """The rows of every name, one behind the other."""

    def __init__(self, places: Rows) -> None:
        self.counts = np.bincount(places[places >= 0], minlength=int(places.max(initial=-1)) + 1)
        self.rows = np.argsort(places, kind="stable")[int((places < 0).sum()) :]
        self.starts = np.cumsum(self.counts) - self.counts


def _starts(counts: Rows) -> tuple[Rows, Rows]:
    """Where each stretch begins, and how long it is."""
    return np.cumsum(counts) - counts, counts
