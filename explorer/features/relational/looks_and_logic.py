"""Relational similarity: same logic, different look. Pure; (n, d) arrays of unit rows in, values out.

After Nguyen et al. 2025, "Relational Visual Similarity" (relsim): an image's relational vector lies where a sentence
model puts its anonymous caption, the caption with every concrete thing replaced by a {slot}.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_choice, check_vectors
from explorer.base.errors import InputError
from explorer.base.half import widen

TEMPERATURE = 0.07
CELLS, MOST_PER_CELL = 20, 5
REACH = 0.5
BLOCK = 1300


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


def info_nce(images: Floats, texts: Floats, temperature: float = TEMPERATURE) -> float:
    """Mean cross-entropy of each of (n, d) images choosing its own among the (n, d) texts; from image to text only.

    The official loss is this one direction; the symmetric mean of both directions is another number.
    """
    images = check_vectors(images, "images")
    texts = check_vectors(texts, "texts", images.shape[1])
    logits = (images @ texts.T).astype(np.float64) / temperature
    logits -= logits.max(1, keepdims=True)
    return float((np.log(np.exp(logits).sum(1)) - np.diag(logits)).mean())


def nearest(vectors: Floats, query: Floats, count: int, without: Sequence[int] = ()) -> tuple[Rows, Floats]:
    """((k,) rows, (k,) cosines) of the `count` (n, d) unit rows nearest to the (d,) query, best first.

    without: rows that never count as answers. A query that is one of the items is left out by its own row and not by
    dropping the first place: a duplicate, or an item whose stored vector is rounded, may well stand before it.
    """
    scores = vectors @ query
    scores = scores.astype(np.float32)
    scores[np.asarray(without, dtype=np.int64)] = -np.inf
    order = np.argsort(-scores, kind="stable")[: max(0, min(count, len(scores) - len(set(without))))]
    return order.astype(np.int64), scores[order]


def cosines(stored: NDArray[Any], row: int) -> Floats:
    """(n,) products of (n, d) unit rows, half precision or single, with one of them.

    Blocks stay in the processor's cache. Without BLAS: its threads cost more than so small a product takes.
    """
    question, found = widen(stored[row]), np.empty(len(stored), np.float32)
    for start in range(0, len(stored), BLOCK):
        found[start : start + BLOCK] = np.einsum("md,d->m", widen(stored[start : start + BLOCK]), question)
    return found


def min_max(values: Floats) -> Floats:
    """(n,) values moved and stretched to 0 to 1, as both axes of the official figure; all 0.5 when all are equal."""
    values = np.asarray(values, dtype=np.float32)
    if not len(values):
        return values
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-12:
        return np.full(len(values), 0.5, dtype=np.float32)
    return ((values - low) / (high - low)).astype(np.float32)


def thinned(x: Floats, y: Floats, cells: int = CELLS, most: int = MOST_PER_CELL, order: Rows | None = None) -> Rows:
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
