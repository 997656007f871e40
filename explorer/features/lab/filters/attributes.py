"""Filters for queries: by an attribute that goes with the query, and by one that has nothing to do with it.

What a filter costs depends on whether the items that pass lie near the query. A random attribute says nothing about
real ones, and the other way round, so both stand side by side, at the same shares of items that pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.index import ExactIndex
from explorer.search.facets import Facet

Goes = Literal["with", "chance"]
SHARES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001)
FEW = 5  # fewer than the answers that are asked for
AROUND = 100  # a made attribute that goes with a query lies around one of so many nearest items
EDGES = ((0.3, "over 30 %"), (0.1, "10 to 30 %"), (0.03, "3 to 10 %"), (0.01, "1 to 3 %"), (0.0, "under 1 %"))


@dataclass(frozen=True)
class Level:
    """Some queries, each with a filter that about the same share of items passes.

    label: for people. goes: with the query, or by chance. places: (m,) which queries. masks: (m,) arrays (n,), True
    for items that pass.
    """

    label: str
    goes: Goes
    places: Rows
    masks: list[Mask]


def made_levels(exact: ExactIndex, rows: Rows, queries: Floats, generator: Generator) -> Iterator[Level]:
    """Attributes made for each of the (q, d) queries, from half of the searched `rows` down to five and to none.

    With the query: the items nearest to one of its hundred nearest. By chance: as many random items.
    """
    near = exact.query(queries, min(AROUND, len(rows))).rows
    around = near[np.arange(len(queries)), generator.integers(0, near.shape[1], len(queries))]
    likeness = np.stack([exact.products(np.asarray(exact.vectors[row], dtype=np.float32))[rows] for row in around])
    everyone = np.arange(len(queries))
    for count in counts(len(rows)):
        label = level_label(count, len(rows))
        yield Level(label, "with", everyone, [_mask(exact, rows[_highest(line, count)]) for line in likeness])
        chosen = (generator.permutation(rows)[:count] for _ in everyone)
        yield Level(label, "chance", everyone, [_mask(exact, some) for some in chosen])


def counts(items: int) -> list[int]:
    """How many items pass, from half of them down to five and none; those that are much the same are left out."""
    wanted = [round(share * items) for share in SHARES]
    return [count for count in wanted if count > 2 * FEW] + [FEW, 0]


def level_label(count: int, items: int) -> str:
    """A level of `made_levels` in words."""
    if count <= FEW:
        return f"{count} items" if count else "none"
    return f"{100 * count / items:.2g} %"


def column_levels(facet: Facet, exact: ExactIndex, rows: Rows, queries: Floats, generator: Generator) -> list[Level]:
    """By a column: "has the value (or the range of numbers) of the item nearest to the query", by share that passes.

    By chance: the same values, dealt out to the `rows` anew. Queries whose nearest items have no value are left out.
    Raises InputError when the column has one value only, or none.
    """
    column = _Column(facet, rows, len(exact.vectors))
    different = int(np.count_nonzero(column.sizes))
    if different < 2:
        raise InputError(
            f"Column {facet.name!r}: expected at least two different values, got {different}: a filter on it keeps "
            "everything or nothing. Choose another column."
        )
    elsewhere = np.arange(len(exact.vectors))
    elsewhere[rows] = generator.permutation(rows)
    near = exact.query(queries, min(AROUND, len(rows))).rows
    parts = np.array([column.part_of(line[line >= 0]) for line in near])
    share = np.where(parts >= 0, column.sizes[parts] / len(rows), -1.0)
    found = []
    for (low, label), high in zip(EDGES, (1.01, *(edge for edge, _ in EDGES)), strict=False):
        places = np.flatnonzero((share >= low) & (share < high))
        inside = [column.rows_in(part) for part in parts[places]]
        if len(places):
            found.append(Level(label, "with", places, [_mask(exact, some) for some in inside]))
            found.append(Level(label, "chance", places, [_mask(exact, elsewhere[some]) for some in inside]))
    return found


class _Column:
    """The searched items in each part of a column; an item of several values lies in several parts.

    sizes: (parts,) how many.
    """

    def __init__(self, facet: Facet, rows: Rows, items: int) -> None:
        whose = np.arange(len(facet.codes)) if facet.rows is None else facet.rows
        kept = (facet.codes >= 0) & np.isin(whose, rows)
        codes, whose = facet.codes[kept], whose[kept]
        self._first = np.full(items, -1, dtype=np.int64)
        self._first[whose[::-1]] = codes[::-1]
        order = np.argsort(codes, kind="stable")
        self._rows = whose[order]
        self.sizes = np.bincount(codes, minlength=len(facet.totals))
        self._ends = np.cumsum(self.sizes)

    def rows_in(self, part: int) -> Rows:
        """(m,) rows."""
        return self._rows[self._ends[part] - self.sizes[part] : self._ends[part]]

    def part_of(self, near: Rows) -> int:
        """The part of the first of some rows that is in one, -1 for none."""
        parts = self._first[near]
        known = parts[parts >= 0]
        return int(known[0]) if len(known) else -1


def _mask(exact: ExactIndex, rows: Rows) -> Mask:
    mask = np.zeros(len(exact.vectors), dtype=bool)
    mask[rows] = True
    return mask


def _highest(values: Floats, count: int) -> Rows:
    return np.argpartition(-values, count)[:count] if count < len(values) else np.arange(len(values))
