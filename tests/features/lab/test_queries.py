"""Held-out queries: no query item is searched, learning queries are other ones, the truth is exact."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.lab.queries import held_queries
from explorer.workspace.opened import Opened
from tests.features.lab.conftest import few_items


def test_item_queries_are_not_searched_and_learning_queries_are_others(shapes: Opened) -> None:
    held = held_queries(shapes, "histogram", most=10)
    (trial,) = held.trials
    vectors = shapes.embeddings("histogram")
    assert trial.kind == "item" and trial.queries.shape == (10, vectors.dim)
    assert len(held.searched) == len(vectors.rows) - 10
    assert np.isin(trial.truth.rows, held.searched).all()
    best = (trial.queries @ vectors.vectors[held.searched].astype(np.float32).T).max(axis=1)
    np.testing.assert_allclose(trial.truth.similarities[:, 0], best, atol=1e-5)


def test_equal_for_equal_seeds(shapes: Opened) -> None:
    first, again, other = (held_queries(shapes, "histogram", most=10, seed=seed).searched for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_too_few_items_are_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(InputError, match="at least 50 items"):
        held_queries(few_items(tmp_path_factory.mktemp("few")), "histogram")
