"""Damage is found, named, and mended; what people made is never in danger."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import WorkspaceError
from explorer.base.progress import Silent
from explorer.heads.head import Head
from explorer.heads.store import write_head
from explorer.workspace.checking import check_workspace
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace, list_workspaces
from explorer.workspace.indexing import build_index
from explorer.workspace.mapping import build_map, load_map, map_folder
from explorer.workspace.preparing import missing_steps, prepare
from explorer.workspace.repairing import repair
from explorer.workspace.tags import tag_store

SPEC = "histogram"


@pytest.fixture
def ready(image_workspace: Workspace) -> Workspace:
    embed(image_workspace, SPEC)
    build_index(image_workspace, SPEC)
    build_map(image_workspace, SPEC, method="pca")
    return image_workspace


def damaged(ws: Workspace) -> list[str]:
    return [part.name for part in check_workspace(ws.path) if part.wrong]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


FILES = [
    ("embeddings", "manifest.json"),
    ("embeddings", "vectors.npy"),
    ("embeddings", "hashes.npy"),
    ("indexes", "manifest.json"),
    ("maps", "coords.npy"),
    ("maps", "cluster_names.json"),
]


@pytest.mark.parametrize("harm", [flip, cut])
def test_derived_data_that_is_damaged_is_found_and_made_again(ready: Workspace, harm: object) -> None:
    assert callable(harm) and damaged(ready) == []
    vectors, coords = (np.array(a) for a in (ready.embeddings(SPEC).vectors, load_map(ready, SPEC, "pca").coords))
    folders = {"maps": map_folder(ready, SPEC, "pca")}
    for kind, name in FILES:
        harm(folders.get(kind, ready.folder(kind, SPEC)) / name)
        found = damaged(ready)
        assert found and all(SPEC in name for name in found), "vectors and map share the file of hashes"
        prepare(ready, SPEC, method="pca", progress=Silent())
        assert damaged(ready) == [] and missing_steps(ready, SPEC) == [], name
        np.testing.assert_array_equal(ready.embeddings(SPEC).vectors, vectors)
        np.testing.assert_array_equal(load_map(ready, SPEC, "pca").coords, coords)


def test_a_cut_file_is_noticed_when_it_is_opened(ready: Workspace) -> None:
    cut(ready.folder("embeddings", SPEC) / "vectors.npy")
    with pytest.raises(WorkspaceError, match=r"damaged \(vectors.npy has .* bytes, expected .*explorer prepare"):
        ready.embeddings(SPEC)
    cut(map_folder(ready, SPEC, "pca") / "trust.npy")
    with pytest.raises(WorkspaceError, match=r"damaged \(trust.npy has"):
        load_map(ready, SPEC, "pca")
    cut(ready.folder("embeddings", SPEC) / "manifest.json")
    assert ready.encoders() == [] and missing_steps(ready, SPEC) == ["embed", "index", "map"]


@pytest.mark.parametrize("way", ["copy", "source"])
def test_a_damaged_data_set_is_mended_and_nothing_of_people_is_touched(
    image_workspace: Workspace, image_folder: Path, way: str
) -> None:
    table = image_workspace.dataset().table.combine_chunks()
    tag_store(image_workspace).put("good", ["top.png"])
    if way == "source":
        next((image_workspace.path / "cache").glob("*.arrow")).unlink()
    flip(image_workspace.path / image_workspace.manifest.dataset)
    part = check_workspace(image_workspace.path)[1]
    assert (part.name, part.cure) == ("data set", "explorer repair pictures") and "delete" not in part.wrong
    done = repair(image_workspace.path)
    assert done[0].startswith("The data set is back" if way == "copy" else "The data set was put together anew")
    ws = Workspace.open(image_workspace.path)
    assert ws.dataset().table.equals(table) and damaged(ws) == []
    assert tag_store(ws).names() == ["good"]
    assert repair(ws.path) == []


def test_damaged_tags_are_saved_as_far_as_they_can_be_read(image_workspace: Workspace) -> None:
    store = tag_store(image_workspace)
    for number in range(40):
        store.put(f"a tag that fills its page {number:03}" + "x" * 30, [f"{number}.png", *map(str, range(20))])
    before = set(zip(*store.pairs().to_pydict().values(), strict=True))
    data = bytearray(store.path.read_bytes())
    place = data.rindex(b"page 020") // 4096
    data[place * 4096 : (place + 1) * 4096] = bytes(4096)
    store.path.write_bytes(bytes(data))
    assert damaged(image_workspace) == ["tags"]
    (told,) = repair(image_workspace.path)
    assert "could be read and are saved" in told and "kept as tags.sqlite.damaged. Where there is a backup" in told
    assert damaged(image_workspace) == []
    after = set(zip(*store.pairs().to_pydict().values(), strict=True))
    assert after < before and len(before) - len(after) < 200 and f"{len(after):,} of tagged" in told
    store.put("one more", ["top.png"])
    assert "one more" in store.names()


def test_tags_that_cannot_be_read_at_all_are_left_alone(image_workspace: Workspace) -> None:
    store = tag_store(image_workspace)
    store.put("good", ["top.png"])
    store.path.write_bytes(bytes(4096) + store.path.read_bytes()[4096:])
    before = store.path.read_bytes()
    (told,) = repair(image_workspace.path)
    assert "cannot be read at all; tags.sqlite is left as it is" in told and store.path.read_bytes() == before


def test_heads_of_the_models_are_looked_at(
    image_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    embed(image_workspace, SPEC)
    for name, encoder in (("mine", SPEC), ("another", "pocket")):
        head = Head(kind="mlp", encoder=encoder, fingerprint="", weights={"x": np.ones(3, np.float32)})
        write_head(tmp_path / "heads" / name, head, "")
    assert [part.name for part in check_workspace(image_workspace.path)][-1] == "head mine"
    for name in ("mine", "another"):
        flip(tmp_path / "heads" / name / "head.safetensors")
    assert damaged(image_workspace) == ["head mine"]
    assert "The head mine is damaged" in repair(image_workspace.path)[0]
    assert (tmp_path / "heads" / "mine" / "head.safetensors").is_file()


def test_without_copy_and_source_it_says_what_there_is_to_do(image_workspace: Workspace, image_folder: Path) -> None:
    flip(image_workspace.path / image_workspace.manifest.dataset)
    elsewhere = image_folder.rename(image_folder.with_name("moved"))
    with pytest.raises(WorkspaceError, match="--source FILE.*explorer restore"):
        repair(image_workspace.path)
    assert repair(image_workspace.path, elsewhere)[0].endswith("12 items.")
    assert Workspace.open(image_workspace.path).image_path(0).is_file()


def test_a_damaged_manifest_comes_back_from_its_copy(ready: Workspace) -> None:
    before = ready.manifest
    (ready.path / "manifest.json").write_text("{")
    assert damaged(ready)[0] == "manifest.json"
    assert repair(ready.path) == ["manifest.json is back from its copy."]
    assert Workspace.open(ready.path).manifest == before
    for name in ("manifest.json", "manifest.json.bak"):
        (ready.path / name).write_text("{")
    assert "put together anew" in repair(ready.path)[0]
    assert len(Workspace.open(ready.path).dataset()) == 12


BAD = ["[" * 100_000, "[]", '{"schema": true}', '{"schema": 0}', "nothing", "\xff"]


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:16])
def test_one_bad_manifest_does_not_break_the_list(image_workspace: Workspace, text: str) -> None:
    bad = image_workspace.path.with_name("bad")
    bad.mkdir()
    (bad / "manifest.json").write_bytes(text.encode("latin-1"))
    assert [(one.name, bool(one.error)) for one in list_workspaces(bad.parent)] == [("bad", True), ("pictures", False)]


@pytest.mark.parametrize(
    "change", [{"name": None}, {"linked": 5}, {"columns": []}, {"count": "x"}, {"dataset": "../x"}]
)
def test_a_manifest_of_other_types_is_named(image_workspace: Workspace, change: dict[str, object]) -> None:
    path = image_workspace.path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(WorkspaceError, match=rf"manifest.json is damaged: {next(iter(change))} is not what"):
        Workspace.open(image_workspace.path)


def test_workspaces_of_schema_1_open_and_get_the_new_layout_with_the_next_change(image_workspace: Workspace) -> None:
    ws = image_workspace
    (ws.path / ws.manifest.dataset).rename(ws.path / "dataset.parquet")
    values = json.loads((ws.path / "manifest.json").read_text())
    old = {name: value for name, value in values.items() if not name.startswith("dataset") and name != "linked"}
    (ws.path / "manifest.json").write_text(json.dumps(old | {"schema": 1}))
    again = Workspace.open(ws.path)
    assert len(again.dataset()) == 12 and damaged(again) == []
    new = again.replace_dataset(again.dataset())
    assert (new.manifest.schema, new.manifest.dataset, len(new.dataset())) == (2, "dataset-2.parquet", 12)
    assert not (ws.path / "dataset.parquet").exists()
