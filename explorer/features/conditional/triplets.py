"""Training triplets of conditional similarity: (reference, condition, target), pictures that must not win. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError

LEAST_TRIPLETS = 50


@dataclass(frozen=True, kw_only=True)
class Triplets:
    """m triplets over n items.

    reference, target: (m,) rows of items. condition: (m,) positions in `conditions`, the texts. distractors: (m, k)
    rows of items that share the reference or the condition but not both, -1 where there is none. column: (m,) the
    column of `values` in which every item with the reference's value answers as well, -1 where the target alone does.
    values: (n, c) codes of the items' known attributes.
    """

    reference: Rows
    condition: Rows
    target: Rows
    distractors: Rows
    column: Rows
    conditions: list[str]
    values: Rows

    def __len__(self) -> int:
        return len(self.reference)

    def answers(self, chosen: Rows, items: Rows) -> Mask:
        """(b, g) whether item g answers triplet b: it is the target, or has the reference's value in its column."""
        own = self.target[chosen, None] == items[None]
        column = self.column[chosen]
        wanted = self.values[self.reference[chosen], column]
        same = wanted[:, None] == self.values[items][:, column].T
        return np.asarray(own | (same & (column >= 0)[:, None]))

    def gallery(self, chosen: Rows) -> Rows:
        """(g,) distinct rows of the targets, distractors and references of the chosen triplets."""
        rows = np.concatenate([self.target[chosen], self.reference[chosen], self.distractors[chosen].ravel()])
        return np.unique(rows[rows >= 0])


def check_enough(count: int, least: int, what: str) -> None:
    """Raise InputError that says how many triplets are needed and how many there are."""
    if count < least:
        raise InputError(f"Too few triplets to learn from: expected at least {least}, got {count}. {what}")


def joined(parts: Sequence[Triplets]) -> Triplets:
    """Triplets over several sets of items as one; the items stand one set after the other."""
    items = np.cumsum([0, *(len(part.values) for part in parts)])
    texts = np.cumsum([0, *(len(part.conditions) for part in parts)])
    columns = np.cumsum([0, *(part.values.shape[1] for part in parts)])
    width = max(part.distractors.shape[1] for part in parts)
    values = np.full((items[-1], columns[-1]), -1, dtype=np.int64)
    for i, part in enumerate(parts):
        values[items[i] : items[i + 1], columns[i] : columns[i + 1]] = part.values
    return Triplets(
        reference=np.concatenate([part.reference + items[i] for i, part in enumerate(parts)]),
        condition=np.concatenate([part.condition + texts[i] for i, part in enumerate(parts)]),
        target=np.concatenate([part.target + items[i] for i, part in enumerate(parts)]),
        distractors=np.concatenate(
            [_widened(_shifted(part.distractors, int(items[i])), width) for i, part in enumerate(parts)]
        ),
        column=np.concatenate([_shifted(part.column, int(columns[i])) for i, part in enumerate(parts)]),
        conditions=[text for part in parts for text in part.conditions],
        values=values,
    )


def _shifted(rows: Rows, by: int) -> Rows:
    return np.where(rows < 0, rows, rows + by)


def _widened(rows: Rows, width: int) -> Rows:
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1])), constant_values=-1)
