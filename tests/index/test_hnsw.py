"""What only the graph has: changes, ef, wide filters, files, recall."""

import json
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.random import default_rng

from explorer.base.arrays import unit_rows
from explorer.base.errors import InputError, WorkspaceError
from explorer.index import (
    ExactIndex,
    HnswIndex,
    HnswSettings,
    held_out,
    load_graph,
    measure_recall,
    save_graph,
    tune_ef,
)
from explorer.index import plan as plan_module
from explorer.index.recall import EFS, mean_interval
from explorer.index.store import FILES, GRAPH, GRAPH_MANIFEST, NODES, STRAYS, can_wait, first_beside

N = 3000
VECTORS = unit_rows(default_rng(0).standard_normal((N, 24))).astype(np.float16)
QUERIES = unit_rows(default_rng(1).standard_normal((40, 24)))
EXACT = ExactIndex(VECTORS)


@pytest.fixture(scope="module")
def built() -> HnswIndex:
    return HnswIndex.build(VECTORS, settings=HnswSettings(M=8, ef_construction=60, ef=40), threads=1)


def test_one_thread_builds_the_same_file(built: HnswIndex, tmp_path: Path) -> None:
    again = HnswIndex.build(VECTORS, settings=built.settings, threads=1)
    for index, name in ((built, "a"), (again, "b")):
        (tmp_path / name).mkdir()
        save_graph(index, tmp_path / name)
    assert (tmp_path / "a" / GRAPH).read_bytes() == (tmp_path / "b" / GRAPH).read_bytes()


