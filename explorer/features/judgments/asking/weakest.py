"""Arrangements that follow each other: the next one brings together what is known least about (lift the weakest).

Kriegeskorte and Mur 2012, "Inverse MDS", the adaptive design: small distances on the screen are placed with much error,
so items that lay close together come again among themselves, spread over the whole arena.
"""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Doubles
from explorer.base.errors import InputError
from explorer.features.judgments.arrangements import arrangement_matrix
from explorer.features.judgments.asking.drawing import random_questions
from explorer.features.judgments.method import Ask, Method, Placed
from explorer.features.judgments.settings import PoolQuestion, Settings
from explorer.features.judgments.values import Answer

UTILITY, COST = 10.0, 1.5
"""The authors' utility of evidence w, 1 − exp(−10 w), and cost of an arrangement of n items, n^1.5."""

FEWEST, MOST_ITEMS = 3, 100
ROUNDS = 50  # of the estimate that foresees distances: people wait for the next arrangement


def next_arrangement(
    placed: Sequence[Placed], items: Sequence[str], size: int, rng: np.random.Generator, threshold: float = 0.5
) -> tuple[str, ...] | None:
    """The 3 to `size` items that one person is to arrange next; None when all pairs have evidence of `threshold`.

    placed: what this person arranged before. Starts from the pair with the least evidence, and adds items one by one
    for as long as what the arrangement is expected to tell, divided by what it costs, grows. The first one is of all
    items, or of `size` at random.
    """
    count = len(items)
    if not placed:
        return tuple(items[row] for row in rng.permutation(count)[:size])
    known = evidence(placed, items)
    pairs = np.triu_indices(count, 1)
    least = known[pairs].min()
    if least >= threshold:
        return None
    weakest = np.flatnonzero(known[pairs] <= least)
    chosen = int(rng.choice(weakest))
    rows = _grown([int(pairs[0][chosen]), int(pairs[1][chosen])], known, _expected(placed, items), size)
    return tuple(items[row] for row in rng.permutation(rows))


def evidence(placed: Sequence[Placed], items: Sequence[str]) -> Doubles:
    """(n, n) evidence on each pair of items: its squared distances on the screen, the arena's side being 1, summed.

    0 for pairs that never met. An arrangement with an item that is not among `items` is left out.
    """
    places = {item: row for row, item in enumerate(items)}
    total = np.zeros((len(items), len(items)))
    for shown, points in placed:
        if set(shown) <= set(places):
            rows = np.array([places[item] for item in shown])
            at = np.asarray(points, dtype=np.float64)
            total[np.ix_(rows, rows)] += ((at[:, None] - at[None]) ** 2).sum(axis=2)
    return total


def _expected(placed: Sequence[Placed], items: Sequence[str]) -> Doubles:
    """(n, n) dissimilarities as far as they are known; the mean of the known ones for pairs that never met."""
    answers = [
        Answer(
            campaign="",
            task="arrangement",
            annotator="",
            trial="",
            items=tuple(shown),
            answer=[list(at) for at in points],
        )
        for shown, points in placed
    ]
    matrix = np.array(arrangement_matrix(answers, items, rounds=ROUNDS))
    np.fill_diagonal(matrix, np.nan)
    mean = float(np.nanmean(matrix)) if np.isfinite(matrix).any() else 1.0
    filled = np.where(np.isnan(matrix), mean, matrix)
    np.fill_diagonal(filled, 0.0)
    return filled


def _grown(rows: list[int], known: Doubles, distances: Doubles, size: int) -> list[int]:
    """The pair `rows` with items added, the best first, while the arrangement is worth more for its cost with them."""
    best = 0.0
    while len(rows) < min(size, len(known)):
        others = [row for row in range(len(known)) if row not in rows]
        worth = np.array([_worth([*rows, other], known, distances) for other in others])
        if len(rows) >= FEWEST and worth.max() <= best:
            break
        best = float(worth.max())
        rows = [*rows, others[int(worth.argmax())]]
    return rows


def _worth(rows: list[int], known: Doubles, distances: Doubles) -> float:
    """Expected gain of utility over the pairs of `rows`, spread over the arena, divided by the cost."""
    part = np.ix_(rows, rows)
    apart = distances[part]
    gained = (apart / max(float(apart.max()), 1e-12)) ** 2
    before = np.exp(-UTILITY * known[part])
    gain = (before - np.exp(-UTILITY * (known[part] + gained)))[np.triu_indices(len(rows), 1)].sum()
    return float(gain / len(rows) ** COST)


def _begin(ask: Ask) -> list[PoolQuestion]:
    """A first arrangement, which counts the people who came; all others are chosen for each person as they go."""
    if len(ask.ids) > MOST_ITEMS:
        raise InputError(
            f"Lift the weakest brings every item together with every other: expected at most {MOST_ITEMS} items, "
            f"got {len(ask.ids):,}. Choose a view or a filter, or arrangements at random."
        )
    return ask.questions(random_questions(1, len(ask.ids), ask.settings.size, ask.rng), WEAKEST.name)


def _check(settings: Settings) -> None:
    if settings.task != "arrangement":
        raise InputError("Lift the weakest chooses arrangements; choose random for other tasks.")


WEAKEST = Method(
    name="weakest",
    label="Where least is known yet (lift the weakest)",
    formula="from the pair with the least evidence, items are added while the gain of 1 − exp(−10 w) over the pairs, "
    "by n^1.5, grows; w: squared distances on the screen, summed over a person's arrangements; ends at w ≥ 0.5 for all",
    source="Kriegeskorte & Mur 2012",
    baseline="random",
    tasks=("arrangement",),
    begin=_begin,
    check=_check,
    follow=next_arrangement,
)
