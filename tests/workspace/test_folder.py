import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError, WorkspaceError
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.folder import Workspace, create_workspace, list_workspaces
from explorer.workspace.layout import slug
from explorer.workspace.manifest import SCHEMA

SPEC = "open_clip:ViT-B-32/openai"


def dataset(count: int = 3) -> Dataset:
    columns = {"id": [f"i{n}" for n in range(count)], "path": [""] * count, "text": ["x"] * count}
    return Dataset(pa.table({**columns, "hash": ["0" * 32] * count, "n": list(range(count))}))


def embed(ws: Workspace, spec: str = SPEC) -> None:
    count = len(ws.dataset())
    vectors = np.eye(count, dtype=np.float16)
    embeddings = Embeddings(vectors, np.ones(count, bool), spec, {"size": 1}, ws.dataset().ids_hash)
    save_embeddings(ws.folder("embeddings", spec), embeddings, np.zeros((count, 16), np.uint8))


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "ws", "words", dataset(), image_root=None, source="here", kind="table")


def test_it_opens_as_it_was_made(ws: Workspace) -> None:
    again = Workspace.open(ws.path)
    assert again.manifest == ws.manifest
    assert (again.name, again.manifest.count, again.manifest.schema) == ("words", 3, SCHEMA)
    assert again.dataset().table.equals(dataset().table)
    assert again.dataset() is again.dataset()
    assert again.image_root == ws.path / "files"


def test_it_must_be_new(ws: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="ws exists already"):
        create_workspace(ws.path, "other", dataset(), image_root=None, source="", kind="table")
    assert Workspace.open(ws.path).name == "words"


def test_the_memory_map_is_derived(ws: Workspace) -> None:
    ws.dataset()
    copies = list((ws.path / "cache").glob("*.arrow"))
    assert len(copies) == 1
    copies[0].unlink()
    assert len(Workspace.open(ws.path).dataset()) == 3


def set_manifest(ws: Workspace, **values: object) -> None:
    path = ws.path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_newer_schema_says_which_and_to_upgrade(ws: Workspace) -> None:
    set_manifest(ws, schema=SCHEMA + 1)
    with pytest.raises(WorkspaceError, match=f"schema version {SCHEMA + 1}, .* reads up to {SCHEMA}: upgrade"):
        Workspace.open(ws.path)


def test_damage_is_named(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="is not a workspace"):
        Workspace.open(tmp_path)
    (ws.path / ws.manifest.dataset).write_bytes(b"half")
    with pytest.raises(WorkspaceError, match=r"dataset-1\.parquet is missing or damaged.*explorer check ws"):
        Workspace.open(ws.path).dataset()
    (ws.path / "manifest.json").write_text('{"schema": 1}')
    with pytest.raises(WorkspaceError, match=r"manifest\.json is damaged: name, kind"):
        Workspace.open(ws.path)
    (ws.path / "manifest.json").write_text("{")
    with pytest.raises(WorkspaceError, match=r"manifest\.json is damaged"):
        Workspace.open(ws.path)


def test_the_list_tells_which_cannot_be_opened(ws: Workspace, tmp_path: Path) -> None:
    other = create_workspace(tmp_path / "aaa", "Alpha", dataset(2), image_root=None, source="", kind="table")
    set_manifest(other, schema=99)
    found = list_workspaces(tmp_path)
    assert [(one.name, one.count, bool(one.error)) for one in found] == [("aaa", 0, True), ("words", 3, False)]
    assert list_workspaces(tmp_path / "none") == []


def test_embeddings_and_their_order(ws: Workspace) -> None:
    assert ws.encoders() == []
    with pytest.raises(WorkspaceError, match=f"words has no embeddings of {SPEC}: run `explorer embed"):
        ws.embeddings(SPEC)
    embed(ws)
    embed(ws, "histogram")
    assert ws.encoders() == [SPEC, "histogram"]
    found = ws.embeddings(SPEC)
    assert isinstance(found.vectors, np.memmap)
    assert (found.encoder, found.settings, found.present.tolist()) == (SPEC, {"size": 1}, [True] * 3)


def test_embeddings_of_other_items_are_refused(ws: Workspace) -> None:
    embed(ws)
    ws = ws.replace_dataset(dataset(4))
    with pytest.raises(WorkspaceError, match=f"{SPEC} are older than the data set"):
        ws.embeddings(SPEC)


def test_damaged_embeddings_are_named(ws: Workspace) -> None:
    embed(ws)
    (ws.folder("embeddings", SPEC) / "vectors.npy").write_bytes(b"half")
    with pytest.raises(WorkspaceError, match=r"embeddings in .* are damaged"):
        ws.embeddings(SPEC)


def test_the_key_changes_with_everything_that_is_shown(ws: Workspace) -> None:
    keys = [ws.key]
    embed(ws)
    keys.append(ws.key)
    embed(ws)
    keys.append(ws.key)
    for kind in ("indexes", "maps"):
        ws.folder(kind, SPEC).mkdir(parents=True)
        (ws.folder(kind, SPEC) / "manifest.json").write_text("{}")
        keys.append(ws.key)
    keys.append(ws.replace_dataset(dataset(4)).key)
    assert len(set(keys)) == len(keys)
    assert Workspace.open(ws.path).key == keys[-1]


def test_image_paths_stay_below_the_image_root(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "link").symlink_to("/etc")
    ws = create_workspace(tmp_path / "ws", "x", dataset(), image_root=tmp_path / "images", source="", kind="folder")
    assert ws.image_path("a/b.png") == (tmp_path / "images" / "a" / "b.png").resolve()
    for path in ("../ws/manifest.json", "/etc/passwd", "link/passwd"):
        with pytest.raises(InputError, match="leads outside"):
            ws.image_path(path)
    with pytest.raises(InputError, match="row 0 has no image"):
        ws.image_path(0)


def test_one_writer_at_a_time(ws: Workspace) -> None:
    with ws.lock(), pytest.raises(WorkspaceError, match="Another process is writing to words"), ws.lock():
        pass
    with ws.lock():
        pass


def test_folders_have_names_that_do_not_meet(ws: Workspace) -> None:
    similar = [SPEC, "open_clip:ViT-B-32_openai", "open_clip_ViT-B-32_openai"]
    names = ["pocket", *similar, "../../x", "é", "ê", "a" * 300, ".."]
    folders = [ws.folder("embeddings", name) for name in names]
    assert len(set(folders)) == len(names)
    assert all(folder.resolve().parent == (ws.path / "embeddings").resolve() for folder in folders)
    assert slug("pocket") == "pocket"
    assert ws.folder("thumbnails") == ws.path / "thumbnails"
    with pytest.raises(InputError, match="kind: expected one of embeddings"):
        ws.folder("secrets")


def test_the_stamp_of_embeddings_changes_whenever_they_are_written(ws: Workspace) -> None:
    assert ws.manifest_of("embeddings", SPEC) == {} and ws.embeddings_stamp(SPEC) == [None, None]
    embed(ws)
    first = ws.embeddings_stamp(SPEC)
    assert first[1] == ws.dataset().ids_hash == ws.manifest_of("embeddings", SPEC)["ids_hash"]
    embed(ws)
    assert ws.embeddings_stamp(SPEC) != first
