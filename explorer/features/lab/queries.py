"""Queries of the kinds that people ask, kept out of what is searched, with the exact answers."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, default_rng

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError, ModelError, WorkspaceError
from explorer.base.half import widen
from explorer.base.sampling import at_most
from explorer.index import ExactIndex, Neighbours, QueryKind
from explorer.workspace.index_queries import text_queries
from explorer.workspace.opened import Opened

MOST, LEARNING = 200, 2_000
LEAST_ITEMS = 50


@dataclass(frozen=True)
class Trial:
    """Queries of one kind.

    queries: (q, d) unit rows; truth: their exact k nearest among the searched items. learning: (l, d) other queries of
    this kind, for ways that learn from queries; none of them is among `queries`.
    """

    kind: QueryKind
    queries: Floats
    truth: Neighbours
    learning: Floats


@dataclass(frozen=True)
class Held:
    """What a tab works on.

    searched: (n,) row numbers of the collection's vectors that are searched; the items that serve as queries are not
    among them. trials: one for each kind of query that the model takes.
    """

    searched: Rows
    trials: tuple[Trial, ...]


def held_queries(opened: Opened, spec: str, *, k: int = 10, most: int = MOST, seed: int = 0) -> Held:
    """Up to `most` item queries, and as many texts where the model reads texts; equal for equal collections and seed.

    InputError when fewer than 50 items have a vector: there is nothing to choose between ways to search so few.
    """
    vectors = opened.embeddings(spec)
    if len(vectors.rows) < LEAST_ITEMS:
        raise InputError(f"Expected at least {LEAST_ITEMS} items with a vector under {spec}, got {len(vectors.rows)}.")
    generator = default_rng(seed)
    chosen = at_most(vectors.rows, min(most, len(vectors.rows) // 5), generator)
    searched = np.setdiff1d(vectors.rows, chosen)
    learning = widen(vectors.vectors[at_most(searched, LEARNING, generator)])
    asked: dict[QueryKind, tuple[Floats, Floats]] = {"item": (widen(vectors.vectors[chosen]), learning)}
    asked |= _texts(opened, spec, most, generator)
    exact = ExactIndex(vectors.vectors, np.isin(np.arange(len(vectors.vectors)), searched))
    return Held(searched, tuple(_trial(exact, kind, *both, k) for kind, both in asked.items()))


def _texts(opened: Opened, spec: str, most: int, generator: Generator) -> dict[QueryKind, tuple[Floats, Floats]]:
    with suppress(ModelError, WorkspaceError):
        found = text_queries(opened.dataset, opened.encoder(spec), generator)
        if found is not None and len(found) > 1:
            order = generator.permutation(len(found))
            count = min(most, len(found) // 2)
            return {"text": (found[order[:count]], found[order[count:]])}
    return {}


def _trial(exact: ExactIndex, kind: QueryKind, queries: Floats, learning: Floats, k: int) -> Trial:
    return Trial(kind, queries, exact.query(queries, k), learning)
