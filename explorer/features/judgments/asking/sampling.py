"""What to ask next: at random, where the answers would tell most, or where models disagree. Arrays in, values out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.features.judgments.arrays import odd_one_out_array, triplet_array
from explorer.features.judgments.asking.active import informativeness, most_informative
from explorer.features.judgments.learning.items import fit_items
from explorer.features.judgments.values import Answer

CANDIDATES, DIM = 60, 4


def random_questions(count: int, items: int, size: int, rng: np.random.Generator) -> Rows:
    """(k, size) rows of `items` items, k up to `count` distinct questions, each of different items.

    The order within a row is random, too. Fewer than `count` come back only when there are not that many questions.
    Raises InputError when there are fewer items than a question needs.
    """
    if items < size:
        raise InputError(f"A question needs {size} different items; there are {items}.")
    found: dict[tuple[int, ...], Rows] = {}
    for _ in range(60):
        missing = count - len(found)
        if missing <= 0:
            break
        drawn = _distinct_rows(missing + missing // 4 + 8, items, size, rng)
        for row in drawn:
            found.setdefault(_key(row), row)
    rows = list(found.values())[:count]
    return np.array(rows, dtype=np.int64).reshape(-1, size)


def every_item_first(count: int, items: int, size: int, rng: np.random.Generator) -> Rows:
    """(count, size) rows in which all items come up about equally often: random orders of them, cut in pieces."""
    if items < size:
        raise InputError(f"A question needs {size} different items; there are {items}.")
    rows: list[Rows] = []
    while len(rows) < count:
        order = rng.permutation(items)
        rows += [order[at : at + size] for at in range(0, items - size + 1, size)]
    return np.array(rows[:count], dtype=np.int64).reshape(-1, size)


def triplets_of(answers: Sequence[Answer], ids: Sequence[str]) -> Rows:
    """(m, 3) [reference, nearer, farther] of triplets and odd-one-outs; of the latter both references of the pair."""
    odd = odd_one_out_array(answers, ids)
    return np.concatenate([triplet_array(answers, ids), odd, odd[:, [1, 0, 2]]])


def active_questions(
    triplets: Rows, items: int, count: int, rng: np.random.Generator, *, odd: bool = False, asked: Rows | None = None
) -> Rows:
    """(count, 3) questions that tell most, given the answers so far; the best of many random candidates.

    triplets: (m, 3) answers [reference, nearer, farther]; an embedding is fitted to them first. odd: the questions are
    odd ones out, worth what the three anchored questions in them are worth. asked: (k, 3) questions to leave out.
    Before there is an answer the questions are random. Fewer than `count` come back when there are not that many.
    """
    drawn = random_questions(CANDIDATES * count, items, 3, rng)
    known = {_question_key(row, odd) for row in (asked if asked is not None else ())}
    candidates = drawn[[_question_key(row, odd) not in known for row in drawn]]
    if not len(triplets) or not len(candidates):
        return candidates[:count]
    places = fit_items(triplets, items, min(DIM, items - 1), rng)
    if not odd:
        return candidates[most_informative(places, candidates, rng, count, triplets)]
    turned = [candidates, candidates[:, [1, 0, 2]], candidates[:, [2, 0, 1]]]
    worth = np.sum([informativeness(places, one, rng, triplets) for one in turned], axis=0)
    order = np.argsort(-worth, kind="stable")
    return candidates[order[:count]]


def disagreement(vectors: Sequence[NDArray[np.floating]], questions: Rows, task: str) -> NDArray[np.float64]:
    """(k,) how far models are apart on (k, s) questions: Jensen-Shannon divergence of their answers, in bits.

    vectors: unit rows of the items, (n, d) a model. Similarities are divided by their spread over the questions, so
    that no model is surer than another by its scale. For pairs, and arrangements: spread of the ranks of similarity.
    """
    pairs = _pairs_of(questions, task)
    similarities = [np.einsum("kpd,kpd->kp", v[pairs[..., 0]], v[pairs[..., 1]]).astype(np.float64) for v in vectors]
    if task in ("pair_rating", "arrangement"):
        ranks = np.stack([s.ravel().argsort().argsort().reshape(s.shape) / max(s.size - 1, 1) for s in similarities])
        return np.asarray(ranks.std(axis=0).mean(axis=1))
    chances = np.stack([_softmax(3 * s / max(float(s.std()), 1e-9)) for s in similarities])
    return np.asarray(_bits(chances.mean(axis=0)) - _bits(chances).mean(axis=0))


def _pairs_of(questions: Rows, task: str) -> Rows:
    """(k, p, 2) the pairs whose similarity answers a question."""
    all_pairs = [(i, j) for i in range(questions.shape[1]) for j in range(i)]
    places = [(0, 1), (0, 2)] if task == "triplet" else all_pairs
    return np.stack([questions[:, list(pair)] for pair in places], axis=1)


def _distinct_rows(count: int, items: int, size: int, rng: np.random.Generator) -> Rows:
    """(count, size) rows of different numbers below `items`, in random order."""
    if size * 4 > items:
        return np.array([rng.permutation(items)[:size] for _ in range(count)], dtype=np.int64).reshape(-1, size)
    rows = rng.integers(0, items, (count, size))
    while True:
        ordered = np.sort(rows, axis=1)
        bad = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
        if not len(bad):
            return rows
        rows[bad] = rng.integers(0, items, (len(bad), size))


def _key(row: Rows) -> tuple[int, ...]:
    return tuple(sorted(row.tolist()))


def _question_key(row: Rows, odd: bool) -> tuple[int, ...]:
    return _key(row) if odd else (int(row[0]), *_key(row[1:]))


def _bits(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Entropy over the last axis, in bits."""
    return np.asarray(-(chances * np.log2(np.maximum(chances, 1e-12))).sum(axis=-1))


def _softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
