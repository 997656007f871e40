"""One suite over every index, with a slow plain reference."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from explorer.base.arrays import Floats, Mask, unit_rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.index import QUERY_KINDS, WAYS, ExactIndex, GraphIndex, HnswIndex, HnswSettings, Index
from explorer.index import exact as exact_module
from explorer.index.contract import allowed_rows
from explorer.index.engines import ENGINES
from tests.index.builders import INDEXES, named

VECTORS = unit_rows(default_rng(0).standard_normal((600, 12)))
QUERIES = unit_rows(default_rng(1).standard_normal((7, 12)))


def plain(vectors: Floats, query: Floats, k: int, allowed: Mask) -> list[int]:
    """The slow reference: score one pair at a time, sort by similarity, then row."""
    scored = [(-float(np.float32(np.dot(vector, query))), row) for row, vector in enumerate(vectors) if allowed[row]]
    return [row for _, row in sorted(scored)[:k]]


@pytest.fixture(params=named(sorted(ENGINES)))
def index(request: pytest.FixtureRequest) -> Index:
    return INDEXES[request.param](VECTORS, None)


def everything(n: int) -> Mask:
    return np.ones(n, dtype=bool)


def test_finds_the_nearest_with_their_similarities(index: Index) -> None:
    found = index.query(QUERIES, 5)
    assert found.rows.dtype == np.int64 and found.similarities.dtype == np.float32
    assert len(found.ways) == len(QUERIES) and set(found.ways) <= set(WAYS)
    for query, rows, similarities in zip(QUERIES, found.rows, found.similarities, strict=True):
        assert rows.tolist() == plain(VECTORS, query, 5, everything(600))
        np.testing.assert_allclose(similarities, VECTORS[rows] @ query, atol=1e-6)


def test_the_same_query_alone_and_in_a_batch_gives_the_same_bits(index: Index) -> None:
    batch, alone = index.query(QUERIES, 9), index.query(QUERIES[2:3], 9)
    assert (batch.rows[2] == alone.rows[0]).all()
    assert (batch.similarities[2] == alone.similarities[0]).all()


@pytest.mark.parametrize("k", [600, 601, 5000])
def test_more_than_there_are_gives_all_then_padding(index: Index, k: int) -> None:
    found = index.query(QUERIES[:2], k)
    assert found.rows.shape == found.similarities.shape == (2, k)
    assert sorted(found.of(0)[0]) == list(range(600))
    assert (found.rows[:, 600:] == -1).all() and np.isnan(found.similarities[:, 600:]).all()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 1.0])
def test_filters_by_mask_and_by_rows(index: Index, share: float) -> None:
    mask = default_rng(2).random(600) < share
    found = index.query(QUERIES, 8, mask)
    for query, rows in zip(QUERIES, found.rows, strict=True):
        assert rows[rows >= 0].tolist() == plain(VECTORS, query, 8, mask)
    shuffled = default_rng(3).permutation(np.flatnonzero(mask))
    assert (index.query(QUERIES, 8, shuffled).rows == found.rows).all()


def test_no_queries(index: Index) -> None:
    assert index.query(QUERIES[:0], 4).rows.shape == (0, 4)


def test_absent_rows_are_never_found() -> None:
    present = np.arange(600) % 3 > 0
    for build in INDEXES.values():
        index = build(VECTORS, present)
        assert len(index) == 400
        assert present[index.query(QUERIES, 400).rows].all()
        assert index.query(QUERIES, 5, ~present).rows.max() == -1


def test_an_empty_index() -> None:
    for build in INDEXES.values():
        index = build(VECTORS, np.zeros(600, dtype=bool))
        assert len(index) == 0
        assert (index.query(QUERIES, 3).rows == -1).all()
        assert (build(VECTORS[:0], None).query(QUERIES, 3).rows == -1).all()


def test_equal_items_come_in_order_of_row() -> None:
    vectors = np.repeat(VECTORS[:3], 100, axis=0)[default_rng(4).permutation(300)]
    for build in INDEXES.values():
        for query in VECTORS[:3]:
            found = build(vectors, None).query(query[None], 150).rows[0]
            copies = np.flatnonzero((vectors == query).all(axis=1))
            assert found[:100].tolist() == copies.tolist()


def test_bad_arguments_are_named(index: Index) -> None:
    with pytest.raises(InputError, match="length 12, got length 5"):
        index.query(QUERIES[:, :5], 3)
    with pytest.raises(InputError, match="NaN or infinity"):
        index.query(np.full((1, 12), np.nan), 3)
    with pytest.raises(InputError, match="1 or more, got 0"):
        index.query(QUERIES, 0)
    with pytest.raises(InputError, match="shape \\(600,\\), got \\(5,\\)"):
        index.query(QUERIES, 3, np.ones(5, dtype=bool))
    with pytest.raises(InputError, match="from 0 to 599, got 600"):
        index.query(QUERIES, 3, np.array([600]))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000), n=st.integers(1, 120), k=st.integers(1, 40), copies=st.booleans(), half=st.booleans()
)
def test_exact_equals_the_reference_whatever_the_chunks(seed: int, n: int, k: int, copies: bool, half: bool) -> None:
    generator = default_rng(seed)
    vectors = unit_rows(generator.standard_normal((n, 8)))
    vectors = vectors[generator.integers(0, n, n)] if copies else vectors
    stored = vectors.astype(np.float16) if half else vectors
    queries = unit_rows(generator.standard_normal((3, 8)))
    mask = generator.random(n) < 0.6
    expected = ExactIndex(stored).query(queries, k, mask)
    assert (np.sort(expected.rows, axis=1)[:, ::-1] >= -1).all()
    best = [np.sort(widen(stored)[mask] @ query)[::-1][:k] for query in queries]
    for row, want in zip(expected.similarities, best, strict=True):
        np.testing.assert_allclose(row[: len(want)], want, atol=2e-6)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("CHUNK", 7), ("NUMBERS", 40), ("HALF_NUMBERS", 24), ("QUERIES", 2)):
            patch.setattr(exact_module, name, value)
        chunked = ExactIndex(stored).query(queries, k, mask)
    assert (chunked.rows == expected.rows).all()
    np.testing.assert_array_equal(chunked.similarities, expected.similarities)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(20, 150), k=st.integers(1, 10), share=st.floats(0, 1))
def test_hnsw_with_ef_of_all_items_equals_exact(seed: int, n: int, k: int, share: float) -> None:
    generator = default_rng(seed)
    vectors = unit_rows(generator.standard_normal((n, 6)))
    queries = unit_rows(generator.standard_normal((3, 6)))
    index = HnswIndex.build(vectors, settings=HnswSettings(ef=n), threads=1)
    assert (index.query(queries, k).rows == ExactIndex(vectors).query(queries, k).rows).all()
    graph_alone = index._search(queries, k, n)
    assert (np.sort(graph_alone) == np.sort(ExactIndex(vectors).query(queries, k).rows)).all()
    mask = generator.random(n) < share
    rows = HnswIndex.build(vectors, settings=HnswSettings(ef=10), threads=1).query(queries, k, mask).rows
    assert mask[rows[rows >= 0]].all()
    assert ((rows >= 0).sum(axis=1) == min(k, mask.sum())).all()


def test_allowed_rows_are_sorted_and_unique() -> None:
    assert allowed_rows(np.array([3, 1, 3]), 5).tolist() == [1, 3]
    assert allowed_rows(np.array([], dtype=np.int64), 5).tolist() == []


@given(st.lists(st.floats(width=16, allow_nan=False, allow_infinity=False), min_size=1))
def test_widen_is_numpys_conversion(values: list[float]) -> None:
    half = np.array(values, dtype=np.float16)
    np.testing.assert_array_equal(widen(half), half.astype(np.float32))
    assert np.shares_memory(widen(wide := half.astype(np.float32)), wide)


def test_queries_from_several_threads_while_items_are_added() -> None:
    index = HnswIndex.build(VECTORS, np.arange(300), HnswSettings(ef=20))
    problems: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(30):
                assert (index.query(QUERIES, 5).rows >= 0).all()
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for row in range(300, 600):
        index.add(np.array([row]))
    for thread in threads:
        thread.join()
    assert not problems and len(index) == 600


@pytest.mark.parametrize("name", named(sorted(ENGINES)))
def test_every_item_finds_itself(name: str) -> None:
    """Also with thousands of copies and with tight groups, which a graph does not link to the rest by itself."""
    generator = default_rng(5)
    groups = unit_rows(generator.standard_normal((20, 12))).repeat(60, axis=0)
    tight = unit_rows(groups + 0.02 * generator.standard_normal(groups.shape))
    vectors = np.concatenate([np.repeat(VECTORS[:1], 1000, axis=0), VECTORS, tight])
    index = INDEXES[name](vectors, None)
    if isinstance(index, GraphIndex):
        index.find_strays()
    for kind in QUERY_KINDS:
        found = index.query(vectors, 5, kind=kind)
        own = np.einsum("nd,nd->n", vectors, vectors)
        assert (found.similarities[:, 0] >= own - 1e-6).all()
