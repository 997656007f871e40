"""Recall where fewer than k items exist: the share of those that could be found, not of k."""

import numpy as np
import pytest

from explorer.base.arrays import unit_rows
from explorer.index import ExactIndex, measure_recall

VECTORS = unit_rows(np.random.default_rng(0).normal(size=(4, 6)))
QUERIES = unit_rows(np.random.default_rng(1).normal(size=(5, 6)))
K = 10


def only(*rows: int) -> ExactIndex:
    return ExactIndex(VECTORS, np.isin(np.arange(len(VECTORS)), rows))


@pytest.mark.parametrize(("rows", "share"), [((0, 1, 2, 3), 1), ((1, 3), 0.5), ((2,), 0.25), ((), 0)])
def test_recall_counts_the_items_that_exist(rows: tuple[int, ...], share: float) -> None:
    found = measure_recall(only(*rows), ExactIndex(VECTORS), QUERIES, K)
    assert (found.value, found.k, found.queries) == (share, K, 5)
    assert found.low <= share <= found.high


def test_nothing_to_find_is_all_found() -> None:
    assert measure_recall(only(), only(), QUERIES, K).value == 1


def test_what_is_found_beyond_the_nearest_does_not_count() -> None:
    exact = ExactIndex(VECTORS).query(QUERIES[:1], 2)
    farthest = [row for row in range(4) if row not in exact.rows[0]]
    assert measure_recall(only(*farthest), exact, QUERIES[:1], 2).value == 0
