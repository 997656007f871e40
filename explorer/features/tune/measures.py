"""How well held-out items find their own kind, query by query. Pure.

Of groups: average precision, whether one of the group is among the first 1, 5, 10 (recall@k), and the share of the
first ten that are (label recall@10, of min(10, as many as there are)), each item asking among all others of the part.
Of pairs and triples: the same with anchors asking among all the items of the part that answer one of its anchors.
"""

from collections.abc import Mapping

import numpy as np

from explorer.base.arrays import Doubles, Floats, Mask, Rows
from explorer.base.metrics import mean_score
from explorer.base.sampling import at_most
from explorer.features.tune.lesson import Lesson
from explorer.features.tune.retrieval.ranking import first_relevant, hits, precision_of_words

AT = (1, 5, 10)
MOST_ASKED = 2_000
LABELS = {
    "map": "mAP",
    **{f"recall@{k}": f"recall@{k}" for k in AT},
    "label@10": "label recall@10",
    "order": "triples in the right order",
    **{f"words@{k}": f"words find items, recall@{k}" for k in AT},
}
"""What each measure is called."""
PerQuery = Mapping[str, Doubles]
"""(q,) of each query, by measure."""


def measured(lesson: Lesson, vectors: Floats, part: Rows, seed: int = 0) -> dict[str, Doubles]:
    """Scores of a part of a lesson (rows or tuples) under (n, d) unit rows; at most 2,000 items ask."""
    rng = np.random.default_rng(seed)
    if lesson.kind == "groups":
        rows = at_most(part, MOST_ASKED, rng)
        codes = lesson.codes[rows]
        counts = np.bincount(codes)[codes]
        asking = counts > 1
        return _ranked(vectors[rows], codes, np.flatnonzero(asking))
    tuples = lesson.tuples[part]
    found = _answered(vectors, tuples[:, :2], rng)
    if lesson.kind == "triples":
        anchors, alike, unlike = (vectors[tuples[:, side]] for side in range(3))
        found = {"order": ((anchors * alike).sum(1) > (anchors * unlike).sum(1)).astype(np.float64), **found}
    return found


def words_find(queries: Floats, items: Floats, relevant: Mask) -> dict[str, Doubles]:
    """Recall@k of (q, d) texts that ask among (n, d) items, at least one of which is relevant (q, n) to each."""
    ranks = first_relevant(queries, items, relevant)
    return {f"words@{k}": hits(ranks, k) for k in AT}


def compared(before: PerQuery, after: PerQuery) -> dict[str, dict[str, dict[str, float]]]:
    """By measure: before, after and the change query by query, each with its 95 % interval over queries."""
    found = {}
    for name, old in before.items():
        sides = {"before": old, "after": after[name], "change": after[name] - old}
        found[name] = {side: mean_score(values).as_dict() for side, values in sides.items() if len(values)}
    return {name: one for name, one in found.items() if one}


def headline(lesson: Lesson, scores: PerQuery) -> float:
    """The score that says when to stop: triples in the right order, else mAP."""
    values = scores["order" if lesson.kind == "triples" else "map"]
    return float(values.mean()) if len(values) else 0.0


def _ranked(vectors: Floats, codes: Rows, asking: Rows) -> dict[str, Doubles]:
    """Each of the rows `asking` against all the other rows."""
    precision, first, shares = [], [], []
    for start in range(0, len(asking), 512):
        rows = asking[start : start + 512]
        cosines = vectors[rows] @ vectors.T
        cosines[np.arange(len(rows)), rows] = -np.inf
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :-1]
        relevant = codes[order] == codes[rows, None]
        counts = relevant.sum(1)
        steps = np.cumsum(relevant, axis=1) / np.arange(1, relevant.shape[1] + 1)
        precision.append((steps * relevant).sum(1) / counts)
        first.append(relevant.argmax(1) + 1)
        shares.append(relevant[:, :10].sum(1) / np.minimum(counts, 10))
    ranks = np.concatenate(first) if first else np.empty(0, dtype=np.int64)
    empty = np.empty(0)
    return {
        "map": np.concatenate(precision) if precision else empty,
        **{f"recall@{k}": hits(ranks, k) for k in AT},
        "label@10": np.concatenate(shares) if shares else empty,
    }


def _answered(vectors: Floats, pairs: Rows, rng: np.random.Generator) -> dict[str, Doubles]:
    """Anchors among all that answer one of them; an anchor never finds itself."""
    gallery = np.unique(pairs[:, 1])
    anchors = at_most(np.unique(pairs[:, 0]), MOST_ASKED, rng)
    mine = pairs[np.isin(pairs[:, 0], anchors)]
    relevant = np.zeros((len(anchors), len(gallery)), dtype=np.bool_)
    relevant[np.searchsorted(anchors, mine[:, 0]), np.searchsorted(gallery, mine[:, 1])] = True
    relevant &= anchors[:, None] != gallery[None]
    asking = relevant.any(1)
    queries, items, relevant = vectors[anchors[asking]], vectors[gallery], relevant[asking]
    ranks = first_relevant(queries, items, relevant)
    return {"map": precision_of_words(queries, items, relevant), **{f"recall@{k}": hits(ranks, k) for k in AT}}
