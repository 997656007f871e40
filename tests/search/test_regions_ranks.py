"""Points in lassos and boxes, and rankings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.base.errors import InputError
from explorer.search import points_in_box, points_in_polygon, rank_changes

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
