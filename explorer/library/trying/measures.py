"""The same n items under two models: which neighbours change, and which model agrees more with a column. Pure.

All neighbours are found among the n items themselves, so that both models have the same to choose from.
"""

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Floats, Mask, Rows, Vectors
from explorer.base.metrics import hits_by_words, mean_score
from explorer.features.compare.movers import Movers, find_movers
from explorer.library.trying.report import Beside

K = 10
Codes = NDArray[np.int64]
"""(n,) class numbers, -1 without one."""


def changed_neighbours(old: Vectors, new: Vectors) -> Movers:
    """What happens to each item between old (n, d) and new (n, e): its ten nearest under both, and how many they share.

    See `features/compare/movers.py`; with ties, shared is what can be expected.
    """
    return find_movers(old, new, K)


def precision(neighbours: Rows, codes: Codes) -> Doubles:
    """(m,) share of the (n, k) nearest that have the item's own class, of the items that count."""
    counted = countable(codes)
    same = codes[neighbours[counted]] == codes[counted, None]
    return np.asarray(same.mean(axis=1), dtype=np.float64)


def countable(codes: Codes) -> Mask:
    """(n,) whether an item has a class, and another item has the same."""
    sizes = np.bincount(codes[codes >= 0], minlength=1)
    return np.asarray((codes >= 0) & (sizes[codes] > 1))


def column_beside(column: str, neighbours: tuple[Rows, Rows], codes: Codes) -> Beside | None:
    """Precision of the ten nearest under the old and the new model, paired by item; None where no item counts.

    chance: the share of all other items with the same class.
    """
    counted = countable(codes)
    if not counted.any():
        return None
    old, new = (precision(one, codes) for one in neighbours)
    sizes = np.bincount(codes[codes >= 0])
    chance = float(((sizes[codes[counted]] - 1) / (len(codes) - 1)).mean())
    return _beside(column, old, new, chance)


def words_beside(column: str, sides: tuple[tuple[Floats, Floats], ...], codes: Codes) -> Beside | None:
    """Accuracy of taking the nearest class name, under the old and the new model, paired by item.

    sides: of each model (n, d) items and (c, d) names, unit rows. chance: always naming the commonest class.
    """
    labelled = codes >= 0
    if not labelled.any():
        return None
    truth = codes[labelled]
    old, new = (hits_by_words(items[labelled], names, truth).astype(np.float64) for items, names in sides)
    return _beside(column, old, new, float(np.bincount(truth).max() / len(truth)))


def _beside(column: str, old: Doubles, new: Doubles, chance: float) -> Beside:
    return Beside(
        column=column, old=float(old.mean()), new=float(new.mean()), gain=mean_score(new - old), chance=chance
    )
