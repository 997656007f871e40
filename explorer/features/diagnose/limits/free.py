"""Free embeddings: vectors that may lie anywhere, moved until every pair of documents is what some query finds first.

Source: Weller, Boratko, Naim & Lee 2025, section 4: queries and documents of length 1 in d dimensions, one query for
each pair of the n documents; full-batch InfoNCE with temperature 0.1 by Adam with rate 0.01, all vectors back to length
1 after each step; stopped when all pairs are found, or the loss no longer falls. The critical n is the largest before
the first that is not solved, here by none of several starts: the authors' code starts once, so theirs depends on the
seed. It tells what this optimisation reaches, not what d dimensions can hold: see `moment_curve`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows

RATE, TEMPERATURE, PAIR = np.float32(0.01), np.float32(0.1), 2
STEPS, PATIENCE, LEAST_FALL, LOOK_EVERY = 20_000, 1_000, 1e-5, 50
STARTS = 5
FIRST = 3  # documents: of two there is one pair


Told = Callable[[int, int, int], None]
"""Hears of the documents, the start from 0 and its steps so far, every 50 steps."""


@dataclass(frozen=True)
class Attempt:
    """The best of the starts with n documents.

    solved: share of the pairs that are exactly the first two. found: share of the documents of the pairs that are
    among the first two. starts: how many were tried. steps: of the one that counts.
    """

    n: int
    solved: float
    found: float
    starts: int
    steps: int


def critical_n(
    dim: int, *, steps: int = STEPS, starts: int = STARTS, most: int = 64, told: Told | None = None
) -> tuple[int, tuple[Attempt, ...]]:
    """The largest n that is solved before the first that is not, from 3 to `most`, and all attempts, ascending.

    2 when not even three documents are solved.
    """
    attempts: list[Attempt] = []
    for n in range(FIRST, most + 1):
        attempts.append(attempt(n, dim, steps=steps, starts=starts, told=told))
        if attempts[-1].solved < 1:
            break
    solved = [one.n for one in attempts if one.solved == 1]
    return (solved[-1] if solved else FIRST - 1), tuple(attempts)


def attempt(n: int, dim: int, *, steps: int = STEPS, starts: int = STARTS, told: Told | None = None) -> Attempt:
    """Try n documents in `dim` dimensions from one start after the other until one solves all pairs."""
    best = Attempt(n, 0.0, 0.0, 0, 0)
    for start in range(starts):
        solved, found, taken = _run(n, dim, steps, start, told)
        if (solved, found) > (best.solved, best.found) or not start:
            best = Attempt(n, solved, found, start + 1, taken)
        best = replace(best, starts=start + 1)
        if best.solved == 1:
            break
    return best


def _run(n: int, dim: int, steps: int, seed: int, told: Told | None) -> tuple[float, float, int]:
    """Share of pairs solved, share of documents found, at the best look; and the steps taken."""
    pairs = np.array(list(combinations(range(n), PAIR)))
    rng = np.random.default_rng(seed)
    queries, documents = _unit(rng.normal(size=(len(pairs), dim))), _unit(rng.normal(size=(n, dim)))
    movers = _Adam(queries.shape), _Adam(documents.shape)
    least, waited, top, step = np.inf, 0, (0.0, 0.0), 0
    while step < steps and waited < PATIENCE and top[0] < 1:
        loss, by_query, by_document = loss_and_gradients(queries, documents, pairs)
        queries = _unit(queries - movers[0].step(by_query))
        documents = _unit(documents - movers[1].step(by_document))
        least, waited = (loss, 0) if loss < least - LEAST_FALL else (least, waited + 1)
        step += 1
        if step % LOOK_EVERY == 1 or step == steps or waited == PATIENCE:
            top = max(top, found_pairs(queries @ documents.T, pairs))
            if told:
                told(n, seed, step)
    return *top, step


def loss_and_gradients(queries: Floats, documents: Floats, pairs: Rows) -> tuple[float, Floats, Floats]:
    """InfoNCE averaged over all (q, 2) relevant documents, and its gradients for queries (q, d), documents (n, d)."""
    logits = queries @ documents.T / TEMPERATURE
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    sums = chances.sum(axis=1, keepdims=True)
    rows = np.arange(len(pairs))[:, None]
    loss = float((np.log(sums) - logits[rows, pairs]).mean())
    chances *= PAIR / sums
    chances[rows, pairs] -= 1
    chances /= np.float32(pairs.size) * TEMPERATURE
    return loss, chances @ documents, chances.T @ queries


def found_pairs(scores: Floats | Doubles, pairs: Rows) -> tuple[float, float]:
    """Of (q, n) scores and (q, 2) relevant documents: share of queries whose first two are exactly those, and share
    of the relevant documents that are among the first two.
    """
    best = np.argsort(-scores, axis=1, kind="stable")[:, :PAIR]
    hits = (best[:, :, None] == pairs[:, None, :]).any(axis=1).sum(axis=1)
    return float((hits == PAIR).mean()), float(hits.mean() / PAIR)


class _Adam:
    """Kingma & Ba 2015, with the usual 0.9, 0.999 and 1e-8."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.mean, self.square = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self.count = 0

    def step(self, gradient: Floats) -> Floats:
        """What to take off."""
        self.count += 1
        self.mean += np.float32(0.1) * (gradient - self.mean)
        self.square += np.float32(0.001) * (gradient * gradient - self.square)
        mean = self.mean / np.float32(1 - 0.9**self.count)
        square = self.square / np.float32(1 - 0.999**self.count)
        taken: Floats = RATE * mean / (np.sqrt(square) + np.float32(1e-8))
        return taken


def _unit(rows: Doubles | Floats) -> Floats:
    found: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return found
