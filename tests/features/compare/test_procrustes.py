"""Procrustes distances against scipy's solver, and what is and what is no metric."""

from collections.abc import Callable

import numpy as np
import pytest

from explorer.features.compare.contract import get_measure
from explorer.features.compare.procrustes import align
from tests.features.compare.sides import CLOSE, Array, centred, pair, rotation, value


def slow_procrustes(x: Array, y: Array) -> float:
    """Turn the narrower side, filled up with zeros, onto the other by scipy's solver and measure what is left."""
    from scipy.linalg import orthogonal_procrustes

    width = max(x.shape[1], y.shape[1])
    x, y = (np.pad(centred(side), ((0, 0), (0, width - side.shape[1]))) for side in (x, y))
    x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    return float(np.sum((x @ orthogonal_procrustes(x, y)[0] - y) ** 2))


SLOW: dict[str, Callable[[Array, Array], float]] = {
    "procrustes": slow_procrustes,
    "procrustes_length": lambda x, y: float(np.sqrt(slow_procrustes(x, y))),
    "procrustes_angle": lambda x, y: float(np.arccos(1 - slow_procrustes(x, y) / 2)),
}


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("seed", [0, 1])
def test_agrees_with_its_slow_plain_version(name: str, seed: int) -> None:
    x, y = pair(seed)
    assert value(name, x, y) == pytest.approx(SLOW[name](x, y), abs=CLOSE)


def test_more_dimensions_than_items_equal_their_principal_coordinates() -> None:
    x, y = pair(n=30, d=80, e=50)
    assert value("procrustes", x, y) == pytest.approx(slow_procrustes(x, y), abs=1e-6)


def test_the_squared_distance_is_no_metric() -> None:
    """Halfway between two unrelated sides, the two squared steps add up to less than the whole way."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(200, 4)), rng.normal(size=(200, 4))
    middle = np.hstack([x, y])
    assert value("procrustes", x, y) > value("procrustes", x, middle) + value("procrustes", middle, y)
    assert not get_measure("procrustes").metric


def test_places_are_laid_on_each_other_without_scaling(rng: np.random.Generator) -> None:
    places = rng.normal(size=(40, 2))
    assert np.linalg.norm(align(places, 3 * places) - places.mean(axis=0)) == pytest.approx(
        3 * np.linalg.norm(places - places.mean(axis=0))
    )


def test_a_turned_copy_is_laid_on_its_original(rng: np.random.Generator) -> None:
    places = rng.normal(size=(40, 3))  # of two dimensions every reflection is its own inverse
    assert align(places, places @ rotation(rng, 3) + 5) == pytest.approx(places)