def test_progress_is_told_and_a_stop_comes_through() -> None:
    told: list[int] = []
    HnswIndex.build(VECTORS[:100], advance=told.append)
    assert told == [100]

    def stop(done: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        HnswIndex.build(VECTORS[:100], advance=stop)


def test_removed_items_are_not_found_and_can_come_back() -> None:
    index = HnswIndex.build(VECTORS, settings=HnswSettings(ef=30))
    nearest = np.unique(index.query(QUERIES, 3).rows)
    index.remove(nearest)
    assert len(index) == N - len(nearest)
    found = index.query(QUERIES, 10)
    assert not np.isin(found.rows, nearest).any() and (found.rows >= 0).all()
    assert measure_recall(index, ExactIndex(VECTORS, ~np.isin(np.arange(N), nearest)), QUERIES).value > 0.8
    index.add(np.arange(N))
    assert len(index) == N
    assert (index.query(QUERIES, 1).rows == EXACT.query(QUERIES, 1).rows).mean() > 0.9


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_filters_larger_than_small_use_the_graph(
    built: HnswIndex, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr(plan_module, "FAST", 100 * 24)
    mask = default_rng(5).random(N) < share
    found = built.query(QUERIES, 10, mask)
    assert mask[found.rows].all()
    assert measure_recall(built, EXACT.query(QUERIES, 10, mask), QUERIES).k == 10
    truth = EXACT.query(QUERIES, 10, mask)
    assert (found.similarities >= truth.similarities[:, -1:]).mean() > 0.8


def test_a_filter_far_from_the_query_falls_back_to_exact(built: HnswIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_module, "FAST", 10 * 24)
    query = QUERIES[:1]
    far = EXACT.query(query, N).rows[0, -800:]
    found = built.query(query, 10, far)
    assert (found.rows == EXACT.query(query, 10, far).rows).all()


def test_a_graph_that_reaches_too_few_near_copies_falls_back_to_exact() -> None:
    near = VECTORS[:2].repeat(2000, axis=0)
    near[:, 0] += default_rng(6).normal(0, 0.01, 4000).astype(np.float16)
    index = HnswIndex.build(near, settings=HnswSettings(M=2, ef_construction=4, ef=10))
    found = index.query(np.asarray(VECTORS[1:2], dtype=np.float32), 500)
    assert found.rows.min() >= 0 and len(np.unique(found.rows)) == 500


def test_saved_and_loaded_gives_the_same_answers_and_parameters(built: HnswIndex, tmp_path: Path) -> None:
    save_graph(built, tmp_path)
    loaded = load_graph(tmp_path, VECTORS)
    assert loaded.settings == built.settings and loaded.efs == built.efs
    assert (loaded.query(QUERIES, 10).rows == built.query(QUERIES, 10).rows).all()


def test_loaded_with_rows_that_moved(built: HnswIndex, tmp_path: Path) -> None:
    save_graph(built, tmp_path)
    kept = np.arange(500, N)
    loaded = load_graph(tmp_path, VECTORS[kept], nodes=built.nodes[kept])
    assert len(loaded) == N - 500
    exact = ExactIndex(VECTORS[kept])
    assert measure_recall(loaded, exact, QUERIES).value > 0.8


@pytest.mark.parametrize("name", [GRAPH, GRAPH_MANIFEST, NODES, STRAYS])
@pytest.mark.parametrize("harm", ["missing", "empty", "short", "changed"])
def test_damaged_files_ask_for_a_rebuild(built: HnswIndex, tmp_path: Path, name: str, harm: str) -> None:
    save_graph(built, tmp_path)
    file = tmp_path / name
    content = file.read_bytes()
    if harm == "missing":
        file.unlink()
    else:
        middle = len(content) // 2
        changed = content[: len(content) // 3] + b"\xff" * 40 + content[len(content) // 3 + 40 :]
        file.write_bytes({"empty": b"", "short": content[:middle], "changed": changed}[harm])
    with pytest.raises(WorkspaceError, match="build it again with `explorer index`"):
        load_graph(tmp_path, VECTORS)


def test_an_index_of_the_earlier_format_is_read_and_trusted_no_further(built: HnswIndex, tmp_path: Path) -> None:
    save_graph(built, tmp_path)
    manifest = json.loads((tmp_path / GRAPH_MANIFEST).read_text())
    together = blake2b(b"".join((tmp_path / name).read_bytes() for name in FILES), digest_size=16).hexdigest()
    del manifest["digests"], manifest["labels"]
    (tmp_path / GRAPH_MANIFEST).write_text(json.dumps(manifest | {"format": 2, "checksum": together}))
    assert not can_wait(tmp_path, 0) and not (built.nodes >= first_beside(tmp_path)).any()
    assert (load_graph(tmp_path, VECTORS).nodes == built.nodes).all()
    np.save(tmp_path / STRAYS, np.arange(1))
    with pytest.raises(WorkspaceError, match="not what was written"):
        load_graph(tmp_path, VECTORS)


def test_other_vectors_and_newer_formats_are_refused(built: HnswIndex, tmp_path: Path) -> None:
    save_graph(built, tmp_path)
    with pytest.raises(WorkspaceError, match="length 24, got 5"):
        load_graph(tmp_path, VECTORS[:, :5])
    with pytest.raises(WorkspaceError, match="3000 vectors, got 10"):
        load_graph(tmp_path, VECTORS[:10])
    manifest = json.loads((tmp_path / GRAPH_MANIFEST).read_text())
    (tmp_path / GRAPH_MANIFEST).write_text(json.dumps(manifest | {"format": 9}))
    with pytest.raises(WorkspaceError, match="expected format 3, got 9"):
        load_graph(tmp_path, VECTORS)


def test_ef_is_the_smallest_tried_that_reaches_the_target() -> None:
    index = HnswIndex.build(VECTORS, settings=HnswSettings(M=8, ef_construction=60), threads=1)
    tuning = tune_ef(index, EXACT, QUERIES, 0.9)
    lows = {ef: low for ef, _, low, _ in tuning.curve}
    assert tuning.reached and index.efs["item"] == tuning.ef and lows[tuning.ef] == tuning.recall.low >= 0.9
    assert all(low < 0.9 for ef, low in lows.items() if ef < tuning.ef)
    assert tuning.recall == measure_recall(index, EXACT, QUERIES)
    assert tuning.recall.low <= tuning.recall.value <= tuning.recall.high and tuning.recall.queries == 40


def test_a_target_out_of_reach_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    index = HnswIndex.build(VECTORS, settings=HnswSettings(M=2, ef_construction=3), threads=1)
    monkeypatch.setattr("explorer.index.recall.EFS", EFS[:3])
    tuning = tune_ef(index, EXACT, QUERIES, 1.0)
    assert not tuning.reached and tuning.ef == index.efs["item"] == 0 and len(tuning.curve) == 3
    assert tuning.recall.value == tuning.curve[-1][1] < 1
    assert (index.query(QUERIES, 10, kind="item").rows == EXACT.query(QUERIES, 10).rows).all()


def test_equal_items_count_as_found() -> None:
    copies = np.repeat(VECTORS[:50], 20, axis=0)
    assert measure_recall(ExactIndex(copies[::-1]), ExactIndex(copies), QUERIES, 10).value == 1


def test_bad_tuning_and_settings_are_refused(built: HnswIndex) -> None:
    with pytest.raises(InputError, match="at most 1, got 1.5"):
        tune_ef(built, EXACT, QUERIES, 1.5)
    with pytest.raises(InputError, match="at least one held-out query"):
        tune_ef(built, EXACT, QUERIES[:0])
    with pytest.raises(InputError, match="HNSW M: expected 2 or more, got 1"):
        HnswSettings(M=1)


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 0), (10, 5), (1000, 100), (10_000, 500), (10**6, 1000)])
def test_number_held_out(count: int, expected: int) -> None:
    rows = held_out(np.arange(count) + 7, default_rng(0))
    assert len(rows) == len(np.unique(rows)) == expected
    assert np.isin(rows, np.arange(count) + 7).all()


