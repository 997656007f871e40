"""Linear and RBF centred kernel alignment against slow plain versions that make the tables of all items."""

from collections.abc import Callable

import numpy as np
import pytest

from explorer.features.compare.cka import linear_cka
from tests.features.compare.sides import CLOSE, Array, pair, value


def slow_cka(x: Array, y: Array) -> float:
    n = len(x)
    h = np.eye(n) - 1 / n
    k, l = h @ x @ x.T @ h, h @ y @ y.T @ h  # noqa: E741
    return float(np.trace(k @ l) / np.sqrt(np.trace(k @ k) * np.trace(l @ l)))


def slow_unbiased_hsic(k: Array, l: Array) -> float:  # noqa: E741
    n = len(k)
    k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))  # noqa: E741
    one = np.ones(n)
    return float(
        np.sum(k * l.T) + (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2)) - 2 * (one @ k @ l @ one) / (n - 2)
    )


def slow_debiased(x: Array, y: Array) -> float:
    k, l = x @ x.T, y @ y.T  # noqa: E741
    return float(slow_unbiased_hsic(k, l) / np.sqrt(slow_unbiased_hsic(k, k) * slow_unbiased_hsic(l, l)))


def slow_rbf(x: Array, y: Array) -> float:
    n, kernels = len(x), []
    for side in (x, y):
        squares = np.array([[np.sum((a - b) ** 2) for b in side] for a in side])
        h = np.eye(n) - 1 / n
        kernels.append(h @ np.exp(-squares / (2 * np.median(squares))) @ h)
    k, l = kernels  # noqa: E741
    return float((k * l).sum() / np.sqrt((k * k).sum() * (l * l).sum()))


SLOW: dict[str, Callable[[Array, Array], float]] = {
    "cka": slow_cka,
    "cka_debiased": slow_debiased,
    "cka_angle": lambda x, y: float(np.arccos(slow_cka(x, y))),
    "cka_rbf": slow_rbf,
}


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("seed", [0, 1])
def test_agrees_with_its_slow_plain_version(name: str, seed: int) -> None:
    x, y = pair(seed)
    assert value(name, x, y) == pytest.approx(SLOW[name](x, y), abs=CLOSE)


def test_a_large_common_mean_costs_no_precision() -> None:
    x, y = pair(n=3_000)
    assert linear_cka(x + 1e6, y, debiased=True) == pytest.approx(linear_cka(x, y, debiased=True), abs=1e-9)


def test_more_dimensions_than_items_equal_their_principal_coordinates() -> None:
    x, y = pair(n=30, d=80, e=50)
    assert linear_cka(x, y) == pytest.approx(slow_cka(x, y), abs=CLOSE)
    assert linear_cka(x, y, debiased=True) == pytest.approx(slow_debiased(x, y), abs=CLOSE)
