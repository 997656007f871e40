"""How well vectors tell what is bought together, on baskets that they never saw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score, mean_score
from explorer.features.match.together.baskets import Baskets, counted_pairs
from explorer.features.match.together.model import Choices, Together, learn

NEAREST, HELD_OUT, HIDDEN = 10, 0.2, 0.1
WAYS = {
    "in-out": "IN with OUT: what goes with it",
    "in-in": "IN with IN: what stands in for it (the trap: not what goes with it)",
    "counts": "how often bought with it (baseline)",
    "popular": "how often bought at all (baseline)",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """Recall@10 of the other things of held-out baskets. baskets: by way, the mean over baskets; things: the mean over
    things that are asked for, so that the popular ones do not decide; cold: over things whose purchases were hidden,
    with made pairs and without. covered: things with a pair, before and after pairs were made.
    """

    baskets: Mapping[str, Score]
    things: Mapping[str, Score]
    cold: Mapping[str, Score]
    covered: tuple[int, int]


def evaluate_together(baskets: Baskets, choices: Choices, content: Floats | None = None, seed: int = 0) -> Told:
    """Learn from four fifths of the baskets, ask for the others. content: as in `learn`.

    For `cold` a tenth of the things loses all its training baskets as well. InputError for fewer than 20 baskets.
    """
    rng = np.random.default_rng(seed)
    train, test = split_baskets(baskets, rng)
    model = learn(train, choices, content)
    by_basket, by_thing = _recalls(test, _ways(model, train))
    cold = {} if content is None else _cold(train, test, choices, content, rng)
    return Told(
        baskets={way: mean_score(values, seed) for way, values in by_basket.items()},
        things={way: mean_score(values, seed) for way, values in by_thing.items()},
        cold=cold,
        covered=(model.about["covered"], model.about["covered_with_made"]),
    )


def split_baskets(baskets: Baskets, rng: np.random.Generator) -> tuple[Baskets, Baskets]:
    """Baskets to learn from, and baskets to ask for; no basket is in both."""
    numbers = np.unique(baskets.where)
    if len(numbers) < 20:
        raise InputError(f"Expected at least 20 baskets to hold some of them out, got {len(numbers)}.")
    held = rng.permutation(numbers)[: max(int(len(numbers) * HELD_OUT), 1)]
    return baskets.take(np.setdiff1d(numbers, held)), baskets.take(held)


Scores = Callable[[int], NDArray[np.floating]]
"""Of a thing, the score of every thing."""


def _ways(model: Together, train: Baskets) -> dict[str, Scores]:
    from scipy.sparse import csr_matrix

    pairs, amounts = counted_pairs(train)
    count = len(train.items)
    together = csr_matrix((amounts, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    popular = train.bought / (train.bought.max() + 1)
    units = np.zeros_like(model.inside)
    units[model.known] = unit_rows(model.inside[model.known])
    nothing = np.where(np.isin(np.arange(count), model.known), 0, -np.inf)
    return {
        "in-out": lambda row: model.outside @ model.inside[row] + nothing,
        "in-in": lambda row: units @ units[row] + nothing,
        "counts": lambda row: together[row].toarray()[0] + popular,
        "popular": lambda row: popular,
    }


def _recalls(test: Baskets, ways: Mapping[str, Scores]) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Recall@10 of every way, by basket and by thing that is asked with."""
    from collections import defaultdict

    by_basket: dict[str, list[float]] = {way: [] for way in ways}
    by_thing: dict[str, dict[int, list[float]]] = {way: defaultdict(list) for way in ways}
    asked = _asked(test)
    for way, scores in ways.items():
        kept = {row: _first(scores(row), row) for row in {row for _, row, _ in asked}}
        last = -1
        of_basket: list[float] = []
        for basket, row, others in asked:
            hit = float(np.isin(others, kept[row]).mean())
            by_thing[way][row].append(hit)
            if basket != last and of_basket:
                by_basket[way].append(float(np.mean(of_basket)))
                of_basket = []
            of_basket.append(hit)
            last = basket
        by_basket[way].append(float(np.mean(of_basket)))
    things = {way: np.array([np.mean(v) for v in rows.values()], np.float32) for way, rows in by_thing.items()}
    return {way: np.array(values, np.float32) for way, values in by_basket.items()}, things


def _asked(test: Baskets) -> list[tuple[int, int, Rows]]:
    """Basket, a thing of it, and the others of it."""
    found = []
    for basket in np.unique(test.where):
        things = test.things[test.where == basket]
        found += [(int(basket), int(one), things[things != one]) for one in things if len(things) > 1]
    if not found:
        raise InputError("Expected held-out baskets with at least two things, got none.")
    return found


def _first(scores: NDArray[np.floating], row: int) -> Rows:
    scores = np.array(scores, float)
    scores[row] = -np.inf
    return np.argsort(-scores, kind="stable")[:NEAREST]


def _cold(
    train: Baskets, test: Baskets, choices: Choices, content: Floats, rng: np.random.Generator
) -> dict[str, Score]:
    """What is found for things whose purchases are all hidden."""
    from dataclasses import replace

    sold = np.unique(train.things)
    hidden = rng.permutation(sold)[: max(int(len(sold) * HIDDEN), 1)]
    left = ~np.isin(train.things, hidden)
    seen = replace(train, where=train.where[left], things=train.things[left])
    asked = [(row, others) for _, row, others in _asked(test) if row in hidden]
    if not asked:
        return {}
    scores = {}
    for name, model in (
        ("made", learn(seen, choices, content)),
        ("without", learn(seen, choices)),
    ):
        find = _ways(model, seen)["in-out"]
        known = set(model.known.tolist())
        hits = [float(np.isin(others, _first(find(row), row)).mean()) if row in known else 0.0 for row, others in asked]
        scores[name] = mean_score(np.array(hits))
    popular = _first(_ways(model, seen)["popular"](0), -1)
    scores["popular"] = mean_score(np.array([float(np.isin(others, popular).mean()) for _, others in asked]))
    return scores