@given(arrays(np.float64, st.integers(1, 50), elements=st.floats(0, 1)))
def test_the_interval_holds_the_mean(shares: np.ndarray) -> None:
    low, high = mean_interval(shares)
    assert 0 <= low <= shares.mean() + 1e-9 and shares.mean() - 1e-9 <= high <= 1
    assert low < high


def test_the_interval_has_a_width_when_all_queries_agree() -> None:
    for share in (1.0, 0.5749041310985665):
        low, high = mean_interval(np.full(26, share))
        assert high - low > 0.05


def test_the_interval_covers_as_often_as_it_says() -> None:
    generator = default_rng(7)
    hits = 0
    for _ in range(400):
        low, high = mean_interval(generator.beta(9, 1, 200))
        hits += low <= 0.9 <= high
    assert 0.92 <= hits / 400 <= 0.98


def test_each_kind_of_query_has_its_own_ef() -> None:
    index = HnswIndex.build(VECTORS, settings=HnswSettings(M=4, ef_construction=20), threads=1)
    index.efs = {"item": 10, "text": 300, "composed": 0}
    recalls = {kind: measure_recall(index, EXACT, QUERIES, kind=kind).value for kind in ("item", "text", "composed")}
    assert recalls["item"] < recalls["text"] < recalls["composed"] == 1


def test_copies_are_one_node_and_all_are_found() -> None:
    vectors = np.concatenate([np.repeat(VECTORS[:1], 1500, axis=0), VECTORS[1:1500]])
    vectors = vectors[default_rng(3).permutation(len(vectors))]
    index = HnswIndex.build(vectors, settings=HnswSettings(M=8, ef_construction=60, ef=60), threads=1)
    assert index.copies == 1499 and len(index) == 2999 and index.graph.labels == 1500
    copies = np.flatnonzero((vectors == VECTORS[0]).all(axis=1))
    found = index.query(VECTORS[:1].astype(np.float32), 40).rows[0]
    assert found.tolist() == copies[:40].tolist()
    index.remove(copies[:10])
    assert index.query(VECTORS[:1].astype(np.float32), 5).rows[0].tolist() == copies[10:15].tolist()
    index.add(copies[:3])
    assert index.query(VECTORS[:1].astype(np.float32), 5).rows[0].tolist() == copies[[0, 1, 2, 10, 11]].tolist()
    assert index.graph.labels == 1500
    assert measure_recall(index, ExactIndex(vectors, index.nodes >= 0), QUERIES).value > 0.8


def test_items_that_the_graph_does_not_lead_to_are_found_all_the_same(tmp_path: Path) -> None:
    generator = default_rng(8)
    centres = unit_rows(generator.standard_normal((40, 24)))
    vectors = unit_rows(centres.repeat(75, axis=0) + 0.02 * generator.standard_normal((N, 24))).astype(np.float16)
    index = HnswIndex.build(vectors, settings=HnswSettings(M=3, ef_construction=12, ef=10), threads=1)
    own, alone = vectors.astype(np.float32), np.arange(N)[:, None]
    lost = (index.query(own, 10).rows != alone).all(axis=1)
    assert lost.sum() > 20
    strays = index.find_strays()
    assert set(np.flatnonzero(lost)) <= set(strays) and len(strays) < N / 2
    assert (index.query(own, 10).rows == alone).any(axis=1).all()
    save_graph(index, tmp_path)
    loaded = load_graph(tmp_path, vectors)
    assert loaded.strays.tolist() == strays.tolist()
    assert (loaded.query(own, 10, kind="text").rows == alone).any(axis=1).all()
    index.remove(strays[:5])
    assert not np.isin(index.query(own, 10).rows, strays[:5]).any()
