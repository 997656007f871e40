"""Several models at once: the table of scores, and a plane in which their distances are kept."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.blas import single_threaded
from explorer.base.errors import InputError
from explorer.base.executor import Executor
from explorer.base.progress import Progress, Silent
from explorer.features.compare.checks import LEAST
from explorer.features.compare.contract import get_measure
from explorer.features.compare.draws import sample_rows
from explorer.features.compare.resampling import score
from explorer.features.compare.spread import StoredPair
from explorer.workspace.opened import Opened


@dataclass(frozen=True)
class Matrix:
    """Scores of every encoder against every other. values: (k, k); items: used for all pairs; dropped: not in all."""

    encoders: tuple[str, ...]
    measure: str
    values: Doubles
    items: int
    dropped: int


@dataclass(frozen=True)
class Arrangement:
    """places: (k, 2). kept: share of the squared distances around the centre that the plane holds, 0 to 1."""

    places: Doubles
    kept: float


def score_matrix(
    opened: Opened,
    encoders: Sequence[str],
    measure: str,
    *,
    items: int = 1_000,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Matrix:
    """Every encoder (row) against every other (column) on the same items, those that have a vector under all.

    executor: who scores the pairs, this process if left out; its workers read the vectors in the folder of the
    workspace. InputError when the items are fewer than 10.
    """
    progress, found = progress or Silent(), get_measure(measure)
    rows, dropped = _items_of_all(opened, encoders, items)
    values = np.full((len(encoders), len(encoders)), found.best)
    both = found.direction == "both"
    pairs = [(i, j) for i in range(len(encoders)) for j in range(len(encoders)) if i < j or (i > j and not both)]
    progress.start(f"Comparing {len(encoders)} models", len(pairs))
    scores = _scored(opened, encoders, measure, rows, pairs, executor)
    with closing(scores):
        for done, (number, value) in enumerate(scores, 1):
            i, j = pairs[number]
            values[i, j] = value
            if both:
                values[j, i] = value
            progress.advance(done)
    progress.finish()
    return Matrix(tuple(encoders), measure, values, len(rows), dropped)


def _scored(
    opened: Opened,
    encoders: Sequence[str],
    measure: str,
    rows: Rows,
    pairs: Sequence[tuple[int, int]],
    executor: Executor | None,
) -> Generator[tuple[int, float]]:
    """(number of the pair, score) of each."""
    if executor is None:
        vectors = [np.asarray(opened.embeddings(spec).vectors[rows], dtype=np.float32) for spec in encoders]
        yield from ((number, score(vectors[i], vectors[j], measure)) for number, (i, j) in enumerate(pairs))
        return
    tasks = [StoredPair.of(opened.workspace, (encoders[i], encoders[j]), rows) for i, j in pairs]
    with single_threaded(), closing(executor.each(partial(_scorer, measure), enumerate(tasks))) as results:
        yield from results


def _scorer(measure: str) -> Callable[[StoredPair], float]:
    """The function that scores a pair wherever it runs."""
    return partial(_score_stored, measure)


def _score_stored(measure: str, pair: StoredPair) -> float:
    x, y = (np.asarray(side, dtype=np.float32) for side in pair.vectors())
    return score(x, y, measure)


def arrange(distances: Doubles | Floats) -> Arrangement:
    """Classical multidimensional scaling (Torgerson 1952) of a (k, k) symmetric table of distances."""
    count = len(distances)
    centring = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-0.5 * centring @ np.square(distances) @ centring)
    values, vectors = values[::-1], vectors[:, ::-1]
    places = np.zeros((count, 2))
    shown = min(2, count)
    places[:, :shown] = vectors[:, :shown] * np.sqrt(np.maximum(values[:shown], 0))
    positive = np.maximum(values, 0)
    total = float(positive.sum())
    return Arrangement(places, float(positive[:2].sum() / total) if total > 0 else 1.0)


def _items_of_all(opened: Opened, encoders: Sequence[str], items: int) -> tuple[Rows, int]:
    """At most `items` rows that have a vector under all encoders, and how many have one under some of them only."""
    present = np.array([opened.embeddings(spec).present for spec in encoders])
    rows = np.flatnonzero(present.all(axis=0))
    if len(rows) < LEAST:
        raise InputError(f"Only {len(rows)} items have a vector under all of {', '.join(encoders)}; expected {LEAST}.")
    dropped = int(present.any(axis=0).sum()) - len(rows)
    return rows[sample_rows(len(rows), items, np.random.default_rng(0))], dropped
