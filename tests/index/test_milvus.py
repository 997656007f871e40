"""What Milvus does beyond the contract of all engines: files, sockets, filters, servers that fail or hold others."""

import gc
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from explorer.base.arrays import Mask, unit_rows
from explorer.base.errors import InputError, WorkspaceError
from explorer.index import ExactIndex, GraphIndex, HnswSettings
from explorer.index.engines import ENGINES
from explorer.index.milvus import MilvusIndex
from explorer.index.milvus_filters import FIELD, expression_of
from explorer.index.milvus_servers import FILE, TOKEN, Unreachable, check_uri, name_server
from explorer.index.store import GRAPH, load_graph, save_graph
from explorer.io.named_servers import named_servers

if ENGINES["milvus"].missing:
    pytest.skip(ENGINES["milvus"].missing, allow_module_level=True)

from explorer.index.milvus_files import private_folder
from explorer.index.milvus_places import EmbeddedPlace, drop_collections
from tests.index import milvus_server

ROOT = Path(__file__).parents[2]
N = 400
VECTORS = unit_rows(default_rng(0).standard_normal((N, 12))).astype(np.float16)
OTHERS = unit_rows(default_rng(2).standard_normal((N, 12))).astype(np.float16)
QUERIES = unit_rows(default_rng(1).standard_normal((6, 12)))
EXACT = ExactIndex(VECTORS)
OWNER = "0123456789ab"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[milvus_server.Server]:
    made = milvus_server.Server(tmp_path_factory.mktemp("server") / "data")
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has named a server; the token is the right one."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(TOKEN, milvus_server.TOKEN)


def read(folder: Path, vectors: np.ndarray = VECTORS) -> MilvusIndex:
    index = load_graph(folder, vectors)
    assert isinstance(index, MilvusIndex)
    return index


@pytest.fixture
def kept(server: milvus_server.Server, tmp_path: Path) -> Path:
    """The folder of an index of all rows on the server, which was named."""
    name_server(server.uri)
    folder = tmp_path / "index"
    folder.mkdir()
    save_graph(MilvusIndex.build(VECTORS, uri=server.uri, owner=OWNER), folder)
    return folder


def agrees(index: MilvusIndex, way: str = "index", exact: ExactIndex = EXACT) -> None:
    found = index.query(QUERIES, 5)
    assert set(found.ways) == {way} and (found.rows == exact.query(QUERIES, 5).rows).all()


def listening() -> set[str]:
    """Sockets of the network that anything in this process listens on."""
    own = {os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == "0A" and f"socket:[{columns[9]}]" in own:
                found.add(columns[1])
    return found


@pytest.mark.skipif(not Path("/proc/net/tcp").is_file(), reason="needs /proc to see what listens")
def test_the_embedded_one_listens_to_nobody_else_and_leaves_nothing(tmp_path: Path) -> None:
    before = listening()
    index = MilvusIndex.build(VECTORS)
    agrees(index)
    assert listening() == before
    place = index.graph.place
    assert isinstance(place, EmbeddedPlace)
    folder = place._folder
    assert folder.stat().st_mode & 0o777 == 0o700 and list(folder.glob("socket*"))
    del index, place
    gc.collect()
    assert not folder.exists()


def test_folders_of_dead_processes_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ours = private_folder()
    dead = ours.with_name(ours.name.replace(f".{os.getpid()}-", ".4194305-"))
    dead.mkdir()
    assert private_folder().is_dir() and ours.is_dir() and not dead.exists()


ASK = """
import sys
import numpy as np
from explorer.index.store import load_graph
vectors, queries = np.load(sys.argv[2]), np.load(sys.argv[3])
found = load_graph(__import__("pathlib").Path(sys.argv[1]), vectors).query(queries, 5)
print(found.rows.ravel().tolist(), set(found.ways))
"""


def test_a_second_process_reads_the_file_while_the_first_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    save_graph(MilvusIndex.build(VECTORS, np.arange(300)), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["graph.bin", "graph.json", "nodes.npy", "strays.npy"]
    first = read(folder)
    first.add(np.arange(N))
    np.save(tmp_path / "vectors.npy", VECTORS)
    np.save(tmp_path / "queries.npy", QUERIES)
    arguments = [str(folder), str(tmp_path / "vectors.npy"), str(tmp_path / "queries.npy")]
    told = subprocess.run(
        [sys.executable, "-c", ASK, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert told.strip() == f"{ExactIndex(VECTORS, np.arange(300)).query(QUERIES, 5).rows.ravel().tolist()} {{'index'}}"
    agrees(first)


def test_a_name_that_leads_out_of_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / GRAPH
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("milvus/../../outside", "x")
    with pytest.raises(WorkspaceError, match="no part of an index"):
        EmbeddedPlace(path)
    assert not (tmp_path / "outside").exists()


def test_with_nearly_all_removed_the_rest_is_found() -> None:
    index = MilvusIndex.build(VECTORS, settings=HnswSettings(ef=10))
    index.remove(np.arange(15, N))
    found = index.query(QUERIES, 10)
    assert set(found.ways) == {"index"}
    assert (found.rows == ExactIndex(VECTORS, np.arange(15)).query(QUERIES, 10).rows).all()


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 4)), max_size=40))
def test_an_expression_says_what_is_allowed(runs: list[tuple[bool, bool, int]]) -> None:
    allowed = np.repeat([one for one, _, _ in runs], [count for *_, count in runs]).astype(bool)
    there = np.repeat([one for _, one, _ in runs], [count for *_, count in runs]).astype(bool)
    expression = expression_of(allowed, there)
    assert expression
    for label in np.flatnonzero(there):
        assert eval(expression, {FIELD: int(label)}) == allowed[label]


