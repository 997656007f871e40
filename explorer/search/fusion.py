"""Two ranked lists made one: reciprocal rank fusion, with weights that follow how rare the words of the query are.

Formulas and constants are those of vstash 0.33 (stffns/vstash, MIT); reciprocal rank fusion is by Cormack, Clarke and
Buettcher (SIGIR 2009). Ranks count from 0, and only ranks are added: cosines and BM25 scores do not compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Mask, Rows

RANK_CONSTANT = 60
LONG_QUERY = 50  # words; from one more on, the keywords of a text are noise
CUTOFF, LONG_CUTOFF = 1.15, 5.0
STEEPNESS, LEAST_KEYWORDS, KEYWORDS_SPAN = 2.0, 0.1, 0.5
FIRST = 5
"""Places of a list that count when the lists are compared to find hard negatives."""


@dataclass(frozen=True)
class Weights:
    """What each list counts, and how far behind the nearest item the dense list goes.

    cutoff: items farther than this many times the distance of the nearest are dropped. rule: "adaptive" by the words'
    rarity, "long" for a query of more than 50 words, "fixed" where rarity cannot be told.
    """

    dense: float
    keywords: float
    cutoff: float = CUTOFF
    rule: str = "fixed"


FIXED = Weights(0.6, 0.4)
DENSE_HEAVY, KEYWORDS_HEAVY = Weights(0.95, 0.05), Weights(0.05, 0.95)


@dataclass(frozen=True, kw_only=True)
class Fused:
    """One list of two.

    rows: (k,), best first. scores: (k,). shares: (k, 2) what the dense and the keyword list add to each score.
    ranks: (k, 2) place in each list from 0, -1 for not in it.
    """

    rows: Rows
    scores: Doubles
    shares: Doubles
    ranks: Rows


def idf(documents: int, holding: int) -> float:
    """ln(N / (df + 1)) of a stem that `holding` of `documents` texts have; ln N for one that no text has."""
    return float(np.log(documents / (holding + 1)))


def adaptive_weights(words: int, idfs: Sequence[float], documents: int) -> Weights:
    """Weights for a query of so many words with these idf, one a different stem.

    s = sigmoid(2 (mean idf - ln(N) / 2)); the keyword list counts 0.1 + 0.5 s, the dense one the rest.
    """
    if words > LONG_QUERY:
        return Weights(0.9, 0.1, LONG_CUTOFF, "long")
    if documents < 2 or not idfs:
        return FIXED
    above = float(np.mean(idfs)) - np.log(documents) / 2
    keywords = LEAST_KEYWORDS + KEYWORDS_SPAN / (1 + np.exp(-STEEPNESS * above))
    return Weights(round(float(1 - keywords), 3), round(float(keywords), 3), CUTOFF, "adaptive")


def pool_size(count: int, documents: int) -> int:
    """How many candidates each list gives for an answer of `count` items: min(10 k, max(3 k, N / 3))."""
    return min(10 * count, max(3 * count, documents // 3))


def distances(cosines: NDArray[np.floating]) -> Doubles:
    """(k,) Euclidean distances of unit vectors with these cosines."""
    found: Doubles = np.sqrt(np.maximum(2 - 2 * cosines.astype(np.float64), 0))
    return found


def near_enough(distance: Doubles, cutoff: float) -> Mask:
    """(k,) True for what is at most `cutoff` times as far as the nearest; all where the nearest is the query itself."""
    best = distance.min(initial=np.inf)
    return np.asarray(distance <= best * cutoff if best > 0 else np.ones(len(distance), dtype=bool))


def fuse(dense: Rows, keywords: Rows, weights: Weights, count: int) -> Fused:
    """The `count` best of two lists of row numbers, each best first: sum of weight / (60 + rank).

    What the keyword list alone has counts when it is among the first 2 k there. Where no dense hit is left, the keyword
    list counts fully. Equal scores: dense hits first, in their order.
    """
    shares_of = (weights.dense, weights.keywords) if len(dense) else (0.0, 1.0)
    alone = ~np.isin(keywords, dense)
    alone[2 * count :] = False
    rows = np.concatenate([dense, keywords[alone]])
    ranks = np.column_stack([_places(rows, dense), _places(rows, keywords)])
    shares = np.where(ranks < 0, 0.0, np.array(shares_of) / (RANK_CONSTANT + np.maximum(ranks, 0)))
    scores = shares.sum(axis=1)
    order = np.argsort(-scores, kind="stable")[:count]
    return Fused(rows=rows[order], scores=scores[order], shares=shares[order], ranks=ranks[order])


def hard_negative(dense: Rows, keywords: Rows, positive: int) -> int:
    """A row that one list has among its first five and the other has not, the dense list first; -1 for none.

    dense, keywords: answers with almost all weight on one list. The positive itself is never one.
    """
    for one, other in ((dense[:FIRST], keywords[:FIRST]), (keywords[:FIRST], dense[:FIRST])):
        found = [int(row) for row in one if row not in other and row != positive]
        if found:
            return found[0]
    return -1


def _places(rows: Rows, ranked: Rows) -> Rows:
    """(k,) where each row stands in a list, -1 for nowhere."""
    order = np.argsort(ranked, kind="stable")
    at = np.minimum(np.searchsorted(ranked[order], rows), max(len(ranked) - 1, 0))
    if not len(ranked):
        return np.full(len(rows), -1, dtype=np.int64)
    return np.where(ranked[order][at] == rows, order[at], -1).astype(np.int64)
