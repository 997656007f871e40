"""The best answers are a full sort, without the items of the question, which are left out by their rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.features.relational.answering import answer, best
from explorer.features.relational.contract import Ask
from explorer.features.relational.products import cosines, products


def test_the_query_is_left_out_by_its_row_and_not_by_its_rank() -> None:
    # Row 2 is the query, stored a little off; row 0 is an exact duplicate of what it was and comes first.
    vectors = np.array([[1, 0], [0, 1], [0.999, 0.04], [0.9, 0.43]], np.float32)
    scores = products(vectors, np.array([[1.0, 0.0]], np.float32))[0]
    rows, values = best(scores, np.arange(4) != 2, 3)
    assert rows.tolist() == [0, 3, 1]
    assert np.all(np.diff(values) <= 0)


@given(st.integers(2, 40), st.integers(1, 50), st.integers(0, 1000))
def test_best_is_a_full_sort(count: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, 4)).astype(np.float32)
    rows, _ = answer("looks", Ask(item=0, looks=vectors), k)
    plain = sorted(range(1, count), key=lambda row: (-float(vectors[row] @ vectors[0]), row))[:k]
    np.testing.assert_allclose(vectors[rows] @ vectors[0], vectors[plain] @ vectors[0], atol=1e-5)
    assert 0 not in rows


@pytest.mark.parametrize("name", ["offset", "ratio"])
def test_no_item_of_the_question_is_an_answer(name: str) -> None:
    vectors = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows, _ = answer(name, Ask(item=3, looks=vectors, pairs=((5, 1), (7, 2))), 12)
    assert sorted(rows) == [0, 4, 6, 8, 9, 10, 11]
    rows, _ = answer(name, Ask(item=3, looks=vectors, pairs=((5, 1),)), 12, allowed=np.array([1, 2, 3, 4]))
    assert sorted(rows) == [2, 4]


@given(st.integers(1, 3000), st.integers(0, 1000))
def test_products_in_blocks_are_plain_products(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    stored = rng.normal(size=(count, 5)).astype(np.float16)
    questions = rng.normal(size=(2, 5)).astype(np.float32)
    wide = stored.astype(np.float64)
    np.testing.assert_allclose(products(stored, questions), questions @ wide.T, atol=1e-4)
    np.testing.assert_allclose(cosines(stored, count - 1), wide @ wide[-1], atol=1e-4)
