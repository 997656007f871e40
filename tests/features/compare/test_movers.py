"""From a score to its items, and several models on a plane."""

import numpy as np
import pytest

from explorer.features.compare.arrangement import arrange
from explorer.features.compare.movers import find_movers
from explorer.features.compare.procrustes import align


def test_items_that_were_moved_come_first(rng: np.random.Generator) -> None:
    x = rng.normal(size=(120, 8))
    y = x @ np.linalg.qr(rng.normal(size=(8, 8)))[0]
    y[[4, 70]] = rng.normal(size=(2, 8))
    found = find_movers(x, y, k=5)
    assert set(found.order[:2].tolist()) == {4, 70}
    assert found.shared[found.order].tolist() == sorted(found.shared.tolist())
    others = np.setdiff1d(np.arange(120), [4, 70])
    assert found.shared[others].mean() > 0.9


def test_maps_of_a_turned_copy_fall_on_each_other(rng: np.random.Generator) -> None:
    x = rng.normal(size=(60, 5)) * [5, 3, 1, 0.3, 0.1]
    found = find_movers(x, x @ np.linalg.qr(rng.normal(size=(5, 5)))[0])
    assert found.aligned == pytest.approx(found.places, abs=1e-4)
    assert (found.shared == 1).all()


def test_given_maps_are_aligned_by_turning_and_shifting_alone(rng: np.random.Generator) -> None:
    x, places = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    turn = np.array([[0.6, 0.8], [-0.8, 0.6]])
    found = find_movers(x, x, maps=(places, places @ turn + 7))
    assert found.aligned == pytest.approx(places, abs=1e-9)
    assert np.linalg.norm(align(places, 3 * places) - places.mean(axis=0)) == pytest.approx(
        3 * np.linalg.norm(places - places.mean(axis=0))
    )


def test_distances_on_a_plane_are_found_again(rng: np.random.Generator) -> None:
    points = rng.normal(size=(6, 2))
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    found = arrange(distances)
    again = np.linalg.norm(found.places[:, None] - found.places[None], axis=2)
    assert again == pytest.approx(distances, abs=1e-9)
    assert found.kept == pytest.approx(1)


def test_what_a_plane_cannot_hold_is_told() -> None:
    found = arrange(np.sqrt(2) * (1 - np.eye(5)))  # five corners of a simplex
    assert found.kept == pytest.approx(0.5)
    assert arrange(np.zeros((3, 3))).kept == 1
    two = arrange(np.array([[0.0, 2.0], [2.0, 0.0]])).places
    assert np.linalg.norm(two[0] - two[1]) == pytest.approx(2)
