"""Search for similar questions, and how well it ranks those that are known to be the same. Pure."""

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows

AT, BLOCK = 10, 512


def ndcg(relevant: Doubles, ideal: Rows) -> Doubles:
    """(q,) normalised discounted cumulative gain of rankings with and without relevance, NaN where nothing is relevant.

    relevant: (q, k) 1 where the thing at that rank is relevant, else 0. ideal: (q,) how many relevant things there are.
    Source: Järvelin and Kekäläinen 2002, gain 1, discount log2(rank + 1), the best possible ranking cut at k, too.
    """
    discounts = 1 / np.log2(np.arange(2, relevant.shape[1] + 2))
    best = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(ideal, relevant.shape[1])]
    gained = relevant @ discounts
    found: Doubles = np.divide(gained, best, out=np.full(len(gained), np.nan), where=best > 0)
    return found


def ndcg_of_groups(vectors: Floats, groups: Rows, at: int = AT) -> tuple[Rows, Doubles]:
    """(q,) rows that ask and (q,) NDCG@`at` of each among all others, by cosine; equal ones in order of rows.

    vectors: (n, d) unit rows. groups: (n,) -1 for none; those of one group are relevant to each other. An item never
    finds itself. Items that are alone in their group, and those of no group, do not ask; they are found all the same.
    """
    sizes = np.bincount(groups[groups >= 0], minlength=1)
    asking = np.flatnonzero((groups >= 0) & (sizes[np.maximum(groups, 0)] > 1))
    found = np.empty(len(asking))
    most = min(at, len(vectors) - 1)
    for start in range(0, len(asking), BLOCK):
        rows = asking[start : start + BLOCK]
        scores = vectors[rows] @ vectors.T
        scores[np.arange(len(rows)), rows] = -np.inf
        order = np.argsort(-scores, axis=1, kind="stable")[:, :most]
        relevant = (groups[order] == groups[rows, None]).astype(np.float64)
        found[start : start + BLOCK] = ndcg(np.pad(relevant, ((0, 0), (0, at - most))), sizes[groups[rows]] - 1)
    return asking, found


def nearest(vectors: Floats, asked: Floats, most: int = AT) -> tuple[Rows, Floats]:
    """(q, k) rows and cosines of the nearest of (n, d) unit rows to (q, d) unit rows, best first."""
    scores = asked @ vectors.T
    order = np.argsort(-scores, axis=1, kind="stable")[:, :most]
    return order.astype(np.int64), np.take_along_axis(scores, order, axis=1)
