"""How many answers an embedding of the items needs, simulated from votes that people gave."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.features.judgments.asking.active import most_informative
from explorer.features.judgments.learning.items import fit_items

DIM, BATCH, FIRST, RANDOM_SHARE, CANDIDATES = 4, 50, 100, 0.15, 2_000
Strategy = Callable[[Doubles, Rows, Rows, np.random.Generator, int], Rows]


@dataclass(frozen=True)
class Votes:
    """Questions and how people voted. triplets: (q, 3) [reference, a, b]; votes: (q, 2) for a and for b."""

    triplets: Rows
    votes: Doubles


def pick_random(places: Doubles, candidates: Rows, answered: Rows, rng: np.random.Generator, count: int) -> Rows:
    """Any questions."""
    return rng.permutation(len(candidates))[:count]


def pick_active(places: Doubles, candidates: Rows, answered: Rows, rng: np.random.Generator, count: int) -> Rows:
    """As active campaigns do: where plausible embeddings are apart, among some random questions."""
    some = rng.permutation(len(candidates))[:CANDIDATES]
    return some[most_informative(places, candidates[some], rng, count, answered)]


def _places(answered: Rows, count: int, rng: np.random.Generator, start: Doubles | None) -> Doubles:
    return fit_items(answered, count, DIM, rng, start=start)


STRATEGIES: dict[str, Strategy] = {"random": pick_random, "active": pick_active}


def answers_needed(
    pool: Votes, test: Votes, strategy: str, rng: np.random.Generator, *, count: int, target: float, most: int
) -> tuple[int | None, list[tuple[int, float]]]:
    """Answers until the embedding gives the share `target` of the test majorities, None when `most` were not enough.

    count: items that the questions are about. strategy: one of STRATEGIES.
    An answer to a question is drawn from the votes that people gave to it, without putting it back. 15 % of the
    questions are random also under an active strategy. Also the curve of (answers, share).
    """
    pick = STRATEGIES[strategy]
    left = pool.votes.copy()
    answered = _answer(pool, left, rng.permutation(len(left))[:FIRST], rng)
    places = _places(answered, count, rng, None)
    curve = [(len(answered), majority_share(places, test))]
    while curve[-1][1] < target and len(answered) < most:
        open_rows = np.flatnonzero(left.sum(1) > 0)
        share = round(BATCH * RANDOM_SHARE)
        wanted = pick(places, pool.triplets[open_rows], answered, rng, BATCH - share)
        chosen = np.unique(np.concatenate([open_rows[wanted], rng.choice(open_rows, share, replace=False)]))
        answered = np.concatenate([answered, _answer(pool, left, chosen, rng)])
        places = _places(answered, count, rng, places)
        curve.append((len(answered), majority_share(places, test)))
    return (curve[-1][0] if curve[-1][1] >= target else None), curve


def majority_share(places: Doubles, test: Votes) -> float:
    """Share of the test questions with a majority that distances of (n, d) places give, too."""
    decided = test.votes[:, 0] != test.votes[:, 1]
    reference, a, b = (places[test.triplets[decided, side]] for side in range(3))
    nearer = ((reference - a) ** 2).sum(1) < ((reference - b) ** 2).sum(1)
    return float((nearer == (test.votes[decided, 0] > test.votes[decided, 1])).mean())


def _answer(pool: Votes, left: Doubles, rows: Rows, rng: np.random.Generator) -> Rows:
    """One vote for each of the rows, taken out of `left`, as [reference, nearer, farther]."""
    first = rng.random(len(rows)) * left[rows].sum(1) < left[rows, 0]
    left[rows, np.where(first, 0, 1)] -= 1
    asked = pool.triplets[rows]
    return np.where(first[:, None], asked, asked[:, [0, 2, 1]])
