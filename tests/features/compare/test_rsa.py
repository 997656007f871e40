"""Similarity of dissimilarities against loops over all pairs of items and scipy's correlations."""

from collections.abc import Callable

import numpy as np
import pytest
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
