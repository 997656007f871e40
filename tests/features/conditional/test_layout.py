"""Where items lie on a map under a condition."""

import numpy as np
import pytest

from explorer.features.conditional import layout


def test_the_wheel_puts_sure_items_at_the_rim(rng: np.random.Generator) -> None:
    anchors = layout.wheel(rng.normal(size=(7, 24)).astype(np.float32))
    np.testing.assert_allclose(np.linalg.norm(anchors, axis=1), 1, atol=1e-5)
    assert len({tuple(np.round(anchor, 3)) for anchor in anchors}) == 7
    sure, torn = np.eye(7, dtype=np.float32), np.full((7, 1), np.sqrt(1 / 7), dtype=np.float32)
    np.testing.assert_allclose(layout.on_wheel(sure, anchors), anchors, atol=1e-5)
    np.testing.assert_allclose(layout.on_wheel(torn, anchors), 0, atol=1e-5)


def test_two_values_have_a_wheel_too() -> None:
    anchors = layout.wheel(np.eye(2, 5, dtype=np.float32))
    np.testing.assert_allclose(anchors[0], -anchors[1], atol=1e-5)


@pytest.mark.parametrize("width", [1, 2, 5])
def test_main_axes_keep_most_of_the_spread(width: int, rng: np.random.Generator) -> None:
    seen = (rng.normal(size=(width, 300)) * np.arange(width, 0, -1)[:, None] ** 2).astype(np.float32)
    found = layout.main_axes(seen, np.ones(300, bool)).var(axis=0).sum()
    assert found >= np.sort(seen.var(axis=1))[::-1][:2].sum() * 0.99


def test_the_map_moves_from_one_layout_to_the_other(rng: np.random.Generator) -> None:
    after = rng.normal(size=(50, 2)).astype(np.float32)
    turn = np.array([[0, -1], [1, 0]], dtype=np.float32)
    before, present = 3 * after @ turn + 7, np.ones(50, bool)
    present[4] = False
    half = layout.between(before.astype(np.float32), after, 0.5, present)
    moved = after - after[present].mean(axis=0)
    np.testing.assert_allclose(half[present], moved[present], atol=1e-4)  # a turned copy is no change at all
    assert np.isnan(half[4]).all()
    np.testing.assert_array_equal(layout.between(before, after, 1.0, present)[present], after[present])


def test_an_item_between_two_values_stands_where_its_chances_put_it() -> None:
    anchors = np.array([[1, 0], [-1, 0]], dtype=np.float32)
    seen = np.sqrt(np.array([[0.9], [0.1]], dtype=np.float32))
    np.testing.assert_allclose(layout.on_wheel(seen, anchors), np.array([[0.8, 0]]), atol=1e-6)


def test_standardised_axes_have_mean_zero_and_deviation_one_where_there_are_numbers() -> None:
    found = layout.standardised(np.array([[1, 5], [3, 5], [np.nan, np.nan]], dtype=np.float32))
    expected = np.array([[-1, 0], [1, 0], [np.nan, np.nan]])
    np.testing.assert_allclose(found, expected, atol=1e-6)
