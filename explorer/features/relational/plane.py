"""The plane of looks and logic: all items by how much they look like a picked one and how much they are built like it.

The axes, the corners and the thinning are those of the similarity space of Nguyen et al. 2025, "Relational Visual
Similarity" (relsim).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows, check_choice
from explorer.base.errors import InputError

REACH = 0.5
GRID, PER_CELL, FIRST = 14, 3, 30
"""Cells a side of the grid that the page draws on, items a cell, and how many of each corner are sure to be drawn."""


@dataclass(frozen=True)
class Corner:
    """A corner of the scatter: which end of the attribute axis (x) and of the relational axis (y) it lies at."""

    attribute: int
    relation: int
    label: str
    words: str


CORNERS: dict[str, Corner] = {
    "analogous": Corner(-1, 1, "Looks different, same logic", "unlike it in colours and things, built the same way"),
    "alike": Corner(1, 1, "Looks alike, same logic", "close to it in every way"),
    "lookalike": Corner(1, -1, "Looks alike, different logic", "like it at first sight, built another way"),
    "unrelated": Corner(-1, -1, "Looks different, different logic", "unlike it in every way"),
}
"""The four corners by the name that the address uses."""


@dataclass(frozen=True, kw_only=True)
class Plane:
    """All candidates of a picked item, itself left out by its row.

    rows: (m,). looks, logic: (m,) cosines under the model and under the head. x, y: (m,) the same, min-max normalised.
    shown: (s,) places among the m that are drawn. corners: name -> (places in it, furthest in first).
    """

    rows: Rows
    looks: Floats
    logic: Floats
    x: Floats
    y: Floats
    shown: Rows
    corners: dict[str, Rows]


def plane_of(rows: Rows, looks: Floats, logic: Floats) -> Plane:
    """The plane of (m,) rows with their (m,) cosines; the items nearest to a corner are drawn first."""
    x, y = min_max(looks), min_max(logic)
    corners = {name: in_corner(x, y, name)[0] for name in CORNERS}
    first = np.unique(np.concatenate([places[:FIRST] for places in corners.values()]))
    rest = np.random.default_rng(0).permutation(np.setdiff1d(np.arange(len(rows)), first))
    shown = thinned(x, y, GRID, PER_CELL, np.concatenate([first, rest]).astype(np.int64))
    return Plane(rows=rows, looks=looks, logic=logic, x=x, y=y, shown=shown, corners=corners)


def min_max(values: Floats) -> Floats:
    """(n,) values moved and stretched to 0 to 1, as both axes of the official figure; all 0.5 when all are equal."""
    values = np.asarray(values, dtype=np.float32)
    if not len(values):
        return values
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-12:
        return np.full(len(values), 0.5, dtype=np.float32)
    return ((values - low) / (high - low)).astype(np.float32)


def thinned(x: Floats, y: Floats, cells: int, most: int, order: Rows | None = None) -> Rows:
    """Rows that are drawn: at most `most` in each cell of a `cells` x `cells` grid over [0, 1]², as (m,) rows in order.

    order: which rows go first where a cell is full; the given order when left out.
    """
    if len(x) != len(y):
        raise InputError(f"Expected as many x as y values, got {len(x)} and {len(y)}.")
    order = np.arange(len(x)) if order is None else order
    column, row = (np.clip((np.asarray(v) * cells).astype(np.int64), 0, cells - 1) for v in (x, y))
    cell = (row * cells + column)[order]
    by_cell = np.argsort(cell, kind="stable")
    starts = np.concatenate([[0], np.flatnonzero(np.diff(cell[by_cell])) + 1]) if len(cell) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(cell)))
    place = np.arange(len(cell)) - np.repeat(starts, sizes)
    return np.sort(order[by_cell[place < most]]).astype(np.int64)


def in_corner(x: Floats, y: Floats, corner: str, reach: float = REACH) -> tuple[Rows, Floats]:
    """((m,) rows, (m,) distances) of the items in a corner, those nearest to its tip first.

    x, y: (n,) attribute and relational similarity to the picked item, min-max normalised. An item lies in a corner when
    it is at most `reach` away from its tip in the drawn plane, whose sides are 1.
    """
    place = CORNERS[check_choice(corner, CORNERS, "corner")]
    tip = [float(sign > 0) for sign in (place.attribute, place.relation)]
    away = np.hypot(np.asarray(x) - tip[0], np.asarray(y) - tip[1]).astype(np.float32)
    order = np.argsort(away, kind="stable")
    order = order[away[order] <= reach]
    return order.astype(np.int64), away[order]


def present_rows(*masks: Mask, without: Sequence[int] = ()) -> Rows:
    """Rows that every mask (n,) has, `without` some of them (such as the picked item, by its row)."""
    both = np.logical_and.reduce(masks)
    both[np.asarray(without, dtype=np.int64)] = False
    return np.flatnonzero(both).astype(np.int64)
