"""The retrieval task: find the scene with the same relation among ten that look the same.

A query is a scene. Its candidates are ten scenes of one other look: the target with the query's relation and nine of
other relations, all with the same shape, colour and background, so that these tell nothing (chance 0.1). In the harder
form, "lures", the nine have the query's own shape, colour and background and the target has others: looking alike
misleads. With one target, the average precision is one over its rank.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles, Floats, Mask, Rows
from explorer.base.metrics import Score, bootstrap_interval, mean_score
from explorer.features.relational.method import Ask, Method
from explorer.scenes import RELATIONS

CANDIDATES = 10
REACH = {"seen": 0.70, "seen, least alike": 0.60}
Scorer = Callable[[int, Rows], Floats]


@dataclass(frozen=True)
class Question:
    """query: row of the scene asked about; candidates: (10,) rows, the target first; look: number of the query's."""

    query: int
    candidates: Rows
    look: int
    relation: int


def questions(looks: int, lures: bool, seed: int = 0) -> list[Question]:
    """A question for every scene of every look; rows are look * 19 + relation. A query is never its own candidate."""
    rng = np.random.default_rng(seed)
    count = len(RELATIONS)
    found = []
    for look in range(looks):
        for relation in range(count):
            other = int((look + rng.integers(1, looks)) % looks)
            nine = rng.choice(np.delete(np.arange(count), relation), CANDIDATES - 1, replace=False)
            rows = np.array([other * count + relation, *((look if lures else other) * count + nine)])
            found.append(Question(look * count + relation, rows, look, relation))
    return found


def by_method(method: Method, ask_about: Callable[[int], Ask]) -> Scorer:
    """Scores of candidates by a method; `ask_about` gives the question for a row, over all scenes."""

    def scores(query: int, rows: Rows) -> Floats:
        found: Floats = method.scores(ask_about(query).among(np.append(query, rows)))[1:]
        return found

    return scores


def ranks(asked: Sequence[Question], scorer: Scorer) -> Doubles:
    """(q,) rank of the target, from 1; candidates with exactly its score count half, so that ties win nothing."""
    found = []
    for question in asked:
        scores = scorer(question.query, question.candidates)
        others = scores[1:]
        found.append(1 + float((others > scores[0]).sum()) + float((others == scores[0]).sum()) / 2)
    return np.array(found)


def measured(place: Doubles, looks: Rows, keep: Mask | None = None) -> dict[str, Any]:
    """MAP and R@1 of (q,) ranks with 95 % intervals.

    looks: (q,) the look of each query. Queries of one look share pictures, so the bootstrap draws whole looks.
    """
    keep = np.ones(len(place), dtype=bool) if keep is None else keep
    values = {"map": 1 / place[keep], "r1": (place[keep] == 1).astype(np.float64)}
    return {name: _by_look(value, looks[keep]).as_dict() for name, value in values.items()} | {
        "queries": int(keep.sum())
    }


def _by_look(values: Doubles, looks: Rows) -> Score:
    """The mean over queries; its interval from resampled looks (1000 times)."""
    numbers, where = np.unique(looks, return_inverse=True)
    sums = np.bincount(where, values, len(numbers))
    sizes = np.bincount(where, minlength=len(numbers))
    if len(numbers) < 2:
        return mean_score(values)
    ends = bootstrap_interval(lambda drawn: float(sums[drawn].sum() / sizes[drawn].sum()), len(numbers))
    return Score(float(values.mean()), *ends, len(values))


def least_alike(asked: Sequence[Question], image: Scorer) -> Mask:
    """(q,) True for the quarter of the pairs of query and target with the lowest image similarity."""
    values = np.array([float(image(one.query, one.candidates[:1])[0]) for one in asked])
    mask = np.zeros(len(values), dtype=bool)
    mask[np.argsort(values, kind="stable")[: max(1, len(values) // 4)]] = True
    return mask


def measured_methods(asked: Sequence[Question], scorers: dict[str, Scorer], image: Scorer) -> dict[str, Any]:
    """All methods on these questions: on all of them, and on the quarter of pairs that look least alike."""
    quarter = least_alike(asked, image)
    looks = np.array([one.look for one in asked])
    rows = {}
    for name, scorer in scorers.items():
        place = ranks(asked, scorer)
        rows[name] = {"all": measured(place, looks), "least alike": measured(place, looks, quarter)}
    return rows
