"""Composed queries and the split of their similarity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.random import default_rng

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError
from explorer.search import Part, compose, explain, rounded_split

AXES = np.eye(4, dtype=np.float32)


def part(vector: Floats, weight: float = 1.0, kind: str = "text") -> Part:
    return Part(kind, "words", weight, vector)


def test_one_part_is_its_own_direction() -> None:
    query = compose([part(3 * AXES[1])])
    np.testing.assert_allclose(query.vector, AXES[1])


def test_minus_water_moves_away_from_water() -> None:
    sea_and_water = unit_rows(np.array([[1, 1, 0, 0]]))
    query = compose([part(sea_and_water[0]), part(AXES[1], -0.5)])
    assert query.vector @ AXES[0] > sea_and_water[0] @ AXES[0]
    assert query.vector @ AXES[1] < sea_and_water[0] @ AXES[1]
    assert explain(query, AXES[1:2])[0, 1] < 0


@given(st.integers(0, 1000), st.lists(st.floats(-3, 3).filter(lambda w: abs(w) > 0.01), min_size=1, max_size=5))
def test_the_split_sums_to_the_similarity(seed: int, weights: list[float]) -> None:
    generator = default_rng(seed)
    query = compose([part(generator.standard_normal(16).astype(np.float32), weight) for weight in weights])
    assert np.linalg.norm(query.vector) == pytest.approx(1, abs=1e-6)
    items = unit_rows(generator.standard_normal((6, 16))).astype(np.float16)
    shares = explain(query, items)
    similarities = items.astype(np.float32) @ query.vector
    assert shares.shape == (6, len(weights))
    np.testing.assert_allclose(shares.sum(axis=1), similarities, atol=2e-6 * np.abs(query.loadings).sum())


@given(arrays(np.float64, (3, 4), elements=st.floats(-2, 2)))
def test_the_printed_split_sums_to_the_printed_similarity(shares: np.ndarray) -> None:
    similarities = shares.sum(axis=1)
    printed = rounded_split(shares, similarities)
    np.testing.assert_array_equal(np.round(printed.sum(axis=1) * 1000), np.round(similarities * 1000))
    assert np.abs(printed - shares).max() < 0.001 + 1e-9, "each share is rounded up or down, by less than one digit"


def test_the_missing_digits_go_to_those_that_lost_most() -> None:
    shares = np.array([[0.0011, 0.0019, 0.0005], [1 / 3, 1 / 3, 1 / 3], [-0.0001, 0.0006, 0.0004], [0.002, 0.001, 0]])
    printed = rounded_split(shares, shares.sum(axis=1))
    assert printed[0].tolist() == [0.001, 0.002, 0.001], "0.0035 prints as 0.004: two digits to hand out"
    assert printed[1].tolist() == [0.334, 0.333, 0.333], "equal losses in order"
    assert printed[2].tolist() == [0.0, 0.001, 0.0]
    assert printed[3].tolist() == [0.002, 0.001, 0.0]


def test_a_similarity_that_differs_from_the_sum_is_kept() -> None:
    assert rounded_split(np.array([[0.1, 0.2]]), np.array([0.304]))[0].tolist() == [0.102, 0.202]
    assert rounded_split(np.array([[0.1, 0.2]]), np.array([0.299]))[0].sum() == pytest.approx(0.299)


def test_parts_of_weight_0_are_left_out() -> None:
    assert len(compose([part(AXES[0]), part(AXES[1], 0)]).parts) == 1


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "at least one part"),
        ([part(AXES[0], 0)], "at least one part"),
        ([part(AXES[0]), part(AXES[0], -1)], "cancel each other out"),
        ([part(AXES[0], float("inf"))], "finite weights, got inf"),
        ([part(AXES[0], kind="sound")], "one of text, item, image, vector; got 'sound'"),
        ([part(AXES[0]), part(np.ones(3, dtype=np.float32))], "vectors of one length"),
        ([part(0 * AXES[0])], "all-zero"),
    ],
)
def test_what_has_no_direction_is_refused(parts: list[Part], message: str) -> None:
    with pytest.raises(InputError, match=message):
        compose(parts)
