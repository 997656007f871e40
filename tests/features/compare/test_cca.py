"""Canonical correlations against singular values between orthonormal bases."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explorer.features.compare.cca import mean_cca
from explorer.features.compare.centred import Centred
from explorer.features.compare.draws import half_of
from tests.features.compare.sides import CLOSE, Array, centred, pair, rotation, value


def slow_rho(x: Array, y: Array) -> Array:
    """Singular values between orthonormal bases of the two centred column spaces."""
    return np.linalg.svd(np.linalg.qr(centred(x))[0].T @ np.linalg.qr(centred(y))[0], compute_uv=False)


def slow_svcca(x: Array, y: Array) -> float:
    cut = []
    for side in (x, y):
        u, s, _ = np.linalg.svd(centred(side), full_matrices=False)
        count = int(np.argmax(np.cumsum(s**2) >= 0.99 * np.sum(s**2))) + 1
        cut.append(u[:, :count] * s[:count])
    return float(slow_rho(*cut).mean())


def slow_pwcca(x: Array, y: Array) -> float:
    """For as many dimensions on both sides: there the canonical variables, and so the weights, are unique."""
    x, y = centred(x), centred(y)
    qx, qy = np.linalg.qr(x)[0], np.linalg.qr(y)[0]
    u, rho, _ = np.linalg.svd(qx.T @ qy)
    weights = np.abs((qx @ u).T @ x).sum(axis=1)
    return float(1 - (weights / weights.sum()) @ rho)


SLOW: dict[str, Callable[[Array, Array], float]] = {
    "cca": lambda x, y: float(slow_rho(x, y).mean()),
    "cca_squared": lambda x, y: float((slow_rho(x, y) ** 2).mean()),
    "svcca": slow_svcca,
    "pwcca_ab": slow_pwcca,
    "pwcca_ba": lambda x, y: slow_pwcca(y, x),
}


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("seed", [0, 1])
def test_agrees_with_its_slow_plain_version(name: str, seed: int) -> None:
    x, y = pair(seed, d=5, e=5) if name.startswith("pwcca") else pair(seed)
    assert value(name, x, y) == pytest.approx(SLOW[name](x, y), abs=CLOSE)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_cca_ignores_an_invertible_map_where_cka_and_procrustes_do_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = pair(seed)
    left, right = rotation(rng, 5), rotation(rng, 5)
    mapped = y @ (left * [10, 5, 1, 0.5, 0.1]) @ right
    for name in ("cca", "cca_squared", "pwcca_ab"):
        assert value(name, x, mapped) == pytest.approx(value(name, x, y), abs=1e-6), name
    assert abs(value("cka", x, mapped) - value("cka", x, y)) > 1e-4
    assert abs(value("procrustes", x, mapped) - value("procrustes", x, y)) > 1e-4


def test_pwcca_does_not_see_a_rotation_of_the_other_side(rng: np.random.Generator) -> None:
    x, y = pair()
    turned = y @ rotation(rng, y.shape[1])
    assert value("pwcca_ab", x, turned) == pytest.approx(value("pwcca_ab", x, y), abs=1e-6)


def test_more_dimensions_than_items_are_cut_to_a_tenth_of_the_items(rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(60, 200)), rng.normal(size=(60, 80))
    cut = []
    for side in (x, y):
        u, s, _ = np.linalg.svd(centred(side), full_matrices=False)
        cut.append(u[:, :6] * s[:6])
    assert value("cca", x, y) == pytest.approx(float(slow_rho(*cut).mean()), abs=CLOSE)
    assert value("cca", x, y) < 0.7


KINDS = [(np.float16, 2e-3), (np.float32, 1e-5), (np.float64, CLOSE)]
COPIES = 26
"""So many copies of 800 items are more than 20,000 items."""


def thin(rng: np.random.Generator, rank: int, fall: float) -> tuple[Array, Array, tuple[Array, Array]]:
    """Two sides of 800 items in 40 dimensions that hold `rank` directions, each larger than the next by a power
    `fall`; and these directions alone. The first side has an offset.
    """
    inner = rng.normal(size=(800, rank)) * np.arange(1, rank + 1) ** -fall
    other = inner * rng.normal(size=rank) + 0.3 * rng.normal(size=inner.shape) * np.arange(1, rank + 1) ** -fall
    turns = [rotation(rng, 40)[:rank] for _ in range(2)]
    return inner @ turns[0] + 3, other @ turns[1], (inner, other)


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
def test_errors_of_the_stored_numbers_are_no_directions(kind: type, tolerance: float, rng: np.random.Generator) -> None:
    x, y, inner = thin(rng, 12, 0.5)
    stored: tuple[NDArray[Any], ...] = x.astype(kind), y.astype(kind)
    for name in ("cca", "cca_squared"):
        wanted = SLOW[name](*inner)
        assert value(name, *stored) == pytest.approx(wanted, abs=tolerance)
        assert value(name, *(side.astype(np.float64) for side in stored)) == pytest.approx(wanted, abs=tolerance)
    qx = np.linalg.qr(centred(inner[0]))[0]
    u, rho, _ = np.linalg.svd(qx.T @ np.linalg.qr(centred(inner[1]))[0])
    weights = np.abs((qx @ u).T @ centred(x)).sum(axis=1)
    assert value("pwcca_ab", *stored) == pytest.approx(1 - weights @ rho / weights.sum(), abs=3 * tolerance)


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
@pytest.mark.parametrize(("rank", "fall"), [(12, 0.5), (40, 2.0)])
def test_copies_of_all_items_change_nothing(
    kind: type, tolerance: float, rank: int, fall: float, rng: np.random.Generator
) -> None:
    x, y, inner = thin(rng, rank, fall)
    once: tuple[NDArray[Any], ...] = x.astype(kind), y.astype(kind)
    often = [np.tile(side, (COPIES, 1)) for side in once]
    for name in ("cca", "pwcca_ab", "pwcca_ba"):
        assert value(name, *often) == pytest.approx(value(name, *once), abs=1e-9), name
    if kind != np.float16:
        assert value("cca", *often) == pytest.approx(SLOW["cca"](*inner), abs=tolerance)


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
def test_half_of_the_items_have_their_own_score(kind: type, tolerance: float, rng: np.random.Generator) -> None:
    x, y, inner = thin(rng, 30, 1.5)
    half = Centred.of(x.astype(kind), y.astype(kind), rng).half(np.random.default_rng(4))
    rows = half_of(800, np.random.default_rng(4))
    assert mean_cca(half.moments) == pytest.approx(SLOW["cca"](*(side[rows] for side in inner)), abs=tolerance)
