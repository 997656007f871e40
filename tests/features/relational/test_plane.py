"""The plane of looks and logic: its axes, its corners, which tiles are drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.relational.plane import CORNERS, in_corner, min_max, thinned


def test_min_max_of_equal_values_is_the_middle() -> None:
    assert min_max(np.full(3, 7.0, np.float32)).tolist() == [0.5, 0.5, 0.5]
    assert min_max(np.array([2.0, 4.0, 3.0], np.float32)).tolist() == [0.0, 1.0, 0.5]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=300), st.integers(1, 8), st.integers(1, 6))
def test_thinning_keeps_at_most_so_many_a_cell_and_empties_none(
    points: list[tuple[float, float]], cells: int, most: int
) -> None:
    x, y = (np.array([p[axis] for p in points], dtype=np.float32) for axis in (0, 1))
    kept = thinned(x, y, cells, most)

    def by_cell(rows: list[int]) -> dict[tuple[int, int], int]:
        found: dict[tuple[int, int], int] = {}
        for row in rows:
            cell = (min(int(x[row] * cells), cells - 1), min(int(y[row] * cells), cells - 1))
            found[cell] = found.get(cell, 0) + 1
        return found

    before, after = by_cell(list(range(len(x)))), by_cell(kept.tolist())
    assert after == {cell: min(count, most) for cell, count in before.items()}


def test_thinning_takes_the_first_of_the_order() -> None:
    same = np.full(4, 0.5, np.float32)
    assert thinned(same, same, 3, 2, np.array([3, 1, 0, 2])).tolist() == [1, 3]


@pytest.mark.parametrize(("name", "tip"), [("analogous", 0), ("alike", 1), ("unrelated", 2), ("lookalike", 3)])
def test_corners(name: str, tip: int) -> None:
    x = np.array([0.05, 0.95, 0.1, 0.9, 0.5], np.float32)
    y = np.array([0.9, 0.95, 0.05, 0.1, 0.5], np.float32)
    rows, away = in_corner(x, y, name)
    assert rows.tolist() == [tip]
    assert away[0] < 0.2


def test_unknown_corner_lists_the_corners() -> None:
    with pytest.raises(InputError, match=", ".join(CORNERS)):
        in_corner(np.zeros(1, np.float32), np.zeros(1, np.float32), "north")
