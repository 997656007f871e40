"""The same items under two models: vectors that belong together, matched by id."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows, Vectors
from explorer.base.errors import InputError
from explorer.features.compare.checks import LEAST
from explorer.features.compare.draws import sample_rows
from explorer.workspace.opened import Opened


@dataclass(frozen=True)
class SameItems:
    """Vectors of the same items under two encoders.

    rows: (m,) row numbers in the first workspace. x: (m, d), y: (m, e). dropped: items that only one side has.
    common: items that both have, of which m were drawn.
    """

    rows: Rows
    x: Vectors
    y: Vectors
    dropped: int
    common: int


def same_items(
    opened: Opened, a: str, b: str, *, items: int = 0, seed: int = 0, other: Opened | None = None
) -> SameItems:
    """The vectors that items have under both encoders, at most `items` of them at random (0: all, memory-mapped).

    other: the workspace that holds the vectors of `b`, when it is another one; items are matched by id. Raises
    InputError when fewer than 10 items are in both.
    """
    left, right = opened.embeddings(a), (other or opened).embeddings(b)
    if other is None:
        rows = np.flatnonzero(left.present & right.present)
        places = rows
        either = int((left.present | right.present).sum())
    else:
        rows, places = _match(opened, other, left.rows, right.rows)
        either = len(left.rows) + len(right.rows) - len(rows)
    if len(rows) < LEAST:
        raise InputError(
            f"{a} and {b} have only {len(rows)} items in common, of {either:,}; comparing needs at least {LEAST}. "
            "Embed the items with both models first."
        )
    chosen = sample_rows(len(rows), items or len(rows), np.random.default_rng(seed))
    whole = len(chosen) == len(left) == len(right) and np.array_equal(rows, places)
    x, y = (left.vectors, right.vectors) if whole else (left.vectors[rows[chosen]], right.vectors[places[chosen]])
    return SameItems(rows[chosen].astype(np.int64), x, y, either - len(rows), len(rows))


def _match(opened: Opened, other: Opened, left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """Rows of the same ids in both workspaces, among those with vectors, in the order of the first."""
    ids = opened.dataset.ids[left]
    places = other.dataset.ids[right].get_indexer(ids)
    return left[places >= 0], right[places[places >= 0]]
