from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.base.arrays import check_choice, check_rows, check_vectors, sorted_unique, unit_rows
from explorer.base.errors import InputError


def test_vectors_become_float32() -> None:
    assert check_vectors(np.ones((2, 3), np.float64), "v").dtype == np.float32


@pytest.mark.parametrize(
    ("value", "dim", "message"),
    [
        (np.ones(3), None, r"v: expected a numeric array of shape \(items, dimensions\), got float64 \(3,\)"),
        (np.array([["a"]]), None, "v: expected a numeric array"),
        (np.ones((2, 3)), 4, "v: expected vectors of length 4, got length 3"),
        (np.array([[1.0], [np.nan]]), None, "v: expected finite numbers, got NaN .* in 1 rows, first in row 1"),
        (
            np.array([[np.inf], [1.0]]),
            None,
            "v: expected finite numbers, got NaN or infinity in 1 rows, first in row 0",
        ),
    ],
)
def test_wrong_vectors_are_named(value: NDArray[Any], dim: int | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_vectors(value, "v", dim)


def test_unit_rows_have_length_one(rng: np.random.Generator) -> None:
    assert np.allclose(np.linalg.norm(unit_rows(rng.normal(size=(5, 3))), axis=1), 1)
    with pytest.raises(InputError, match="got 1 all-zero rows, first row 1"):
        unit_rows(np.array([[1.0, 0.0], [0.0, 0.0]]))


def test_choices_and_rows() -> None:
    assert check_choice("a", ["a", "b"], "x") == "a"
    with pytest.raises(InputError, match="x: expected one of a, b; got 'c'"):
        check_choice("c", ["a", "b"], "x")
    assert check_rows([0, 2], 3, "rows").dtype == np.int64
    with pytest.raises(InputError, match="rows: expected row numbers from 0 to 2, got -1"):
        check_rows([-1], 3, "rows")


@pytest.mark.parametrize("values", [[], [3], [2, 1, 2, -5, 1], list(range(50)) * 2])
def test_sorted_unique_is_unique(values: list[int]) -> None:
    given = np.array(values, dtype=np.int64)
    found = sorted_unique(given)
    assert found.dtype == given.dtype and found.tolist() == np.unique(given).tolist() and given.tolist() == values
