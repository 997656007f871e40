"""Ranking: GPR1200's protocol with the numbers of its official code, ties, and plain versions."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from explorer.base.arrays import unit_rows
from explorer.features.tune.retrieval.ranking import average_precision, first_relevant, hits, precision_of_words

REFERENCE = Path(__file__).with_name("gpr1200.npz")
"""Made with the official evaluation code (Visual-Computing/GPR1200) on vectors of our own."""


def test_average_precision_is_that_of_the_official_code() -> None:
    with np.load(REFERENCE) as stored:
        vectors, labels, expected = unit_rows(stored["vectors"]), stored["labels"], stored["ap"]
    found = average_precision(vectors, labels, with_itself=True)
    assert found == pytest.approx(expected, abs=1e-9)
    assert found.mean() == pytest.approx(0.9802363515254383, abs=1e-9)


def test_a_query_that_finds_itself_flatters() -> None:
    with np.load(REFERENCE) as stored:
        vectors, labels = unit_rows(stored["vectors"]), stored["labels"]
    without = average_precision(vectors, labels)
    assert without.mean() == pytest.approx(0.9755271501676731, abs=1e-6)
    assert (without <= average_precision(vectors, labels, with_itself=True) + 1e-6).all()


def test_precision_of_words_is_that_of_sklearn() -> None:
    rng = np.random.default_rng(0)
    queries, items = (unit_rows(rng.normal(size=(n, 8))) for n in (5, 60))
    relevant = rng.random((5, 60)) < 0.2
    expected = [average_precision_score(mine, query @ items.T) for mine, query in zip(relevant, queries, strict=True)]
    assert precision_of_words(queries, items, relevant) == pytest.approx(expected, abs=1e-6)


@given(st.integers(0, 10_000))
def test_first_relevant_is_the_rank_of_a_plain_search(seed: int) -> None:
    rng = np.random.default_rng(seed)
    queries, items = (unit_rows(rng.normal(size=(n, 4))) for n in (3, 20))
    relevant = rng.random((3, 20)) < 0.15
    for query, mine, rank in zip(queries, relevant, first_relevant(queries, items, relevant), strict=True):
        places = np.flatnonzero(mine[np.argsort(-(query @ items.T))])
        assert rank == (places[0] + 1 if len(places) else 0)


def test_a_model_that_gives_all_one_vector_finds_nothing() -> None:
    same = np.tile(np.array([1, 0], dtype=np.float32), (10, 1))
    relevant = np.eye(10, dtype=bool)
    assert first_relevant(same, same, relevant).tolist() == [10] * 10


def test_hits_count_queries_with_a_relevant_item_in_the_first_k() -> None:
    ranks = np.array([1, 5, 6, 0])
    assert hits(ranks, 1).tolist() == [1, 0, 0, 0]
    assert hits(ranks, 5).tolist() == [1, 1, 0, 0]
