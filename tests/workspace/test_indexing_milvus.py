"""The index of a workspace by Milvus: embedded, on a server, moved, stopped, without the server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng
from typer.testing import CliRunner

from explorer.base.arrays import unit_rows
from explorer.base.errors import InputError
from explorer.commands.main import app
from explorer.index import ExactIndex
from explorer.index.engines import ENGINES
from explorer.index.milvus import MilvusIndex
from explorer.index.milvus_servers import TOKEN, Unreachable, name_server
from explorer.workspace.folder import Workspace
from explorer.workspace.index_kinds import Kind, chosen_kind
from explorer.workspace.index_reading import index_or_exact, load_index
from explorer.workspace.index_report import EXACT, IndexReport, load_report
from explorer.workspace.indexing import build_index as build
from explorer.workspace.opened import open_shared
from tests.workspace.test_indexing import SPEC, fill, ws

if ENGINES["milvus"].missing:
    pytest.skip(ENGINES["milvus"].missing, allow_module_level=True)

from explorer.index.milvus_places import connected
from tests.index import milvus_server

__all__ = ["ws"]
TARGET = 0.9  # so few queries can show no more
QUERIES = unit_rows(default_rng(1).standard_normal((20, 16)))


def build_index(ws: Workspace, spec: str, **settings: Any) -> IndexReport:
    return build(ws, spec, target=TARGET, **settings)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[milvus_server.Server]:
    made = milvus_server.Server(tmp_path_factory.mktemp("server") / "data")
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(TOKEN, milvus_server.TOKEN)


def agrees(ws: Workspace, way: str = "index") -> MilvusIndex:
    """Return the index after checking that it answers, and as exact search does."""
    index, embeddings = load_index(ws, SPEC), ws.embeddings(SPEC)
    assert isinstance(index, MilvusIndex) and len(index) == embeddings.present.sum()
    found = index.query(QUERIES, 5, kind="item")
    exact = ExactIndex(embeddings.vectors, embeddings.present).query(QUERIES, 5)
    assert (found.rows == exact.rows).all() and set(found.ways) == {way}
    return index


def collections(server: milvus_server.Server) -> list[str]:
    client, _ = connected(server.uri)
    return sorted(client.list_collections())


def test_embedded_it_is_kept_and_follows_the_items(ws: Workspace) -> None:
    ws = fill(ws, np.arange(600))
    report = build_index(ws, SPEC, engine="milvus")
    assert (report.action, report.engine, report.uri, report.strays) == ("built", "milvus", "", 0)
    assert report.lines[0] == (
        "Milvus, embedded, which compares all items; 600 items. Answers are ranked by the vectors themselves."
    )
    assert load_report(ws, SPEC) == report and report.of("item").recall == 1  # type: ignore[union-attr]
    agrees(ws)
    assert build_index(ws, SPEC).action == "unchanged"
    report = build_index(fill(ws, np.r_[20:600, 700:720]), SPEC)
    assert (report.action, report.engine, report.added, report.removed) == ("updated", "milvus", 20, 20)
    agrees(ws)
    assert build_index(ws, SPEC, engine="hnsw").action == "exact"


def test_on_a_server_it_is_updated_moved_and_dropped(ws: Workspace, server: milvus_server.Server) -> None:
    ws = fill(ws, np.arange(300))
    told = CliRunner().invoke(
        app,
        ["index", str(ws.path), "--model", SPEC, "--engine", "milvus", "--uri", server.uri, "--target", f"{TARGET}"],
    )
    assert told.exit_code == 0 and f"Milvus, on the server {server.uri}; 300 items." in told.output
    (first,) = collections(server)
    agrees(ws)
    assert build_index(ws, SPEC).action == "unchanged"
    report = build_index(fill(ws, np.r_[20:300, 700:720]), SPEC)
    assert (report.action, report.uri, report.added, report.removed) == ("updated", server.uri, 20, 20)
    assert collections(server) == [first]
    agrees(ws)
    assert build_index(fill(ws, np.arange(500)), SPEC).action == "built"
    (second,) = collections(server)
    assert second != first
    agrees(ws)
    for path in [path for path in (*ws.path.rglob("*"), *Path(ws.path.parent, "home").rglob("*")) if path.is_file()]:
        assert milvus_server.TOKEN.encode() not in path.read_bytes()
    assert build_index(ws, SPEC, uri="embedded").uri == "" and collections(server) == []
    agrees(ws)


def test_without_the_server_search_is_exact_and_nothing_is_lost(ws: Workspace, server: milvus_server.Server) -> None:
    ws = fill(ws, np.arange(300))
    build_index(ws, SPEC, uri=server.uri)
    before = {path: path.read_bytes() for path in ws.folder("indexes", SPEC).iterdir()}
    server.stop()
    try:
        opened = open_shared(ws.path)
        exact = ExactIndex(ws.embeddings(SPEC).vectors)
        assert (opened.index(SPEC).query(QUERIES, 5, kind="item").rows == exact.query(QUERIES, 5).rows).all()
        assert opened.recall_words(SPEC, "item").startswith(f"{EXACT} The Milvus server {server.uri} does not answer")
        for rows in (np.arange(300), np.arange(320)):
            with pytest.raises(Unreachable, match="Nothing is lost"):
                build_index(fill(ws, rows), SPEC)
        assert {path: path.read_bytes() for path in ws.folder("indexes", SPEC).iterdir()} == before
        assert index_or_exact(ws, SPEC).name == "exact"  # older than the items by now
    finally:
        server.start()
    assert build_index(ws, SPEC).action == "updated"
    agrees(ws)


def test_a_collection_that_is_gone_is_made_again(ws: Workspace, server: milvus_server.Server) -> None:
    ws = fill(ws, np.arange(300))
    build_index(ws, SPEC, uri=server.uri)
    client, _ = connected(server.uri)
    for name in collections(server):
        client.drop_collection(name)
    agrees(ws, "all")
    assert build_index(ws, SPEC).action == "built"
    agrees(ws)


def test_which_server_is_said_once_and_kept(tmp_path: Path) -> None:
    uri = "http://localhost:19530"
    assert chosen_kind("", None, None, uri) == chosen_kind("milvus", None, None, f"{uri}/") == Kind("milvus", uri=uri)
    before = report_of(uri)
    assert chosen_kind("", None, before) == chosen_kind("milvus", None, before) == Kind("milvus", uri=uri)
    assert chosen_kind("milvus", None, before, "embedded") == chosen_kind("milvus", None, None) == Kind("milvus")
    assert chosen_kind("usearch", None, before) == Kind("usearch")
    with pytest.raises(InputError, match="expected engine milvus beside it, got hnsw"):
        chosen_kind("hnsw", None, None, uri)
    with pytest.raises(InputError, match="Address of Milvus"):
        chosen_kind("milvus", None, None, "db.example.org")


def report_of(uri: str) -> IndexReport:
    return IndexReport(
        encoder=SPEC,
        ids_hash="",
        action="built",
        items=1,
        copies=0,
        strays=0,
        added=1,
        removed=0,
        M=16,
        ef_construction=200,
        target=0.99,
        measured=(),
        engine="milvus",
        uri=uri,
    )


def test_where_it_is_not_installed_any_more_a_graph_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    name_server("http://localhost:19530")
    monkeypatch.setitem(ENGINES, "milvus", replace(ENGINES["milvus"], modules=("a_library_of_nobody",)))
    assert chosen_kind("", None, report_of("http://localhost:19530")) == Kind()
    with pytest.raises(InputError, match=r"pip install 'similarity-explorer\[milvus\]'"):
        chosen_kind("milvus", None, None)
