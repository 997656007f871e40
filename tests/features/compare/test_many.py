"""Several models on a plane."""

import numpy as np
import pytest

from explorer.features.compare.many import arrange


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
