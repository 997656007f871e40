"""Maps from one side to the other against scikit-learn, on the same halves of the items."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge

from explorer.features.compare.resampling import score
from tests.features.compare.sides import CLOSE, Array, pair

SEED = 3


def halves(n: int) -> tuple[Array, Array]:
    """The items to fit on, and those to test on, of a score with this seed."""
    order = np.random.default_rng(SEED).permutation(n)
    return order[: n // 2], order[n // 2 :]


def slow_match(x: Array, y: Array) -> float:
    fit, test = halves(len(x))
    plain = LinearRegression().fit(x[fit], y[fit]).predict(x[test])
    return float(np.sum((plain - y[test]) ** 2) / np.sum(y[test] ** 2))


def best_ridge(x: Array, y: Array) -> float:
    """The best that a penalty of sixty reaches on the test items."""
    fit, test = halves(len(x))
    return max(
        float(
            1
            - np.sum((Ridge(a).fit(x[fit], y[fit]).predict(x[test]) - y[test]) ** 2)
            / np.sum((y[test] - y[fit].mean(axis=0)) ** 2)
        )
        for a in np.logspace(-4, 4, 60)
    )


SLOW: dict[str, Callable[[Array, Array], float]] = {
    "match_ab": slow_match,
    "match_ba": lambda x, y: slow_match(y, x),
}
BEST: dict[str, Callable[[Array, Array], float]] = {
    "predict_ab": best_ridge,
    "predict_ba": lambda x, y: best_ridge(y, x),
}


@pytest.mark.parametrize("name", SLOW)
def test_agrees_with_its_slow_plain_version(name: str) -> None:
    x, y = pair(n=400)
    assert score(x, y, name, seed=SEED) == pytest.approx(SLOW[name](x, y), abs=CLOSE)


@pytest.mark.parametrize("name", BEST)
def test_the_chosen_penalty_is_close_to_the_best_one(name: str) -> None:
    x, y = pair(n=400)
    best = BEST[name](x, y)
    assert best - 0.01 < score(x, y, name, seed=SEED) < best + 1e-6
