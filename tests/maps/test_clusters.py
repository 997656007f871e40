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


def test_large_maps_are_clustered_on_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "SAMPLE", 200)
    coords, truth = islands([600, 300])
    labels = cluster(coords, min_size=180)
    kept = labels >= 0
    assert kept.mean() > 0.8 and (labels[kept] == truth[kept]).all()
    np.testing.assert_array_equal(labels, cluster(coords, min_size=180))


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
