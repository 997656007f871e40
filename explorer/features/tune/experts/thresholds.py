"""F1max: the best F1 over cosine thresholds, one threshold a domain, never one over all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import bootstrap_interval

DRAWS = 500


@dataclass(frozen=True)
class BestF1:
    """f1: the highest one over all thresholds. low, high: 95 % bootstrap over pairs, the threshold chosen anew each
    time. threshold: the lowest cosine that counts as alike there.
    """

    f1: float
    low: float
    high: float
    threshold: float


def f1_max(cosines: Floats, alike: Mask) -> tuple[float, float]:
    """The highest F1 and its threshold: pairs with a cosine of at least that count as alike.

    Equal cosines fall under a threshold together. InputError unless there are pairs of both kinds and only finite
    cosines.
    """
    check_pairs(cosines, alike)
    order = np.argsort(-cosines, kind="stable")
    ordered = cosines[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    hits = np.cumsum(alike[order])[last]
    found = np.arange(1, len(ordered) + 1)[last]
    scores = 2 * hits / (found + int(alike.sum()))
    best = int(np.argmax(scores))
    return float(scores[best]), float(ordered[last][best])


def check_pairs(cosines: Floats, alike: Mask, what: str = "F1max") -> None:
    """Raise InputError unless the pairs are of both kinds, and their cosines finite."""
    if not np.isfinite(cosines).all():
        raise InputError(f"{what}: expected cosines, got {int((~np.isfinite(cosines)).sum()):,} that are no numbers.")
    if not alike.any() or alike.all():
        raise InputError(
            f"{what}: expected pairs that are alike and pairs that are not, got {int(alike.sum()):,} and "
            f"{int((~alike).sum()):,}. Without both kinds there is no threshold."
        )


def best_f1(cosines: Floats, alike: Mask, seed: int = 0) -> BestF1:
    """`f1_max` with its interval."""
    value, threshold = f1_max(cosines, alike)

    def of(rows: Rows) -> float:
        return f1_max(cosines[rows], alike[rows])[0] if 0 < alike[rows].sum() < len(rows) else float("nan")

    return BestF1(value, *bootstrap_interval(of, len(cosines), draws=DRAWS, seed=seed), threshold)


def f1_at(cosines: Floats, alike: Mask, threshold: float) -> float:
    """F1 of one threshold, such as one chosen on other pairs; 0 where nothing is found."""
    found = cosines >= threshold
    whole = int(found.sum()) + int(alike.sum())
    return 2 * int((found & alike).sum()) / whole if whole else 0.0


def auc(cosines: Floats, alike: Mask) -> float:
    """Area under the ROC curve: the chance that a pair that is alike has the higher cosine; equal ones count half."""
    from sklearn.metrics import roc_auc_score

    check_pairs(cosines, alike, "ROC AUC")
    return float(roc_auc_score(alike, cosines))


def histogram(cosines: Floats, alike: Mask, bins: int = 40) -> tuple[NDArray[np.float64], Sequence[int], Sequence[int]]:
    """Edges between −1 and 1 that hold all cosines, and the number of alike and of other pairs in each part."""
    low, high = min(0.0, float(cosines.min())), 1.0
    edges = np.linspace(low, max(high, float(cosines.max())), bins + 1)
    return edges, np.histogram(cosines[alike], edges)[0].tolist(), np.histogram(cosines[~alike], edges)[0].tolist()
