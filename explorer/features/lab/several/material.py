"""What the ways to search several vectors an item are tried on: items, and questions of each kind from other items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, default_rng

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.sampling import at_most
from explorer.features.lab.several.chamfer import VectorSets
from explorer.features.lab.several.store import KeptSets
from explorer.index import QueryKind

HELD, MOST_ITEMS, MOST_NUMBERS, LEAST_ITEMS = 60, 20_000, 125_000_000, 50


@dataclass(frozen=True)
class Material:
    """What is searched, and (q, d) questions of each kind; no item that a question comes from is searched."""

    sets: VectorSets
    questions: Mapping[QueryKind, Sequence[Floats]]


def material(kept: KeptSets, words: Floats | None, seed: int = 0, most: int = MOST_ITEMS) -> Material:
    """Whole items that were kept out, random details of them, and `words` ((t, d) vectors of texts, None without).

    A detail is a rectangle of patches, at most half as high and wide as the picture, or one to four tokens in a row.
    InputError for fewer than 50 items with vectors.
    """
    rows = kept.rows
    if len(rows) < LEAST_ITEMS:
        raise InputError(f"Expected at least {LEAST_ITEMS} items with several vectors, got {len(rows)}.")
    generator = default_rng(seed)
    held = at_most(rows, min(HELD, len(rows) // 5), generator)
    bound = max(LEAST_ITEMS, MOST_NUMBERS // (kept.sets.most * kept.sets.dim))
    searched = at_most(np.setdiff1d(rows, held), min(most, bound), generator)
    whole = [kept.sets.of(int(row)) for row in held]
    questions: dict[QueryKind, Sequence[Floats]] = {
        "item": whole,
        "picture": [one[detail(len(one), kept.grid, generator)] for one in whole],
    }
    if words is not None and len(words):
        questions["text"] = list(words[at_most(np.arange(len(words)), HELD, generator)][:, None])
    return Material(kept.sets.take(searched), questions)


def detail(count: int, grid: int, generator: Generator) -> Rows:
    """Places of a random detail among the `count` vectors of an item: a rectangle of the grid, or a run of tokens."""
    if not grid:
        size = int(generator.integers(1, min(4, count) + 1))
        start = int(generator.integers(0, count - size + 1))
        return np.arange(start, start + size, dtype=np.int64)
    height, width = generator.integers(1, max(1, grid // 2) + 1, 2)
    top, left = int(generator.integers(0, grid - height + 1)), int(generator.integers(0, grid - width + 1))
    return places_of((top, left, top + int(height), left + int(width)), grid)


def places_of(box: tuple[int, int, int, int], grid: int) -> Rows:
    """Places of the patches of a rectangle (top, left, bottom, right), the last two not included, row by row."""
    top, left, bottom, right = box
    inside = np.arange(grid * grid).reshape(grid, grid)[top:bottom, left:right]
    return np.asarray(inside.ravel(), dtype=np.int64)
