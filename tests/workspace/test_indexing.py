"""The index of a workspace: built, kept up to date, damaged, stopped."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.random import default_rng
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, unit_rows
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import Cancelled, InputError, WorkspaceError
from explorer.base.half import widen
from explorer.base.progress import Silent
from explorer.encoders.base import Abilities
from explorer.encoders.pool import POOL as POOL_OF_MODELS
from explorer.index import ExactIndex, HnswIndex, QueryKind, measure_recall
from explorer.index.compressed import CompressedIndex, Compression
from explorer.index.engines import ENGINES
from explorer.index.store import GRAPH
from explorer.io.embedding_store import save_embeddings
from explorer.io.sums import wrong_bytes
from explorer.workspace.folder import Workspace, create_workspace
from explorer.workspace.index_kinds import Kind, chosen_kind, compression_of, learning_of
from explorer.workspace.index_queries import other_queries
from explorer.workspace.index_reading import index_or_exact, load_index
from explorer.workspace.index_report import EXACT, IndexReport, Measured, load_report
from explorer.workspace.indexing import build_index as build
from explorer.workspace.item_keys import item_keys
from explorer.workspace.summary import recall_text

N = 2400
POOL = unit_rows(default_rng(0).standard_normal((N, 16)) * np.linspace(2, 0.2, 16)).astype(np.float16)
SPEC = "precomputed:vectors"
QUERIES = unit_rows(default_rng(1).standard_normal((30, 16)))
NEW_FIELDS = ("engine", "compression", "nbytes", "waiting")


def build_index(ws: Workspace, spec: str, **settings: Any) -> IndexReport:
    """Build a graph also of few items."""
    return build(ws, spec, exact_up_to=0, **settings)


def measured(report: IndexReport, kind: QueryKind) -> Measured:
    """What was measured for a kind of query."""
    found = report.of(kind)
    assert found is not None
    return found


def fill(
    ws: Workspace, rows: Rows, present: Mask | None = None, vectors: NDArray[np.float16] | None = None
) -> Workspace:
    """Make items of the pool the workspace's data set, with their embeddings."""
    ids = pa.array([f"item {row}" for row in rows])
    empty = pa.array([""] * len(rows))
    ws = ws.replace_dataset(Dataset(pa.table({"id": ids, "path": empty, "text": ids, "hash": ids})))
    here = np.ones(len(rows), dtype=bool) if present is None else present
    stored = (POOL[rows] if vectors is None else vectors) * here[:, None]
    embeddings = Embeddings(stored, here, SPEC, {}, ws.dataset().ids_hash)
    save_embeddings(ws.folder("embeddings", SPEC), embeddings, np.zeros(len(rows)))
    return ws


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    start = pa.table({name: ["x"] for name in ("id", "path", "text", "hash")})
    made = create_workspace(tmp_path / "ws", "test", Dataset(start), image_root=None, source="", kind="table")
    return fill(made, np.arange(2000))


def agrees(ws: Workspace, least: float = 0.9) -> HnswIndex:
    """Return the index after checking that it finds what exact search finds."""
    index, embeddings = load_index(ws, SPEC), ws.embeddings(SPEC)
    assert isinstance(index, HnswIndex)
    assert len(index) == embeddings.present.sum()
    exact = ExactIndex(embeddings.vectors, embeddings.present)
    assert measure_recall(index, exact, QUERIES).value > least
    assert (index.query(QUERIES, 5, np.arange(7)).rows == exact.query(QUERIES, 5, np.arange(7)).rows).all()
    return index


def test_built_with_a_recall_that_says_what_it_is(ws: Workspace) -> None:
    report = build_index(ws, SPEC, target=0.95)
    assert (report.action, report.items, report.added) == ("built", 2000, 2000)
    items = measured(report, "item")
    assert (items.queries, items.measured_on) == (100, 1900) and 0.95 <= items.recall <= items.high
    assert items.low <= items.recall and [step[0] for step in items.curve] == sorted(step[0] for step in items.curve)
    assert agrees(ws).efs == {"item": items.ef, "composed": measured(report, "composed").ef, "text": 0, "picture": 0}
    assert load_report(ws, SPEC) == report
    assert "on 100 queries by an item that are not in the index, against exact search" in report.sentence("item")
    assert report.sentence("text") == EXACT


