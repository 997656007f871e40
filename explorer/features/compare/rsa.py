"""Representational similarity analysis (Kriegeskorte et al. 2008): whether both sides rank pairs of items alike.

All pairs of a stated sample of items are the method itself; there is no form in feature space.
"""

from collections.abc import Callable

import numpy as np

from explorer.features.compare.method import Measure
from explorer.features.compare.pairs import MOST, Pairs, upper

KENDALL_MOST = 150


def spearman(pairs: Pairs, kind: str) -> float:
    """Pearson correlation of the ranks of the pairs."""
    left, right = upper(pairs.x.ranks(kind)), upper(pairs.y.ranks(kind))
    left, right = left - left.mean(), right - right.mean()
    return float(left @ right / np.sqrt((left @ left) * (right @ right)))


def kendall(pairs: Pairs, kind: str) -> float:
    """Kendall's tau-b: share of concordant minus share of discordant pairs of pairs, ties allowed for."""
    from scipy.stats import kendalltau

    return float(kendalltau(upper(pairs.x.ranks(kind)), upper(pairs.y.ranks(kind))).statistic)


def cosine(pairs: Pairs, kind: str) -> float:
    """Cosine of the two lists of dissimilarities; near 1 even for unrelated ones, as all entries are positive."""
    left, right = upper(pairs.x.of(kind)), upper(pairs.y.of(kind))
    return float(left @ right / np.sqrt((left @ left) * (right @ right)))


def _measure(kind: str, name: str, compare: Callable[[Pairs, str], float], *, words: str, meaning: str) -> Measure:
    what = "1 − correlation across dimensions" if kind == "correlation" else "1 − cosine"
    scale = "scale of each item, rotation" if kind == "cosine" else "scale and shift of each item"
    most = KENDALL_MOST if compare is kendall else MOST
    return Measure(
        name=f"rsa_{kind}_{name.lower()}",
        label=f"RSA: {kind}, {name}",
        group="RSA",
        family=Pairs,
        score=lambda pairs: compare(pairs, kind),
        formula=f"{words} of {what} over all pairs of items",
        centring="within an item, over its dimensions" if kind == "correlation" else "none",
        invariant=scale if compare is cosine else f"{scale}, any rising function of the dissimilarities",
        cost=f"O(m²) pairs of a sample of at most {most} items",
        meaning=meaning,
        source="Kriegeskorte et al. 2008",
        worst=0.0 if compare is cosine else -1.0,
        needs=("direction",),
        most=most,
    )


def _measures(kind: str) -> list[Measure]:
    return [
        _measure(
            kind,
            "Spearman",
            spearman,
            words="rank correlation",
            meaning="1 is the same order of all pairs, 0 chance.",
        ),
        _measure(
            kind,
            "Kendall",
            kendall,
            words="τ-b",
            meaning="Share of pairs of pairs in the same order minus those in opposite order; lower than Spearman.",
        ),
        _measure(
            kind,
            "cosine",
            cosine,
            words="cosine",
            meaning="Near 1 for anything, because dissimilarities are positive: only the shuffled value tells.",
        ),
    ]


MEASURES = [*_measures("correlation"), *_measures("cosine")]
