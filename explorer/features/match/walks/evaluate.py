"""How high the right text ranks: MRR of walks and of TF-IDF on lists of which the right pairs are known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress, Silent
from explorer.features.match.best import row_blocks
from explorer.features.match.method import Task
from explorer.features.match.walks.change import compressed
from explorer.features.match.walks.matcher import settings_of, tfidf_of, whole_graph
from explorer.features.match.walks.vectors import node_vectors


@dataclass(frozen=True)
class WalkScore:
    """A way. mrr: mean of 1 / rank of the right text, over left texts. first: share of them whose right text is first.
    gain: its 1 / rank less that of TF-IDF, text by text.
    """

    way: str
    mrr: Score
    first: Score
    gain: Score


def reciprocal_ranks(scores: NDArray[np.floating], right: Rows) -> Doubles:
    """(b,) 1 / rank of the right one of each row of (b, m) scores; among equal ones it stands in their middle."""
    own = scores[np.arange(len(scores)), right][:, None]
    ahead, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1) - 1
    return np.asarray(1 / (1 + ahead + tied / 2), np.float64)


def measure_walks(task: Task, truth: Rows, progress: Progress | None = None) -> list[WalkScore]:
    """TF-IDF, walks, and the mean of both, on the left texts of which the right one is known.

    truth: (n,) row of the right text, -1 for unknown. InputError where none is known.
    """
    known = np.flatnonzero(truth >= 0)
    if not len(known):
        raise InputError("Expected the right text of at least one row, got none.")
    progress, rng = progress or Silent(), np.random.default_rng(int(task.options["seed"]))
    graph = compressed(whole_graph(task), float(task.options["compress"]), rng, progress)
    vectors = node_vectors(graph, settings_of(task), rng, progress)
    count, plain = len(task.left), tfidf_of(task)
    right = vectors[count : count + len(task.right)]
    ranks: dict[str, list[Doubles]] = {"TF-IDF of words": [], "walks": [], "mean of both": []}
    for block in row_blocks(len(known), len(task.right)):
        rows = known[block]
        scores = {"TF-IDF of words": plain(rows), "walks": vectors[rows] @ right.T}
        scores["mean of both"] = (scores["TF-IDF of words"] + scores["walks"]) / 2
        for way, values in scores.items():
            ranks[way].append(reciprocal_ranks(values, truth[rows]))
    found = {way: np.concatenate(parts) for way, parts in ranks.items()}
    base = found["TF-IDF of words"]
    return [WalkScore(way, mean_score(one), mean_score(one == 1), mean_score(one - base)) for way, one in found.items()]