def test_nothing_is_done_when_nothing_has_changed(ws: Workspace) -> None:
    report = build_index(ws, SPEC)
    stamp = (ws.folder("indexes", SPEC) / GRAPH).stat()
    again = build_index(ws, SPEC)
    assert again.action == "unchanged" and again.measured == report.measured
    assert (ws.folder("indexes", SPEC) / GRAPH).stat() == stamp


def test_new_items_are_inserted_and_recall_is_measured_on_them(ws: Workspace) -> None:
    build_index(ws, SPEC)
    ws = fill(ws, np.arange(2200))
    with pytest.raises(WorkspaceError, match="older than its embeddings: run `explorer index"):
        load_index(ws, SPEC)
    report = build_index(ws, SPEC)
    assert (report.action, report.items, report.added, report.removed) == ("updated", 2200, 200, 0)
    items = measured(report, "item")
    assert (items.queries, items.measured_on) == (200, 2000)
    assert measured(report, "composed").measured_on == 2200
    agrees(ws)


def test_a_few_new_items_keep_the_measured_recall(ws: Workspace) -> None:
    before = build_index(ws, SPEC)
    ws = fill(ws, np.arange(2003))
    report = build_index(ws, SPEC)
    assert (report.action, report.items, report.added) == ("updated", 2003, 3)
    assert report.measured == before.measured and agrees(ws).efs["item"] == measured(before, "item").ef
    agrees(ws)