def test_an_expression_is_short_or_none() -> None:
    there = np.ones(10_000, dtype=bool)
    dealt = default_rng(0).random(10_000) < 0.5
    assert expression_of(dealt, there) == "" and expression_of(
        dealt, dealt
    ) == f"({FIELD} >= {np.argmax(dealt)} and " + (f"{FIELD} <= {np.flatnonzero(dealt)[-1]})")
    few = there.copy()
    few[::100] = False
    assert expression_of(few, there).startswith(f"not ({FIELD} in [0, 100, 200")


@pytest.mark.parametrize(
    ("mask", "way"),
    [
        (np.arange(N) >= 100, "in-filter"),
        (np.arange(N) % 97 > 0, "in-filter"),
        (default_rng(3).random(N) < 0.8, "over-fetch"),
    ],
)
def test_a_filter_of_few_ranges_is_left_to_milvus(mask: Mask, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.index.plan.FAST", 0)
    if way == "over-fetch":
        monkeypatch.setattr("explorer.index.milvus_filters.MOST_SINGLE", 10)
    vectors = np.concatenate([VECTORS, VECTORS[:50]])  # copies share a label
    allowed = np.concatenate([mask, ~mask[:50]])
    index = MilvusIndex.build(vectors)
    index.efs = {"composed": 20}
    index.remove(np.arange(200, 220))
    found = index.query(QUERIES, 8, allowed)
    there = (np.arange(len(vectors)) < 200) | (np.arange(len(vectors)) >= 220)
    assert set(found.ways) == {way}
    assert (found.rows == ExactIndex(vectors, there).query(QUERIES, 8, allowed).rows).all()


@pytest.mark.parametrize(
    "uri", ["localhost:19530", "ftp://host", "http://", "http://host:port", "milvus.db", "http://h?x"]
)
def test_what_is_no_address_of_a_server_is_refused(uri: str) -> None:
    with pytest.raises(InputError, match="such as http://localhost:19530, got '"):
        check_uri(uri)


def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(InputError, match=f"put NAME:PASSWORD into {TOKEN}") as caught:
        check_uri("https://me:secret@db.example.org:19530")
    assert "secret" not in str(caught.value)
    assert check_uri(" https://DB.example.org/shop/ ") == "https://db.example.org/shop"
    assert check_uri("http://[::1]:19530") == "http://[::1]:19530"


def test_an_index_on_a_server_is_read_again_and_holds_no_token(
    kept: Path, server: milvus_server.Server, tmp_path: Path
) -> None:
    agrees(read(kept))
    written = json.loads((kept / GRAPH).read_text())
    assert written["uri"] == server.uri and written["collection"].startswith(f"explorer_{OWNER}_")
    for path in [*kept.iterdir(), tmp_path / "home" / FILE]:
        assert milvus_server.TOKEN.encode() not in path.read_bytes()


def test_a_server_of_its_own_gets_a_graph_that_is_waited_for(
    server: milvus_server.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small server says it is milvus-lite, and then all vectors are compared; here it passes for a large one."""
    monkeypatch.setattr("explorer.index.milvus_places.LITE", "what no version says")
    rows = iter([7, 0, *[0] * 9])
    asked = []

    def describe(self: Any, collection_name: str, *arguments: Any, **more: Any) -> dict[str, Any]:
        asked.append(collection_name)
        return {"pending_index_rows": next(rows)}

    name_server(server.uri)
    settings = HnswSettings(M=8, ef_construction=50)
    index = MilvusIndex.build(VECTORS, np.arange(10), settings, uri=server.uri, owner=OWNER)
    client = index.graph.opened()._client
    made = client.describe_index(index.graph.opened().name, "vector")
    assert (made["index_type"], made["metric_type"]) == ("HNSW", "IP") and index.approximate
    monkeypatch.setattr(type(client), "describe_index", describe)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    index.add(np.arange(N))
    assert len(asked) == 2  # until no rows are pending
    assert index.find_strays().size <= N // 20
    agrees(index)


def test_a_server_that_nobody_named_here_is_not_called(
    kept: Path, server: milvus_server.Server, tmp_path: Path
) -> None:
    (tmp_path / "home" / FILE).unlink()
    assert named_servers(FILE) == set()
    calls, index = server.guard.calls, read(kept)
    agrees(index, "all")
    assert server.guard.calls == calls and f"--uri {server.uri}" in index.problem
    with pytest.raises(Unreachable, match="nobody has named on this machine"):
        index.check()


@pytest.mark.parametrize("token", ["root:wrong", ""])
def test_a_wrong_token_is_told_and_search_is_exact(kept: Path, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, token)
    index = read(kept)
    agrees(index, "all")
    assert f"refuses us: put its token, or NAME:PASSWORD, into the environment as {TOKEN}" in index.problem
    assert token not in index.problem or not token
    monkeypatch.setenv(TOKEN, milvus_server.TOKEN)
    agrees(index, "all")  # not asked again at once
    index._again_at = 0.0
    agrees(index)
    assert index.problem == ""


def test_a_server_that_is_away_is_told_and_asked_again_later(
    kept: Path, server: milvus_server.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = read(kept)
    agrees(index)
    server.stop()
    try:
        agrees(index, "all")
        assert f"{server.uri} does not answer as expected" in index.problem and "Nothing is lost" in index.problem
        with pytest.raises(Unreachable, match="does not answer"):
            read(kept).check()
        with pytest.raises(Unreachable, match="does not answer"):
            MilvusIndex.build(VECTORS, uri=server.uri, owner=OWNER)
    finally:
        server.start()
    index._again_at = 0.0
    agrees(index)


def test_while_it_is_changed_failures_are_raised(kept: Path, server: milvus_server.Server) -> None:
    index = read(kept)
    index.add(np.arange(N))
    server.stop()
    try:
        with pytest.raises(Unreachable):
            index.query(QUERIES, 5)
    finally:
        server.start()


def test_a_collection_of_other_vectors_or_lengths_is_not_used(kept: Path) -> None:
    index = read(kept, OTHERS)
    exact = ExactIndex(OTHERS)
    agrees(index, "all", exact)
    assert "holds other vectors than this index" in index.problem
    with pytest.raises(WorkspaceError, match="holds other vectors than this index"):
        index.check()
    about = json.loads((kept / "graph.json").read_text())
    (kept / "graph.json").write_text(json.dumps(about | {"dim": 6}))
    half = read(kept, unit_rows(VECTORS[:, :6].astype(np.float32)))
    with pytest.raises(WorkspaceError, match="another collection under the name"):
        half.check()


def test_a_collection_that_lost_items_or_is_gone_is_not_used(kept: Path, server: milvus_server.Server) -> None:
    other = read(kept)
    other.remove(np.arange(10))
    index = read(kept)
    agrees(index, "all")
    assert "holds 390 vectors of this index, expected 400" in index.problem
    drop_collections(server.uri, "another0wner")
    with pytest.raises(WorkspaceError, match="holds 390"):
        index.check()
    drop_collections(server.uri, OWNER)
    with pytest.raises(WorkspaceError, match=f"has no collection explorer_{OWNER}_"):
        read(kept).check()


def test_what_stopped_work_has_left_is_neither_found_nor_kept(server: milvus_server.Server, tmp_path: Path) -> None:
    name_server(server.uri)
    save_graph(MilvusIndex.build(VECTORS, np.arange(300), uri=server.uri, owner=OWNER), tmp_path)
    stopped = read(tmp_path)
    stopped.add(np.arange(380))  # and never saved
    index = read(tmp_path)
    exact = ExactIndex(VECTORS, np.arange(300))
    assert (index.query(QUERIES, 5).rows == exact.query(QUERIES, 5).rows).all() and index.problem == ""
    index.check()
    index.add(np.arange(300, 310))
    assert index.graph.opened().count(10_000) == 310
    agrees(index, exact=ExactIndex(VECTORS, np.arange(310)))


def test_only_the_collections_of_one_owner_are_dropped(server: milvus_server.Server) -> None:
    name_server(server.uri)
    mine, theirs = (MilvusIndex.build(VECTORS[:100], uri=server.uri, owner=owner) for owner in (OWNER, "fedcba987654"))
    last = MilvusIndex.build(VECTORS[:100], uri=server.uri, owner=OWNER)
    drop_collections(server.uri, OWNER, keep=last.graph.opened().name)
    assert len(last.query(QUERIES, 2)) == len(theirs.query(QUERIES, 2)) == len(QUERIES)
    with pytest.raises(Unreachable):
        mine.query(QUERIES, 2)


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    index: GraphIndex = MilvusIndex.build(VECTORS[:20])
    save_graph(index, folder)
    from explorer.index import milvus_client

    milvus_client.library.cache_clear()
    monkeypatch.setattr(milvus_client, "find_spec", lambda name: None)
    with pytest.raises(WorkspaceError, match=r"pip install 'similarity-explorer\[milvus\]'"):
        load_graph(folder, VECTORS[:20])


def test_a_folder_with_too_long_a_name_for_a_socket_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.index.milvus_places.LONGEST", 5)
    with pytest.raises(Unreachable, match="set TMPDIR to a shorter folder"):
        MilvusIndex.build(VECTORS[:5])
