"""Points in lassos and boxes, rankings, and the relevance cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.random import default_rng

from explorer.base.errors import InputError
from explorer.search import points_in_box, points_in_polygon, rank_changes, relevance_cut

COORDINATES = st.integers(-4, 4).map(float)


def plain_inside(x: float, y: float, polygon: np.ndarray) -> bool:
    """Count the edges to the right, one point and one edge at a time."""
    inside = False
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        low = (x1, y1, x2, y2) if y1 <= y2 else (x2, y2, x1, y1)
        if low[1] <= y < low[3] and x < low[0] + (y - low[1]) * ((low[2] - low[0]) / (low[3] - low[1])):
            inside = not inside
    return inside


@given(
    arrays(np.float64, st.tuples(st.integers(3, 9), st.just(2)), elements=COORDINATES),
    arrays(np.float32, st.tuples(st.integers(0, 30), st.just(2)), elements=st.floats(-5, 5, width=32) | COORDINATES),
)
def test_polygon_equals_the_plain_rule(polygon: np.ndarray, points: np.ndarray) -> None:
    assert points_in_polygon(points, polygon).tolist() == [plain_inside(x, y, polygon) for x, y in points.astype(float)]


def test_squares_that_share_an_edge_share_no_point() -> None:
    points = np.stack(np.meshgrid(np.linspace(0, 2, 21), np.linspace(0, 1, 11)), axis=-1).reshape(-1, 2)
    left = points_in_polygon(points, [[0, 0], [1, 0], [1, 1], [0, 1]])
    right = points_in_polygon(points, [[1, 0], [2, 0], [2, 1], [1, 1]])
    assert not (left & right).any()
    assert (left | right).sum() == ((points[:, 0] < 2) & (points[:, 1] < 1)).sum()


def test_a_star_has_a_hole_and_nan_lies_nowhere() -> None:
    angles = np.arange(5) * 4 * np.pi / 5 + np.pi / 2
    star = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert points_in_polygon(np.array([[0, 0], [0, 0.8], [np.nan, 0], [9, 9]]), star).tolist() == [
        False,
        True,
        False,
        False,
    ]


def test_few_corners_hold_nothing_and_bad_shapes_are_refused() -> None:
    assert not points_in_polygon(np.zeros((3, 2)), []).any()
    assert not points_in_polygon(np.zeros((3, 2)), [[0, 0], [1, 1]]).any()
    with pytest.raises(InputError, match="polygon: expected an array of shape"):
        points_in_polygon(np.zeros((3, 2)), np.zeros((4, 3)))
    with pytest.raises(InputError, match="points: expected an array of shape"):
        points_in_polygon(np.zeros(3), np.zeros((4, 2)))
    with pytest.raises(InputError, match="finite corners"):
        points_in_polygon(np.zeros((3, 2)), [[0, 0], [1, 1], [np.nan, 0]])


def test_box_by_any_two_corners() -> None:
    points = np.array([[0, 0], [1, 2], [3, 3], [np.nan, 1]])
    assert points_in_box(points, (1, 2, 0, 0)).tolist() == [True, True, False, False]


def test_rank_changes_are_antisymmetric_where_shared() -> None:
    before, after = np.array([5, 6, 7, 8]), np.array([8, 5, 9, 6, -1])
    np.testing.assert_array_equal(rank_changes(before, after), [3, -1, np.nan, -2, np.nan])
    np.testing.assert_array_equal(rank_changes(after[:4], before), [1, 2, np.nan, -3])


def test_the_cut_keeps_what_stands_out() -> None:
    generator = default_rng(0)
    background = generator.normal(0.2, 0.05, 10_000)
    results = np.concatenate([np.linspace(0.9, 0.7, 8), np.sort(background)[::-1][:42]])
    cut = relevance_cut(results, generator.choice(background, 1000), len(background))
    assert cut.count == 8 and cut.similarity == pytest.approx(0.7)
    assert cut.centre == pytest.approx(0.2, abs=0.01) and cut.spread == pytest.approx(0.05, abs=0.005)


def test_the_cut_keeps_next_to_nothing_of_background_alone() -> None:
    generator = default_rng(1)
    counts = []
    for _ in range(200):
        items = generator.normal(0, 1, 5000)
        counts.append(relevance_cut(np.sort(items)[::-1][:50], generator.choice(items, 1000), 5000).count)
    assert np.mean(np.array(counts) > 0) < 0.15


def test_relevant_items_in_the_sample_do_not_widen_the_background() -> None:
    background = np.concatenate([default_rng(2).normal(0.2, 0.05, 800), np.full(200, 0.9)])
    assert relevance_cut(np.full(50, 0.9), background, 1000).count == 50


@pytest.mark.parametrize(
    ("expected_false", "count"),
    [
        ([0.04, 0.09, 0.14, 0.21], 3),  # each is below 5 % of its rank up to the third: one alone would pass Bonferroni
        ([0.01, 0.2, 0.14, 0.19], 4),  # the last that passes counts, whatever lies between
        ([0.06, 0.11], 0),
    ],
)
def test_the_cut_is_that_of_benjamini_and_hochberg(expected_false: list[float], count: int) -> None:
    from scipy.special import ndtri

    items, background = 5000, default_rng(3).normal(0.2, 0.05, 4000)
    low, centre = np.percentile(background, (15.865525, 50))
    similarities = centre - (centre - low) * ndtri(np.array(expected_false) / items)
    found = relevance_cut(similarities, background, items)
    assert found.count == count
    assert found.expected_false == pytest.approx(expected_false[count - 1] if count else 0, rel=1e-6)


def test_the_cut_of_nothing_and_of_too_little() -> None:
    assert relevance_cut(np.array([np.nan]), np.zeros(30), 30).count == 0
    with pytest.raises(InputError, match="at least 20 background similarities, got 3"):
        relevance_cut(np.ones(3), np.ones(3), 3)