def test_an_update_by_a_few_asks_for_these_alone(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(ws, np.arange(600))
    build_index(ws, SPEC)
    asked = []
    search = HnswIndex._search

    def counted(self: HnswIndex, queries: np.ndarray, k: int, ef: int) -> np.ndarray:
        asked.append(len(queries))
        return search(self, queries, k, ef)

    monkeypatch.setattr(HnswIndex, "_search", counted)
    fill(ws, np.arange(620))
    assert build_index(ws, SPEC).added == 20
    assert 20 <= sum(asked) < 100
    agrees(ws)


def test_a_few_wait_beside_a_large_graph_until_it_is_written(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.workspace.indexing.WAIT_FROM", 0)
    monkeypatch.setattr("explorer.workspace.indexing.MOST_WAITING", 8)
    before, graph = build_index(ws, SPEC), ws.folder("indexes", SPEC) / GRAPH
    file = graph.stat()
    for count, new in ((2003, 3), (2007, 4)):
        ws = fill(ws, np.arange(count))
        report = build_index(ws, SPEC)
        assert (report.action, report.items, report.added, report.waiting) == ("updated", count, new, count - 2000)
        assert report.measured == before.measured and report.strays == before.strays + count - 2000
        assert (graph.stat().st_ino, graph.stat().st_mtime_ns) == (file.st_ino, file.st_mtime_ns)
        index = agrees(ws)
        assert (index.query(widen(POOL[2000:count]), 1).rows[:, 0] == np.arange(2000, count)).all()
        assert len(index.query_inside(widen(POOL[:1]), 5, np.arange(1990, count)).rows[0]) == 5
        assert build_index(ws, SPEC) == replace(report, action="unchanged", added=0)
    assert "7 new items are compared with every query until" in report.lines[0]
    by_graph = replace(report, measured=tuple(replace(one, ef=100) for one in report.measured))  # not of every graph
    assert recall_text(by_graph).endswith("of the true ten nearest; 7 new items wait beside it and are always compared")
    assert not wrong_bytes(graph.parent)
    rows = np.delete(np.arange(2007), 2001)  # one that waits goes
    ws = fill(ws, rows)
    report = build_index(ws, SPEC)
    assert (report.added, report.removed, report.waiting, report.items) == (0, 1, 6, 2006)
    agrees(ws)
    ws = fill(ws, np.arange(2010))
    report = build_index(ws, SPEC)
    assert (report.added, report.removed, report.waiting, report.items) == (4, 0, 0, 2010)
    assert graph.stat().st_ino != file.st_ino
    agrees(ws)


def test_nobody_waits_beside_a_graph_that_lost_items_or_is_damaged(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.workspace.indexing.WAIT_FROM", 0)
    build_index(ws, SPEC)
    ws = fill(ws, np.arange(1, 2003))
    report = build_index(ws, SPEC)
    assert (report.action, report.added, report.removed, report.waiting) == ("updated", 3, 1, 0)
    agrees(ws)
    ws = fill(ws, np.arange(1, 2005))
    assert build_index(ws, SPEC).waiting == 2
    graph = ws.folder("indexes", SPEC) / GRAPH
    graph.write_bytes(graph.read_bytes()[:-1])
    ws = fill(ws, np.arange(1, 2006))
    assert build_index(ws, SPEC).action == "built"
    agrees(ws)


def test_items_that_are_gone_changed_or_moved_are_followed(ws: Workspace) -> None:
    build_index(ws, SPEC)
    rows = np.setdiff1d(np.arange(2050), np.arange(0, 400, 4))[::-1].copy()
    vectors = POOL[rows].copy()
    vectors[500] = -vectors[500]
    ws = fill(ws, rows, vectors=vectors)
    report = build_index(ws, SPEC)
    assert (report.action, report.items, report.added, report.removed) == ("updated", 1950, 51, 101)
    index = agrees(ws)
    assert index.query(vectors[500:501].astype(np.float32), 1).rows[0, 0] == 500
    ws = fill(ws, rows[10:], vectors=vectors[10:])
    assert build_index(ws, SPEC).removed == 10
    agrees(ws)


def test_too_many_changes_build_anew(ws: Workspace) -> None:
    build_index(ws, SPEC)
    for rows in (np.arange(1000), np.arange(N)):
        ws = fill(ws, rows)
        assert build_index(ws, SPEC).action == "built"
        agrees(ws)


def test_other_settings_and_targets_take_effect(ws: Workspace) -> None:
    build_index(ws, SPEC)
    assert build_index(ws, SPEC, M=8).action == "built"
    low = build_index(ws, SPEC, M=8, target=0.5)
    assert low.target == 0.5 and measured(low, "item").recall >= 0.5


def test_items_without_a_vector_are_left_out(ws: Workspace) -> None:
    present = np.arange(300) % 5 > 0
    ws = fill(ws, np.arange(300), present)
    assert build_index(ws, SPEC).items == 240
    agrees(ws)
    present[:5] = True
    ws = fill(ws, np.arange(300), present)
    assert build_index(ws, SPEC).added == 1
    agrees(ws)


@pytest.mark.parametrize("count", [1, 3])
def test_very_few_items(ws: Workspace, count: int) -> None:
    ws = fill(ws, np.arange(count))
    report = build_index(ws, SPEC)
    assert report.items == count and report.lines
    assert len(load_index(ws, SPEC).query(QUERIES, 10).of(0)[0]) == count


def test_no_item_with_a_vector(ws: Workspace) -> None:
    ws = fill(ws, np.arange(4), np.zeros(4, dtype=bool))
    report = build_index(ws, SPEC)
    assert report.items == 0 and "every query is compared with all of them" in report.lines[0]
    assert (load_index(ws, SPEC).query(QUERIES, 2).rows == -1).all()


def test_a_damaged_index_is_named_and_built_again(ws: Workspace) -> None:
    build_index(ws, SPEC)
    graph = ws.folder("indexes", SPEC) / GRAPH
    graph.write_bytes(graph.read_bytes()[:5000])
    with pytest.raises(WorkspaceError, match="build it again with `explorer index`"):
        load_index(ws, SPEC)
    assert isinstance(index_or_exact(ws, SPEC), ExactIndex)
    assert build_index(ws, SPEC).action == "built"
    assert isinstance(index_or_exact(ws, SPEC), HnswIndex)


def test_without_an_index_search_is_exact(ws: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="no index of precomputed:vectors: run `explorer index"):
        load_index(ws, SPEC)
    assert index_or_exact(ws, SPEC).name == "exact" and load_report(ws, SPEC) is None
    with pytest.raises(WorkspaceError, match="no embeddings of pocket"):
        build_index(ws, "pocket")


class Stop(Silent):
    def advance(self, done: int) -> None:
        raise Cancelled("stopped")


def test_a_stop_leaves_the_old_index(ws: Workspace) -> None:
    before = build_index(ws, SPEC)
    with pytest.raises(Cancelled):
        build_index(ws, SPEC, M=8, progress=Stop())
    assert load_report(ws, SPEC) == before
    agrees(ws)
    assert [path.name for path in (ws.path / "indexes").iterdir()] == [ws.folder("indexes", SPEC).name]


def test_one_writer_at_a_time(ws: Workspace) -> None:
    with ws.lock(), pytest.raises(WorkspaceError, match="Another process is writing"):
        build_index(ws, SPEC)


def test_a_target_out_of_reach_is_said(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.index.recall.EFS", (10,))
    report = build_index(ws, SPEC, M=5, ef_construction=30, target=1.0, threads=1)
    found = measured(report, "item")
    assert found.ef == 0 and found.recall < 1 and "Every item was compared" in report.sentence("item")
    index, embeddings = load_index(ws, SPEC), ws.embeddings(SPEC)
    exact = ExactIndex(embeddings.vectors).query(QUERIES, 10)
    assert (index.query(QUERIES, 10, kind="item").rows == exact.rows).all()


def test_keys_tell_items_and_vectors_apart(ws: Workspace) -> None:
    embeddings, ids = ws.embeddings(SPEC), ws.dataset().ids
    keys = item_keys(embeddings, ids)
    assert len(np.unique(keys)) == 2000
    assert (item_keys(embeddings, ids) == keys).all()
    same = Embeddings(embeddings.vectors[[0] * 2000], embeddings.present, SPEC, {}, "")
    assert len(np.unique(item_keys(same, ids))) == 2000
    assert (item_keys(same, ids)[1:] != keys[1:]).all()


def test_few_numbers_are_searched_exactly_and_need_no_graph(ws: Workspace) -> None:
    build_index(ws, SPEC)
    report = build(ws, SPEC)
    assert (report.action, report.measured, report.sentence("item")) == ("exact", (), EXACT)
    assert isinstance(load_index(ws, SPEC), ExactIndex) and load_report(ws, SPEC) == report
    assert not (ws.folder("indexes", SPEC) / GRAPH).exists()
    stamp = (ws.folder("indexes", SPEC) / "manifest.json").stat()
    assert build(ws, SPEC) == report and (ws.folder("indexes", SPEC) / "manifest.json").stat() == stamp


def test_an_index_of_an_earlier_version_is_not_trusted(ws: Workspace) -> None:
    build_index(ws, SPEC)
    manifest = ws.folder("indexes", SPEC) / "manifest.json"
    values = json.loads(manifest.read_text())
    del values["measured"]
    manifest.write_text(json.dumps(values | {"recall": 0.99, "ef": 24}))
    assert load_report(ws, SPEC) is None and isinstance(index_or_exact(ws, SPEC), ExactIndex)
    assert build_index(ws, SPEC).action == "built"


class Pair:
    """A model whose texts lie in a corner of the space that no item is near."""

    abilities = Abilities(images=True, texts=True, joint=True)
    fingerprint = ""

    def encode_texts(self, texts: list[str]) -> Floats:
        directions = default_rng(len(texts)).standard_normal((len(texts), 16))
        return unit_rows(directions * np.linspace(0.1, 1, 16) + 3 * (np.arange(16) == 15))

    def encode_images(self, images: list[object]) -> Floats:
        return unit_rows(default_rng(1).standard_normal((len(images), 16)))


def test_each_kind_of_query_is_measured_with_its_own(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(POOL_OF_MODELS, "get", lambda spec: Pair())
    report = build_index(ws, SPEC, M=4, ef_construction=20)
    assert [one.kind for one in report.measured] == ["item", "text", "picture", "composed"]
    assert measured(report, "text").ef > measured(report, "item").ef
    index, embeddings = load_index(ws, SPEC), ws.embeddings(SPEC)
    fresh = Pair().encode_texts(["x"] * 333)
    exact = ExactIndex(embeddings.vectors)
    again = measure_recall(index, exact, fresh, kind="text")
    assert again.value >= 0.97 and again.high >= measured(report, "text").low
    assert measure_recall(index, exact, fresh, kind="item").value < again.value


def test_copies_and_strays_are_told(ws: Workspace) -> None:
    vectors = POOL[np.arange(2000)].copy()
    vectors[1000:1500] = vectors[0]
    report = build_index(fill(ws, np.arange(2000), vectors=vectors), SPEC)
    assert report.copies == 500 and 0 <= report.strays < 100
    assert load_index(ws, SPEC).query(vectors[:1].astype(np.float32), 30).rows[0].tolist() == [0, *range(1000, 1029)]


def test_a_compressed_index_stays_one_and_follows_the_items(ws: Workspace) -> None:
    small = Compression(8, 4, "pca")
    report = build(ws, SPEC, compression=small, target=0.8)
    assert (report.action, report.engine, report.compression) == ("built", "compressed", small)
    assert load_report(ws, SPEC) == report and 0 < report.nbytes < 2000 * 16 * 4
    assert report.lines[0].startswith("Compressed index: PCA, 8 numbers of 4 bits; 0.1 MB for 2,000 items.")
    index = load_index(ws, SPEC)
    assert isinstance(index, CompressedIndex) and index.efs["item"] == measured(report, "item").ef
    assert build(ws, SPEC, target=0.8).action == "unchanged"
    ws = fill(ws, np.r_[100:2000, 2200:2300])
    report = build(ws, SPEC, target=0.8)
    assert (report.action, report.added, report.removed) == ("updated", 100, 100)
    assert (report.engine, report.compression) == ("compressed", small)
    exact = ExactIndex(ws.embeddings(SPEC).vectors)
    assert measure_recall(load_index(ws, SPEC), exact, widen(POOL[2300:])).value > 0.8
    assert not chosen_kind("", Compression(16, 8, "pca"), report).same_as(report)
    assert chosen_kind("compressed", None, report).same_as(report) and chosen_kind("", None, None) == Kind()
    assert build(ws, SPEC, engine="hnsw").action == "exact"  # so few are compared one by one
    with pytest.raises(
        InputError, match="engine of the index: expected one of hnsw, usearch, compressed, milvus; got 'faiss'"
    ):
        build(ws, SPEC, engine="faiss")


def test_a_graph_by_usearch_stays_one_until_usearch_is_gone(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    report = build_index(ws, SPEC, engine="usearch", target=0.8)
    assert (report.action, report.engine, load_index(ws, SPEC).name) == ("built", "usearch", "usearch")
    ws = fill(ws, np.r_[100:2000, 2200:2300])
    assert (build(ws, SPEC, target=0.8).action, load_index(ws, SPEC).name) == ("updated", "usearch")  # few, yet kept
    monkeypatch.setattr("explorer.index.usearch.find_spec", lambda name: None)
    with pytest.raises(WorkspaceError, match=r"pip install 'similarity-explorer\[engines\]'"):
        load_index(ws, SPEC)
    assert index_or_exact(ws, SPEC).name == "exact"
    monkeypatch.setitem(ENGINES, "usearch", replace(ENGINES["usearch"], modules=("a_library_of_nobody",)))
    with pytest.raises(InputError, match="pip install"):
        build_index(ws, SPEC, engine="usearch")
    assert build_index(ws, SPEC, target=0.8).engine == load_index(ws, SPEC).name == "hnsw"


def test_settings_of_another_engine_are_refused() -> None:
    assert compression_of("") is None and compression_of("compressed", dims=None) is None
    assert compression_of("compressed", dims=5, bits=None) == Compression(5)
    with pytest.raises(InputError, match="expected engine compressed beside them, got hnsw"):
        compression_of("hnsw", bits=8)


def test_a_report_of_an_earlier_version_is_of_a_graph(ws: Workspace) -> None:
    report = build_index(ws, SPEC, target=0.5)
    file = ws.folder("indexes", SPEC) / "manifest.json"
    old = {name: value for name, value in json.loads(file.read_text()).items() if name not in NEW_FIELDS}
    file.write_text(json.dumps(old))
    assert load_report(ws, SPEC) == replace(report, nbytes=0)


def test_what_is_learnt_from_is_never_measured(ws: Workspace) -> None:
    asked: list[list[str]] = []

    class Listening(Pair):
        def encode_texts(self, texts: list[str]) -> Floats:
            asked.append(texts)
            return super().encode_texts(texts)

    learning_of(ws.dataset(), Listening(), 3)  # type: ignore[arg-type]
    other_queries(ws.dataset(), ws.embeddings(SPEC), Listening(), default_rng(3))  # type: ignore[arg-type]
    learnt, measured_with = asked
    assert len(learnt) > 100 and len(measured_with) > 100 and not set(learnt) & set(measured_with)
    assert learning_of(ws.dataset(), None, 3) is None
