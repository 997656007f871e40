"""Copies: thousands of items with one vector are one spot of the map and one cluster."""

import numpy as np
import pytest

from explorer.maps.clusters import cluster
from explorer.maps.faithfulness import faithfulness
from explorer.maps.layout import umap_map
from explorer.maps.pca import pca_map
from explorer.maps.spots import one_cluster_a_spot, spots_of


def with_copies(rng: np.random.Generator, others: int = 120, copies: int = 400) -> np.ndarray:
    vectors = rng.normal(size=(others + copies, 16)).astype(np.float32)
    vectors[20 : 20 + copies] = vectors[3]
    return vectors


def test_copies_lie_on_one_spot_and_are_one_cluster(rng: np.random.Generator) -> None:
    vectors = with_copies(rng)
    model = umap_map(vectors)
    same = np.r_[3, 20:420]
    assert len(np.unique(model.coords[same], axis=0)) == 1
    assert len(np.unique(model.coords, axis=0)) == 120
    assert "400 items lie on the spot of another one" in model.note
    labels = one_cluster_a_spot(cluster(model.coords), model.coords)
    assert len(np.unique(labels[same])) == 1 and labels[3] == 0
    found = faithfulness(vectors, model)
    assert np.isfinite(found.trustworthiness).all() and found.trustworthiness.mean() > 0.7


def test_copies_on_a_sample_keep_their_spot_and_have_it_as_neighbour(rng: np.random.Generator) -> None:
    vectors = with_copies(rng)
    model = umap_map(vectors, sample=60)
    assert len(np.unique(model.coords[20:420], axis=0)) == 1
    later = np.arange(21, 420)
    if 3 in model.anchors:
        np.testing.assert_array_equal(model.anchors[model.neighbours[later, 0]], 3)
        np.testing.assert_allclose(model.similarities[later, 0], 1)


@pytest.mark.parametrize("different", [2, 3, 4])
@pytest.mark.parametrize("count", [40, 5200])
def test_few_different_items_are_as_many_spots(rng: np.random.Generator, different: int, count: int) -> None:
    vectors = rng.normal(size=(different, 8)).astype(np.float32)[np.arange(count) % different]
    model = umap_map(vectors)
    assert len(np.unique(model.coords, axis=0)) == different
    assert np.isfinite(faithfulness(vectors, model).continuity).all()


def test_without_copies_nothing_changes(rng: np.random.Generator) -> None:
    vectors = rng.normal(size=(50, 8)).astype(np.float16)
    assert spots_of(vectors).rows.tolist() == list(range(50))
    assert umap_map(vectors).note == ""


def test_clusters_that_share_a_spot_are_one_and_a_heavy_spot_is_one() -> None:
    coords = np.repeat(np.array([[0, 0], [1, 0], [2, 0], [9, 9]], dtype=np.float32), [4, 2, 3, 6], axis=0)
    labels = np.array([0, 0, 2, -1, 0, 0, 1, 1, 1, *[-1] * 6])
    found = one_cluster_a_spot(labels, coords)
    assert found.tolist() == [*[0] * 6, *[2] * 3, *[1] * 6]


@pytest.mark.parametrize(("count", "dim"), [(30, 200), (200, 30), (3, 50), (2, 9), (1, 4), (700, 900)])
def test_pca_by_the_smaller_side_is_that_of_a_decomposition(rng: np.random.Generator, count: int, dim: int) -> None:
    vectors = rng.normal(size=(count, dim)) * np.linspace(3, 1, dim)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    left, sizes, _ = np.linalg.svd(unit - unit.mean(axis=0), full_matrices=False)
    expected = np.zeros((count, 2))
    expected[:, : len(sizes)] = (left * sizes)[:, :2] * (sizes[:2] > 1e-7)
    found = pca_map(vectors)
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=2e-6)
