"""From a score to its items."""

import numpy as np
import pytest

from explorer.features.compare.movers import find_movers


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


def test_of_equally_changed_items_those_that_moved_furthest_come_first(rng: np.random.Generator) -> None:
    x, places = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    moved = places.copy()
    moved[9] += 50
    found = find_movers(x, x, maps=(places, moved))
    assert (found.shared == 1).all()
    assert found.order[0] == 9
