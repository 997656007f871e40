"""The questions on which a model and people are furthest apart."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.features.judgments.agreement.scores import credits, likeness
from explorer.features.judgments.agreement.similarity import Similarity
from explorer.features.judgments.questions import Asked, Choices, Ratings


@dataclass(frozen=True)
class Disagreements:
    """Questions by how far model and people are apart, the furthest first.

    question: (k,) positions among the questions. gap: (k,) of choices how much larger a share of people chose the
    majority's answer than the model's; of ratings the difference between the model's rank and people's, from -1 (people
    find them more alike than the model does) to 1. model: (k,) the position the model chooses, -1 for ratings.
    """

    question: Rows
    gap: Doubles
    model: Rows


def disagreements(similarity: Similarity, asked: Asked, count: int) -> Disagreements:
    """The `count` questions with the widest gap; only those where the model's choice is not the majority's.

    Of equal gaps the question that more people answered comes first, then the one where the model is surer.
    """
    if isinstance(asked, Ratings):
        return _of_ratings(similarity, asked, count)
    shares = credits(similarity, asked)
    votes = asked.votes
    total = votes.sum(1)
    chosen = np.nan_to_num(shares, nan=-1).argmax(1)
    place = np.arange(len(votes))
    apart = (votes.max(1) - votes[place, chosen]) / np.maximum(total, 1)
    wrong = ~np.isnan(shares[:, 0]) & (apart > 0) & (shares.max(1) == 1)
    order = np.lexsort((-_margin(similarity, asked, chosen), -total, -np.round(apart, 3)))
    kept = order[wrong[order]][:count]
    return Disagreements(kept, apart[kept], chosen[kept])


def _margin(similarity: Similarity, asked: Choices, chosen: Rows) -> Doubles:
    """(q,) how much more alike the model finds the pair that it chooses than the pair that most people choose."""
    found, place = likeness(similarity, asked), np.arange(len(asked.items))
    return np.asarray(np.nan_to_num(found[place, chosen] - found[place, asked.votes.argmax(1)], nan=0.0))


def _of_ratings(similarity: Similarity, asked: Ratings, count: int) -> Disagreements:
    from scipy.stats import rankdata

    modelled = np.asarray(similarity(asked.pairs[:, 0], asked.pairs[:, 1]), dtype=np.float64)
    known = np.flatnonzero(np.isfinite(modelled))
    if len(known) < 2:
        return Disagreements(known[:0], np.empty(0), known[:0])
    gap = (rankdata(modelled[known]) - rankdata(asked.mean[known])) / (len(known) - 1)
    order = np.argsort(-np.abs(gap), kind="stable")[:count]
    return Disagreements(known[order], gap[order], np.full(len(order), -1))
