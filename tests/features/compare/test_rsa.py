"""Similarity of dissimilarities against loops over all pairs of items and scipy's correlations."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from explorer.base.errors import InputError
from explorer.features.compare.cka import linear_cka
from tests.features.compare.sides import CLOSE, Array, pair, value


def slow_rsa(kind: str, comparison: str) -> Callable[[Array, Array], float]:
    def distance(a: Array, b: Array) -> float:
        if kind == "correlation":
            return float(1 - np.corrcoef(a, b)[0, 1])
        return float(1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    def compare(x: Array, y: Array) -> float:
        lists = [[distance(s[i], s[j]) for i in range(len(s)) for j in range(i)] for s in (x, y)]
        a, b = map(np.array, lists)
        if comparison == "cosine":
            return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
        return float((spearmanr if comparison == "spearman" else kendalltau)(a, b).statistic)

    return compare


SLOW: dict[str, Callable[[Array, Array], float]] = {
    f"rsa_{kind}_{comparison}": slow_rsa(kind, comparison)
    for kind in ("correlation", "cosine")
    for comparison in ("spearman", "kendall", "cosine")
}


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("seed", [0, 1])
def test_agrees_with_its_slow_plain_version(name: str, seed: int) -> None:
    x, y = pair(seed)
    assert value(name, x, y) == pytest.approx(SLOW[name](x, y), abs=CLOSE)


def test_items_without_direction_are_named() -> None:
    x, y = pair()
    x[3] = 0
    with pytest.raises(InputError, match="row 3"):
        value("rsa_cosine_spearman", x, y)
    assert 0 < linear_cka(x, y) < 1


def stepped(seed: int, n: int = 40, kind: type = np.float64) -> tuple[Array, Array]:
    """Sides of whole numbers, as answers on a scale are, with copies among their rows: many pairs are equally far."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(-2, 3, (n, 5)), np.full(n, 3), np.full(n, 7)])
    y = np.column_stack([x[:, :4] + rng.integers(-1, 2, (n, 4)), np.full(n, 5), np.full(n, 9)])
    x[n // 2 :], y[n // 2 :] = x[: n // 2][::-1], y[: n // 2][::-1]
    return x.astype(kind), y.astype(kind)


@pytest.mark.parametrize("name", SLOW)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_the_order_of_the_items_does_not_matter(name: str, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(40)
    for x, y in (stepped(seed), pair(seed, n=40)):
        assert value(name, x[order], y[order]) == pytest.approx(value(name, x, y), abs=1e-12)


@pytest.mark.parametrize("kind", ["cosine", "correlation"])
@pytest.mark.parametrize("stored", [np.float16, np.float32, np.float64])
def test_equal_pairs_share_a_rank(kind: str, stored: type) -> None:
    """As scipy's correlations of the tables, after equal entries were made equal to the last digit."""
    x, y = stepped(3, kind=stored)
    whole = [side.astype(np.float64) for side in (x, y)]
    whole = [side - (side.mean(1, keepdims=True) if kind == "correlation" else 0) for side in whole]
    far = [1 - (s / np.linalg.norm(s, axis=1)[:, None]) @ (s / np.linalg.norm(s, axis=1)[:, None]).T for s in whole]
    upper = [np.round(table[np.triu_indices(len(x), 1)], 10) for table in far]
    assert len(np.unique(upper[0])) < len(upper[0]) / 4
    assert value(f"rsa_{kind}_spearman", x, y) == pytest.approx(spearmanr(*upper).statistic, abs=1e-12)
    assert value(f"rsa_{kind}_kendall", x, y) == pytest.approx(kendalltau(*upper).statistic, abs=1e-12)
