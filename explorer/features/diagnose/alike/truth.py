"""How well links and groups agree with what a column says is the same thing. Pure.

Pairs grow with the square of a group, so one big group decides the scores of pairs: those of items, in which each item
counts once, stand beside them. Sources: Hubert & Arabie 1985 (adjusted Rand index); Bagga & Baldwin 1998 (B³).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.base.metrics import Score, mean_score, score_text
from explorer.features.diagnose.alike.pair_scores import Sums, pair_scores, sums_of_groups, sums_of_pairs


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Of what was found with the truth, among items of which it is known.

    precision, recall, f1: of pairs; scores: the same by name, with intervals by drawing items. ari: adjusted Rand
    index, None where pairs are no groups. item_precision, item_recall: B³, with intervals by resampling items. Scores
    are None where they were not asked for. found, right, true: numbers of pairs. largest: share of the true pairs that
    the largest true group holds.
    """

    precision: float
    recall: float
    f1: float
    scores: dict[str, Score] | None
    ari: float | None
    item_precision: Score | None
    item_recall: Score | None
    found: int
    right: int
    true: int
    largest: float

    def pair_words(self, name: str) -> str:
        """Precision, recall or f1 of pairs with its interval, for tables; a dash where no pair decides it."""
        score = (self.scores or {}).get(name)
        if score is None:
            return f"{getattr(self, name):.3f}"
        return "–" if np.isnan(score.value) else score_text(score.as_dict())


def agreement_of_groups(groups: Rows, truth: Rows, *, by_items: bool = True) -> Agreement:
    """Of (n,) groups with (n,) codes of the truth, -1 where it is not known; at least one must be known."""
    known = truth >= 0
    mine, theirs = (np.unique(codes[known], return_inverse=True)[1] for codes in (groups, truth))
    sizes, true_sizes = np.bincount(mine), np.bincount(theirs)
    _, place, both = np.unique(mine * len(true_sizes) + theirs, return_inverse=True, return_counts=True)
    found, true, right = (int(_pairs(counts).sum()) for counts in (sizes, true_sizes, both))
    shared = both[place]
    items = (shared / sizes[mine], shared / true_sizes[theirs]) if by_items else None
    apart = ((sizes[mine] > 1).sum() / 2, (true_sizes[theirs] > 1).sum() / 2)
    drawn = _Drawn(sums_of_groups(mine, theirs, place), len(mine), len(mine), apart) if by_items else None
    return _agreement(found, right, true_sizes, items, drawn, ari=_ari(found, true, right, len(mine)))


def agreement_of_pairs(first: Rows, second: Rows, truth: Rows, *, by_items: bool = True) -> Agreement:
    """Of (m,) pairs of items with (n,) codes of the truth, -1 where it is not known; at least one must be known."""
    counted = (truth[first] >= 0) & (truth[second] >= 0)
    first, second = first[counted], second[counted]
    right = truth[first] == truth[second]
    linked, rightly = (_degrees(first[kept], second[kept], len(truth)) for kept in (np.ones_like(right), right))
    known = truth >= 0
    true_sizes = np.bincount(truth[known])
    precision = (rightly[known] + 1) / (linked[known] + 1)
    recall = (rightly[known] + 1) / true_sizes[truth[known]]
    if not by_items:
        return _agreement(len(first), int(right.sum()), true_sizes, None, None, ari=None)
    places = np.cumsum(known) - 1
    theirs = np.unique(truth[known], return_inverse=True)[1]
    apart = ((linked > 0).sum() / 2, (true_sizes[truth[known]] > 1).sum() / 2)
    drawn = _Drawn(sums_of_pairs(places[first], places[second], theirs), len(theirs), len(theirs) + len(first), apart)
    return _agreement(len(first), int(right.sum()), true_sizes, (precision, recall), drawn, ari=None)


class _Drawn(NamedTuple):
    """What `pair_scores` takes."""

    sums: Sums
    items: int
    size: int
    apart: tuple[float, float]


def _agreement(
    found: int,
    right: int,
    true_sizes: Rows,
    items: tuple[Doubles, Doubles] | None,
    drawn: _Drawn | None,
    *,
    ari: float | None,
) -> Agreement:
    pairs = _pairs(true_sizes)
    true = int(pairs.sum())
    precision, recall = right / found if found else 1.0, right / true if true else 1.0
    return Agreement(
        precision=precision,
        recall=recall,
        f1=2 * right / (found + true) if found + true else 1.0,
        scores=pair_scores(*drawn) if drawn else None,
        ari=ari,
        item_precision=mean_score(items[0]) if items else None,
        item_recall=mean_score(items[1]) if items else None,
        found=found,
        right=right,
        true=true,
        largest=float(pairs.max(initial=0) / true) if true else 0.0,
    )


def _ari(found: int, true: int, right: int, items: int) -> float:
    """1 for equal groups, 0 on average by chance."""
    every = items * (items - 1) / 2
    chance = found * true / every if every else 0.0
    best = (found + true) / 2
    return (right - chance) / (best - chance) if best != chance else 1.0


def _pairs(counts: Rows) -> NDArray[np.int64]:
    return counts.astype(np.int64) * (counts - 1) // 2


def _degrees(first: Rows, second: Rows, count: int) -> Rows:
    return np.bincount(np.concatenate([first, second]), minlength=count).astype(np.int64)
