import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.arrays import Floats, Rows
from explorer.maps import clusters
from explorer.maps.clusters import cluster


def islands(sizes: list[int]) -> tuple[Floats, Rows]:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    centres = 20 * np.column_stack([np.cos(np.arange(len(sizes))), np.sin(np.arange(len(sizes)))])
    return (centres[labels] + random.normal(size=(len(labels), 2))).astype(np.float32), labels


def test_islands_are_found_largest_first() -> None:
    coords, truth = islands([60, 200, 120])
    labels = cluster(coords, min_size=40)
    for number, island in enumerate([1, 2, 0]):
        inside = labels[truth == island]
        assert (inside[inside >= 0] == number).all() and (inside >= 0).mean() > 0.8


def climbed(heights: Floats, near: Rows, valley: float, least: float) -> list[set[int]]:
    """Hills as sets of points, put together one by one."""
    hills: dict[int, set[int]] = {}
    of: dict[int, int] = {}
    rank = {int(point): place for place, point in enumerate(np.argsort(-heights, kind="stable"))}
    linked = [set(row) for row in near.tolist()]
    for point in rank:
        beside = [other for other in of if other in linked[point] or point in linked[other]]
        if not beside:
            hills[point], of[point] = {point}, point
            continue
        beside.sort(key=lambda other: rank[other])
        hill = of[beside[0]]
        hills[hill].add(point)
        of[point] = hill
        for other in beside[1:]:
            one, hill = of[other], of[point]
            high, low = sorted((one, hill), key=lambda top: rank[top])
            if one != hill and (heights[low] - heights[point] < valley or len(hills[low]) < least):
                hills[high] |= hills.pop(low)
                of |= dict.fromkeys(hills[high], high)
    return list(hills.values())


@pytest.mark.parametrize(("valley", "least"), [(0.0, 0.0), (0.3, 5.0), (1.0, 20.0)])
def test_hills_are_those_of_a_plain_climb(valley: float, least: float) -> None:
    coords = np.random.default_rng(3).normal(size=(250, 2)).astype(np.float32)
    heights, near = clusters._density(coords, 15)
    labels = clusters._climb(heights, near, valley, least)
    found = {frozenset(np.flatnonzero(labels == number).tolist()) for number in range(labels.max() + 1)}
    assert found == {frozenset(hill) for hill in climbed(heights, near, valley, least)}


def test_all_points_of_a_large_map_count() -> None:
    """A tenth of the points, as a sample has them, does not show the small island."""
    coords, truth = islands([40_000, 30_000, 400])
    labels = cluster(coords, min_size=100)
    kept = labels >= 0
    assert labels.max() == 2 and kept.mean() > 0.8 and (labels[kept] == truth[kept]).all()


@pytest.mark.parametrize("count", [1, 4, 9])
def test_too_few_points_have_no_clusters(count: int) -> None:
    assert cluster(np.zeros((count, 2), dtype=np.float32)).tolist() == [-1] * count


def test_equal_points_do_not_break_it() -> None:
    assert cluster(np.zeros((100, 2), dtype=np.float32)).shape == (100,)


@pytest.mark.parametrize("count", [60, 300, 1_000, 3_000])
@pytest.mark.parametrize("seed", [0, 1])
def test_one_cloud_has_no_clusters(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    for cloud in (random.normal(size=(count, 2)), random.uniform(size=(count, 2))):
        assert (cluster(cloud.astype(np.float32)) == -1).all()


def test_hills_without_a_gap_between_them_take_nearly_all_points() -> None:
    random = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], 500)
    coords = np.array([[0, 0], [5, 0], [2.5, 4.3]])[truth] + random.normal(size=(1_500, 2))
    labels = cluster(coords.astype(np.float32))
    inside = labels >= 0
    assert labels.max() == 2 and inside.mean() > 0.95
    purity = sum(np.bincount(truth[labels == number]).max() for number in range(3)) / inside.sum()
    assert purity > 0.97


def test_far_and_thin_points_and_small_islands_are_in_none() -> None:
    coords, _ = islands([300, 300])
    stray = np.array([[60.0, 60.0], [-60.0, 50.0], [61.0, -60.0]], dtype=np.float32)
    labels = cluster(np.concatenate([coords, stray]))
    assert labels.max() == 1 and (labels[-3:] == -1).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_000), st.floats(0.01, 100), st.tuples(st.floats(-50, 50), st.floats(-50, 50)))
def test_neither_scale_nor_place_nor_order_matters(seed: int, scale: float, shift: tuple[float, float]) -> None:
    coords, _ = islands([80, 60, 40])
    order = np.random.default_rng(seed).permutation(len(coords))
    moved = (coords[order] * scale + np.array(shift)).astype(np.float32)
    np.testing.assert_array_equal(cluster(moved), cluster(coords)[order])
