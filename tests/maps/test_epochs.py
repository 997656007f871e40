"""The layout on all cores: the same for any number of them, and as faithful as UMAP's own."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from explorer.base.progress import Silent
from explorer.maps import epochs
from explorer.maps.epochs import optimise
from explorer.maps.faithfulness import continuity_per_point, trustworthiness_per_point
from explorer.maps.layout import umap_map

CURVE = (1.577, 0.895)
UMAPS_OWN = 0.9856, 0.9870
"""Trustworthiness and continuity of umap-learn 0.5.12 on the vectors of the last test, means of three seeds."""


def ring(count: int) -> csr_array:
    """Each point joined with the next."""
    rows = np.arange(count)
    there = csr_array((np.ones(count, np.float32), (rows, (rows + 1) % count)), shape=(count, count))
    return csr_array(there + there.T)


def laid_out(start: np.ndarray, graph: csr_array, seed: int = 0) -> np.ndarray:
    return optimise(start, graph, CURVE, epochs=20, seed=seed, progress=Silent())


@pytest.mark.parametrize("dims", [2, 3])
def test_any_number_of_cores_gives_the_same_places(monkeypatch: pytest.MonkeyPatch, dims: int) -> None:
    start = np.random.default_rng(0).normal(size=(500, dims)).astype(np.float32)
    found = []
    for cores, parts in ((1, 500), (4, 37), (2, 64)):
        monkeypatch.setattr(epochs, "cpu_count", lambda cores=cores: cores)
        monkeypatch.setattr(epochs, "PARTS", parts)
        found.append(laid_out(start, ring(500)))
    assert found[0].shape == (500, dims)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], laid_out(start, ring(500), seed=1))


def test_neighbours_come_near_and_others_are_pushed_away() -> None:
    start = np.random.default_rng(1).normal(size=(200, 2)).astype(np.float32)
    found = laid_out(start, ring(200))
    beside = np.linalg.norm(found - np.roll(found, -1, axis=0), axis=1)
    anyone = np.linalg.norm(found - np.roll(found, 77, axis=0), axis=1)
    assert np.median(beside) < 0.3 * np.median(anyone)


def test_what_was_given_stays_as_it_was_and_no_edges_are_no_error() -> None:
    start = np.random.default_rng(2).normal(size=(5, 2)).astype(np.float32)
    graph, before = ring(5), start.copy()
    kept = graph.copy()
    laid_out(start, graph)
    assert np.array_equal(start, before)
    assert (graph != kept).nnz == 0
    alone = laid_out(start, csr_array((5, 5), dtype=np.float32))
    assert np.array_equal(alone, start)


def test_it_is_as_faithful_as_umaps_own_layout() -> None:
    rng = np.random.default_rng(3)
    vectors = (rng.normal(size=(12, 24))[rng.integers(0, 12, 600)] + 0.4 * rng.normal(size=(600, 24))).astype(
        np.float32
    )
    ours = umap_map(vectors).coords
    assert trustworthiness_per_point(vectors, ours).mean() > UMAPS_OWN[0] - 0.005
    assert continuity_per_point(vectors, ours).mean() > UMAPS_OWN[1] - 0.005
