"""Judged pairs as arrays, and their split by query."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.index import QueryKind

SHARES = (0.5, 0.25)  # of the queries, to learn from and to validate; the others test
LEAST = 40
"""Queries with a relevant item below which nothing is learned: ten of them test."""
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Queries with items that are relevant to them or not.

    queries: (q, d) unit rows. cosines: (q, k) of each query and its items, NaN where it has fewer. relevant: (q, k).
    kind: what the queries are. source: where the judgments come from, in words.
    """

    queries: Floats
    cosines: Floats
    relevant: Flags
    kind: QueryKind
    source: str

    def __len__(self) -> int:
        return len(self.queries)

    def of(self, rows: Rows) -> "Judged":
        """The judgments of some of the queries."""
        return Judged(
            queries=self.queries[rows],
            cosines=self.cosines[rows],
            relevant=self.relevant[rows],
            kind=self.kind,
            source=self.source,
        )

    @property
    def answered(self) -> Flags:
        """(q,) the queries with a relevant item."""
        found: Flags = np.asarray(self.relevant.any(axis=1))
        return found

    @property
    def known(self) -> Flags:
        """(q, k) where there is an item."""
        found: Flags = np.isfinite(self.cosines)
        return found


@dataclass(frozen=True)
class Split:
    """Numbers of the queries: to learn from; to stop the learning and choose the threshold; to test."""

    learn: Rows
    validate: Rows
    test: Rows


def split_queries(answered: Flags, generator: Generator) -> Split:
    """Each query with all its pairs in one part: half of them, a quarter, a quarter; of the (q,) `answered` ones (those
    with a relevant item) and of the others alike.
    """
    kinds = [_parts(np.flatnonzero(answered == kind), generator) for kind in (True, False)]
    return Split(*(np.sort(np.concatenate(both)) for both in zip(*kinds, strict=True)))


def _parts(rows: Rows, generator: Generator) -> list[Rows]:
    ends = np.cumsum([round(share * len(rows)) for share in SHARES])
    return np.split(generator.permutation(rows), ends)


def check_enough(judged: Judged) -> Judged:
    """The same; InputError when too few queries have a relevant item, or nothing that is not relevant stands beside."""
    answered = int(judged.answered.sum())
    if answered < LEAST:
        raise InputError(
            f"Relevance by {judged.source}: expected at least {LEAST} queries with a relevant item, got {answered:,}. "
            "Judge more of them, or take another source."
        )
    if not (judged.known & ~judged.relevant).any():
        raise InputError(
            f"Relevance by {judged.source}: every item is relevant to every query, so there is nothing to cut off. "
            "Take a column with different values, or judge some pairs as not relevant."
        )
    return judged
