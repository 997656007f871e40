"""How well lists of found items serve a task that labels state. Pure.

Source: Iceberg (Zhejiang University, 2025, arXiv 2512.12980): label recall, majority vote and hits; its evaluator gives
the same numbers for the same lists.
"""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.metrics import Score, bootstrap_interval, mean_score

VOTES = (5, 10, 50, 100)


@dataclass(frozen=True)
class TaskScores:
    """Of q queries. recall: label recall@k. hit: share with at least one item of their label among the k. majority:
    by the number of voters, share of queries whose label has most votes; among equals the label of the lower number.
    """

    k: int
    recall: Score
    hit: Score
    majority: dict[int, Score]


def task_scores(found: Rows, labels: Rows, asked: Rows) -> TaskScores:
    """Of (q, k) found items, -1 for none; labels: (n,) of the items, from 0; asked: (q,) of the queries."""
    given, k = labels_of(found, labels), found.shape[1]
    same = given == asked[:, None]
    votes = {count: mean_score(majority(given[:, :count]) == asked) for count in VOTES if count <= k}
    recall = ratio_score(same.sum(axis=1), possible(labels, asked, k))
    return TaskScores(k, recall, mean_score(same.any(axis=1)), votes)


def labels_of(found: Rows, labels: Rows) -> Rows:
    """(q, k) labels of the found items, -1 where there is none."""
    return np.append(labels, -1)[found]


def possible(labels: Rows, asked: Rows, k: int) -> Rows:
    """(q,) how many of k items can have a query's label: as many as have it, at most k."""
    counts = np.bincount(labels, minlength=int(asked.max(initial=-1)) + 1)
    return np.minimum(counts[asked], k).astype(np.int64)


def label_recall(hits: Rows, most: Rows) -> float:
    """All (q,) hits by all that were possible."""
    return float(hits.sum() / most.sum())


def ratio_score(hits: Rows, most: Rows, seed: int = 0) -> Score:
    """Sum of (q,) numbers by the sum of (q,) possible ones, with the percentile bootstrap over queries."""
    ends = bootstrap_interval(lambda rows: label_recall(hits[rows], most[rows]), len(hits), seed=seed)
    return Score(label_recall(hits, most), *ends, len(hits))


def chance_recall(labels: Rows, asked: Rows, k: int) -> float:
    """The label recall@k that items in any order have on average."""
    counts = np.bincount(labels, minlength=int(asked.max(initial=-1)) + 1)[asked]
    return float(counts.sum() * min(1.0, k / len(labels)) / possible(labels, asked, k).sum())


def majority(given: Rows) -> Rows:
    """(q,) the commonest of each row of (q, m) labels, of equally common ones the lowest; -1 does not vote."""
    width = int(given.max(initial=0)) + 1
    voting: Mask = given >= 0
    places = np.where(voting, given, width) + np.arange(len(given))[:, None] * (width + 1)
    counts = np.bincount(places.ravel(), minlength=len(given) * (width + 1)).reshape(len(given), -1)[:, :width]
    return np.where(voting.any(axis=1), counts.argmax(axis=1), -1).astype(np.int64)
