"""Filtered search on 8,000 vectors, with exact answers and the recall of strategies by faiss 1.15.1 and hnswlib 0.8.0.

fanns.npz: vectors in half precision, exact match on a category (em) and ranges of years (r), and the exact ten of each
of 200 queries. The graph here has other parameters than the one that the numbers are from, hence the tolerance.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Mask
from explorer.features.lab.filters.inside import in_filter
from explorer.features.lab.filters.own import by_count
from explorer.features.lab.filters.post import post_filter
from explorer.features.lab.filters.pre import pre_filter
from explorer.features.lab.filters.way import Asked
from explorer.index import ExactIndex, HnswIndex, HnswSettings, Neighbours

DATA = np.load(Path(__file__).parent / "fanns.npz")
TOLERANCE = 0.005
POST = {factor: partial(post_filter, factor=factor) for factor in (5, 20)}


@pytest.fixture(scope="module")
def graph() -> HnswIndex:
    return HnswIndex.build(DATA["X"], settings=HnswSettings(ef_construction=100, ef=64), threads=2)


def masks(kind: str) -> list[Mask]:
    if kind == "em":
        return [DATA["cat"] == wanted for wanted in DATA["em"]]
    return [(DATA["year"] >= low) & (DATA["year"] <= high) for low, high in DATA["r"]]


def recall(graph: HnswIndex, kind: str, answer: Callable[[Asked], Neighbours]) -> float:
    exact, shares = ExactIndex(DATA["X"]), []
    for query, mask, truth in zip(DATA["Q"], masks(kind), DATA[f"{kind}_truth"], strict=True):
        found = answer(Asked(exact, graph, query[None], "item", mask, 10)).rows[0]
        assert mask[found[found >= 0]].all()
        shares.append(np.isin(truth, found).mean())
    return float(np.mean(shares))


@pytest.mark.parametrize(("kind", "share", "least"), [("em", 0.12453125, 0.11575), ("r", 0.168490625, 0.053625)])
def test_as_many_items_pass_as_there(kind: str, share: float, least: float) -> None:
    passing = [mask.mean() for mask in masks(kind)]
    assert np.mean(passing) == pytest.approx(share) and min(passing) == pytest.approx(least)


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("em", pre_filter, 1.0),
        ("em", POST[5], 0.2845),
        ("em", POST[20], 0.792),
        ("em", in_filter, 0.997),
        ("em", by_count, 1.0),
        ("r", pre_filter, 1.0),
        ("r", POST[5], 0.615),
        ("r", POST[20], 0.982),
        ("r", in_filter, 1.0),
    ],
)
def test_recall_is_that_of_the_reference(
    graph: HnswIndex, kind: str, answer: Callable[[Asked], Neighbours], expected: float
) -> None:
    assert recall(graph, kind, answer) == pytest.approx(expected, abs=TOLERANCE)
