"""Shared neighbours and CKNNA against sets of neighbours and full tables."""

from collections.abc import Callable

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.compare.neighbours import Lists, mutual_knn, nearest, shared_neighbours
from tests.features.compare.sides import CLOSE, Array, pair, rotation, value
from tests.features.compare.test_cka import slow_unbiased_hsic


def neighbour_sets(x: Array, k: int) -> list[set[int]]:
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return [set(np.argsort(-row)[:k].tolist()) for row in cosines]


def slow_mutual(x: Array, y: Array, k: int = 10) -> float:
    return float(np.mean([len(a & b) / k for a, b in zip(neighbour_sets(x, k), neighbour_sets(y, k), strict=True)]))


def slow_cknna(x: Array, y: Array, k: int = 10) -> float:
    x, y = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (x, y))
    masks = []
    for side in (x, y):
        mask = np.zeros((len(x), len(x)))
        for i, near in enumerate(neighbour_sets(side, k)):
            mask[i, list(near)] = 1
        masks.append(mask)
    kx, ky, both = x @ x.T, y @ y.T, masks[0] * masks[1]
    own = slow_unbiased_hsic(masks[0] * kx, masks[0] * kx) * slow_unbiased_hsic(masks[1] * ky, masks[1] * ky)
    return float(slow_unbiased_hsic(both * kx, both * ky) / np.sqrt(own))


SLOW: dict[str, Callable[[Array, Array], float]] = {"mutual_knn": slow_mutual, "cknna": slow_cknna}


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("seed", [0, 1])
def test_agrees_with_its_slow_plain_version(name: str, seed: int) -> None:
    x, y = pair(seed)
    assert value(name, x, y) == pytest.approx(SLOW[name](x, y), abs=CLOSE)


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("far", [1e2, 1e4])
def test_an_offset_and_a_constant_column_cost_no_precision(name: str, far: float) -> None:
    """Both are part of a cosine, but bring all cosines near 1, where single precision cannot tell items apart."""
    x, y = pair(n=150)
    for moved in ((x + far, y + far), (np.c_[x, np.full(150, far)], y)):
        assert value(name, *moved) == pytest.approx(SLOW[name](*moved), abs=1e-6)


@pytest.mark.parametrize("name", SLOW)
def test_of_equally_near_items_none_is_preferred(name: str, rng: np.random.Generator) -> None:
    x = rng.integers(1, 4, (80, 3)).astype(float)
    y = np.clip(x + rng.integers(-1, 2, x.shape), 1, 4)
    order = rng.permutation(80)
    assert value(name, x[order], y[order]) == pytest.approx(value(name, x, y), abs=1e-12)


def test_ties_at_the_end_of_a_list_count_by_their_chance() -> None:
    """Item 0 has one item nearer than all others, and three equally near ones for its second place."""
    angles = np.deg2rad([0, 1, 30, -30, 30, 90, 91, 92, 93, 94, 95, 96])
    x = np.c_[np.cos(angles), np.sin(angles)]
    near = nearest(x, 2)
    assert near.chance.toarray()[0, :5] == pytest.approx([0, 1, 1 / 3, 1 / 3, 1 / 3])
    assert near.chance.sum(axis=1) == pytest.approx(np.full(12, 2.0))
    both = Lists(near, near, 2, np.ones(12))
    assert shared_neighbours(both)[0] == pytest.approx((1 + 3 * (1 / 3) ** 2) / 2)


def test_shuffled_lists_are_those_of_the_shuffled_items() -> None:
    x, y = pair()
    order = np.random.default_rng(5).permutation(len(y))
    shuffled = Lists.of(x, y, np.random.default_rng(0)).shuffled(np.random.default_rng(5))
    plain = Lists.of(x, y[order], np.random.default_rng(0))
    assert [set(row) for row in shuffled.y.rows] == [set(row) for row in plain.y.rows]
    assert mutual_knn(shuffled) == pytest.approx(slow_mutual(x, y[order]))


def test_few_items_have_fewer_neighbours() -> None:
    """Of twelve items five are near: with ten, any two lists would share almost all."""
    x, y = pair(n=12)
    assert value("mutual_knn", x, y) == pytest.approx(slow_mutual(x, y, k=5))


def test_cknna_of_the_same_neighbours_is_one(rng: np.random.Generator) -> None:
    x = rng.normal(size=(40, 5))
    assert value("cknna", x, 3 * x @ rotation(rng, 5)) == pytest.approx(1, abs=1e-5)


def test_items_without_direction_are_told() -> None:
    x, y = pair()
    x[3] = 0
    with pytest.raises(InputError, match="without direction .*first row 3"):
        value("mutual_knn", x, y)
