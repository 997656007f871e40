"""The compressed index: what it finds beside the graph's suites, and that only the rows themselves decide."""

from pathlib import Path

import numpy as np
import pytest
from numpy.random import default_rng

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError
from explorer.index import ExactIndex, measure_recall, tune_ef
from explorer.index import lists as lists_module
from explorer.index.best import best_of_rows, padded
from explorer.index.clusters import k_means, nearest_centre
from explorer.index.compressed import CompressedIndex, Compression, learn_projection
from explorer.index.lists import Lists
from explorer.index.store import load_graph, save_graph

N, D = 3000, 32
GENERATOR = default_rng(0)
SCALES = 0.85 ** np.arange(D)
ROWS = unit_rows(GENERATOR.standard_normal((N, D)) * SCALES).astype(np.float16)
TURNED = unit_rows(GENERATOR.standard_normal((400, D)) * np.roll(SCALES, 8))
"""Queries that vary where the items hardly do."""
LEARNING, TEST = TURNED[:300], TURNED[300:]
EXACT = ExactIndex(ROWS)


def built(compression: Compression, queries: Floats | None = LEARNING) -> CompressedIndex:
    return CompressedIndex.build(ROWS, compression=compression, queries=queries)


@pytest.fixture(scope="module")
def index() -> CompressedIndex:
    return built(Compression(16, 8))


def test_few_lists_are_looked_into_and_enough_is_found(index: CompressedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.graph, "looks", 16)
    tuning = tune_ef(index, EXACT, TEST, 0.8, kind="text")
    assert tuning.reached and 16 * tuning.ef < N
    assert tuning.recall.low >= 0.8


@pytest.mark.parametrize("bits", [0, 8, 4])
def test_one_by_one_and_in_a_batch_the_same_is_found(bits: int) -> None:
    index = built(Compression(16, bits))
    index.graph.looks = 12
    batch = index.query(TEST, 10)
    for place in range(8):
        assert (index.query(TEST[place : place + 1], 10).rows[0] == batch.rows[place]).mean() >= 0.9
    assert measure_recall(index, EXACT, TEST).value > 0.5


def test_lists_without_items_answer_with_none(index: CompressedIndex) -> None:
    empty = Lists(index.graph.projection, index.graph.centres, 8)
    for queries in (TEST[:1], TEST):
        assert (empty.search(queries, 10, 40) == -1).all()


def test_lists_of_an_earlier_version_look_at_as_many_items_as_before(index: CompressedIndex, tmp_path: Path) -> None:
    index.graph.save(tmp_path / "now")
    with np.load(tmp_path / "now") as file:
        earlier = dict(file)
    earlier["numbers"] = earlier["numbers"][:3]
    with (tmp_path / "earlier").open("wb") as out:
        np.savez(out, **earlier)
    now, before = (Lists.read(tmp_path / name) for name in ("now", "earlier"))
    assert (now.looks, before.looks) == (lists_module.LOOKS, 64)
    np.testing.assert_array_equal(now.search(TEST, 10, 4096), before.search(TEST, 10, 4096))


def test_learning_from_queries_finds_more_of_such_queries() -> None:
    """LeanVec-OOD beats PCA where queries lie elsewhere; for queries like the items it does not."""

    def recall(compression: Compression, queries: Floats) -> float:
        index = built(compression)
        index.efs = {"item": 64}
        return measure_recall(index, EXACT, queries).value

    alike = np.asarray(ROWS[::40], dtype=np.float32)
    ood, pca = Compression(8, 0, "leanvec-ood"), Compression(8, 0, "pca")
    assert recall(ood, TEST) > recall(pca, TEST) + 0.4
    assert recall(pca, alike) > recall(ood, alike) - 0.02


def test_without_re_ranking_less_is_found(index: CompressedIndex) -> None:
    labels = index.graph.search(TEST, 64, 64)
    truth = EXACT.query(TEST, 10).rows
    alone = np.mean([np.isin(one, found[:10]).mean() for one, found in zip(truth, labels, strict=True)])
    index.efs = {"item": 64}
    assert alone < measure_recall(index, EXACT, TEST).value - 0.05


def test_without_learning_queries_items_decide() -> None:
    for queries in (None, LEARNING[:0]):
        learnt = learn_projection(ROWS, Compression(4, 0, "leanvec-ood"), queries)
        assert learnt.queries is learnt.items
    pca = learn_projection(ROWS, Compression(4, 0, "pca"))
    np.testing.assert_allclose(pca.centre, ROWS.astype(np.float64).mean(axis=0), atol=1e-6)
    assert learn_projection(ROWS, Compression(500, 0, "pca")).dims == D


def test_it_takes_less_memory_than_its_rows(index: CompressedIndex) -> None:
    assert index.graph.nbytes < N * (16 + 8 + 16) + 200 * 16 * 4 + 4 * D * 16 * 4
    assert built(Compression(16, 4)).nbytes < index.nbytes < built(Compression(16, 0)).nbytes


def test_rows_that_come_and_go_stay_in_lists(index: CompressedIndex, tmp_path: Path) -> None:
    save_graph(index, tmp_path)
    loaded = load_graph(tmp_path, ROWS)
    loaded.remove(np.arange(0, N, 2))
    assert (loaded.query(TEST, 10).rows % 2 == 1).all()
    loaded.add(np.arange(0, N, 4))
    exact = ExactIndex(ROWS, (np.arange(N) % 2 == 1) | (np.arange(N) % 4 == 0))
    loaded.efs = {"item": 200}
    assert len(loaded) == N * 3 // 4 and measure_recall(loaded, exact, TEST).value > 0.9


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(InputError, match="expected one of pca, leanvec-id, leanvec-ood; got"):
        Compression(8, 8, "umap")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="expected 4, 8, or 0 for 32, got 5"):
        Compression(8, 5)
    with pytest.raises(InputError, match="expected 1 or more, got 0"):
        Compression(0)


def test_groups_are_found_and_none_is_empty() -> None:
    corners = np.array([[0, 0], [9, 0], [0, 9]], dtype=np.float32)
    points = corners.repeat(30, axis=0) + default_rng(1).standard_normal((90, 2)).astype(np.float32)
    centres = k_means(points, 3, default_rng(2))
    of = nearest_centre(points, centres)
    assert set(of) <= set(range(len(centres))) and np.bincount(of).min() > 0
    assert len(k_means(points[:2], 9, default_rng(0))) == 2 and len(k_means(points[:0], 9, default_rng(0))) == 0


def test_the_best_of_each_query_come_first() -> None:
    which, scores = np.array([1, 0, 1, 1]), np.array([0.1, 0.5, 0.9, 0.3], dtype=np.float32)
    assert padded(which, scores, 3, -1).shape == (3, 3)
    found = best_of_rows(which, scores, np.array([10, 11, 12, 13]), 3, 2)
    assert found.tolist() == [[11, -1], [12, 13], [-1, -1]]
    assert best_of_rows(which, scores, which, 2, 5).shape == (2, 5)
