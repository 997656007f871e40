"""Places from answers alone as vectors: what the sphere keeps of the distances."""

import numpy as np
import pytest

from explorer.features.judgments.learning.places import on_sphere


def test_places_are_lifted_three_times_as_far_as_the_farthest_of_them_lies_from_the_middle() -> None:
    places = np.array([[0.0, 0.0], [4.0, 0.0], [2.0, 1.0], [2.0, -1.0]])
    found = on_sphere(places)
    assert found.shape == (4, 3) and found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(4))
    assert found[1] == pytest.approx(np.array([2, 0, 6]) / np.sqrt(40))
    assert found[2] == pytest.approx(np.array([0, 1, 6]) / np.sqrt(37))


def test_cosines_on_the_sphere_fall_as_distances_grow() -> None:
    places = np.random.default_rng(0).normal(size=(30, 3)) + 100
    found = on_sphere(places).astype(np.float64)
    first, second = np.triu_indices(30, 1)
    away = np.linalg.norm(places[first] - places[second], axis=1)
    cosines = (found[first] * found[second]).sum(1)
    order = np.argsort(away)
    assert np.corrcoef(away[order] ** 2, cosines[order])[0, 1] < -0.97
    assert on_sphere(np.ones((3, 2)))[:, 2] == pytest.approx(np.ones(3))
