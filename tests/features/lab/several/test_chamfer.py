import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.lab.several.chamfer import (
    VectorSets,
    best_first,
    best_places,
    chamfer,
    chamfer_blocks,
    filled_up,
)


def test_equals_the_plain_loops() -> None:
    generator = np.random.default_rng(0)
    parts = [generator.normal(size=(count, 5)).astype(np.float32) for count in (3, 1, 4)]
    query = generator.normal(size=(2, 5)).astype(np.float32)
    expected = [sum(max(float(q @ p) for p in part) for q in query) for part in parts]
    sets = filled_up(parts, 4, 5)
    np.testing.assert_allclose(chamfer(query, sets), expected, rtol=1e-5)
    half = VectorSets(sets.vectors.astype(np.float16), sets.counts)
    np.testing.assert_allclose(chamfer_blocks(query, half), expected, atol=1e-2)


def test_it_is_not_symmetric() -> None:
    one, two = np.array([[1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    assert chamfer(one, VectorSets(two[None], np.array([2])))[0] == 1
    assert chamfer(two, VectorSets(one[None], np.array([1])))[0] == 1  # the second vector finds nothing: 1 + 0
    assert chamfer(two, VectorSets(two[None], np.array([2])))[0] == 2


def test_items_without_vectors_are_last_and_left_out() -> None:
    scores = chamfer(np.ones((1, 2)), filled_up([np.empty((0, 2)), -np.ones((1, 2)), np.ones((1, 2))], 2, 2))
    assert scores[0] == -np.inf
    np.testing.assert_array_equal(best_first(scores, 3), [2, 1])
    assert len(best_first(scores, 0)) == 0


def test_among_equals_the_lower_row_is_first() -> None:
    np.testing.assert_array_equal(best_first(np.array([1.0, 2.0, 2.0, 2.0, 0.0], dtype=np.float32), 2), [1, 2])


def test_partners_are_named() -> None:
    places, products = best_places(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 2.0], [3.0, 0.0], [0.5, 0.5]]))
    np.testing.assert_array_equal(places, [1, 0])
    np.testing.assert_array_equal(products, [3, 2])


def test_what_does_not_fit_is_told() -> None:
    sets = filled_up([np.ones((2, 3))], 2, 3)
    with pytest.raises(InputError, match="query: expected vectors of length 3, got length 2"):
        chamfer(np.ones((1, 2)), sets)
    with pytest.raises(InputError, match="expected at least one vector"):
        chamfer(np.empty((0, 3)), sets)
    with pytest.raises(InputError, match="and a count for each item"):
        VectorSets(np.ones((2, 3)), np.ones(2, dtype=np.int64))
    with pytest.raises(InputError, match="row 0 has no vectors"):
        filled_up([np.empty((0, 3))], 2, 3).of(0)
