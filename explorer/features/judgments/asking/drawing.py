"""Drawing questions at random, as rows of items."""

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError


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
            found.setdefault(unordered(row), row)
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


def unordered(row: Rows) -> tuple[int, ...]:
    """Key that is equal for the same items in any order."""
    return tuple(sorted(row.tolist()))
