"""A vector belongs to the content it was made of: a changed item is not found as its old self."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import WorkspaceError
from explorer.workspace import changed as changed_module
from explorer.workspace.embedding import EmbedReport, embed
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.index_reading import load_index
from explorer.workspace.indexing import build_index
from explorer.workspace.mapping import build_map, load_map
from explorer.workspace.opened import open_shared
from explorer.workspace.preparing import missing_steps
from explorer.workspace.summary import summarise_encoders, summary_lines
from tests.conftest import DrawPicture

SPEC = "histogram"
CHANGED = ("top.png", "warm/01.jpg", "warm/05.jpg")


@pytest.fixture
def ready(image_workspace: Workspace) -> Workspace:
    """Twelve pictures with vectors, an index and a map."""
    embed(image_workspace, SPEC)
    build_index(image_workspace, SPEC)
    build_map(image_workspace, SPEC, method="pca")
    assert missing_steps(image_workspace, SPEC) == []
    return image_workspace


def change(ws: Workspace, folder: Path, draw: DrawPicture) -> list[int]:
    """Draw three pictures anew, import, and return their rows."""
    for name in CHANGED:
        draw(folder / name, "purple", place=20)
    import_source(folder, ws.path)
    return [ws.dataset().row_of(name) for name in CHANGED]


def test_changed_items_have_no_vector_until_they_are_embedded_again(
    ready: Workspace, image_folder: Path, draw: DrawPicture
) -> None:
    before = np.array(ready.embeddings(SPEC).vectors)
    rows = change(ready, image_folder, draw)
    found = ready.embeddings(SPEC)
    assert np.flatnonzero(~found.present).tolist() == sorted(rows) and not found.vectors[rows].any()
    kept = np.setdiff1d(np.arange(12), rows)
    np.testing.assert_array_equal(found.vectors[kept], before[kept])
    assert not found.vectors.flags.writeable and not found.present.flags.writeable
    answers = open_shared(ready.path).index(SPEC).query(before[rows], 12)
    assert all(set(answers.of(query)[0]) <= {-1, *kept} for query in range(3))
    assert np.isnan(load_map(ready, SPEC, "pca").coords[rows]).all()
    assert missing_steps(ready, SPEC) == ["embed", "index", "map"]
    (one,) = summarise_encoders(ready)
    assert (one.state, one.present) == ("not up to date: 3 changed", 9)
    assert any("9 of 12 items" in line and "(not up to date: 3 changed;" in line for line in summary_lines(ready))


def test_only_the_changed_ones_are_embedded_and_then_all_is_up_to_date(
    ready: Workspace, image_folder: Path, draw: DrawPicture
) -> None:
    before, rows = np.array(ready.embeddings(SPEC).vectors), change(ready, image_folder, draw)
    assert embed(ready, SPEC) == EmbedReport(done=3, reused=9, skipped=0)
    found = ready.embeddings(SPEC)
    assert found.present.all() and not np.allclose(found.vectors[rows], before[rows])
    assert np.isnan(load_map(ready, SPEC, "pca").coords[rows]).all(), "the map is still the old one"
    build_index(ready, SPEC)
    assert not build_map(ready, SPEC, method="pca").reused
    assert missing_steps(ready, SPEC) == [] and np.isfinite(load_map(ready, SPEC, "pca").coords).all()


def test_a_picture_that_comes_back_is_known_again(ready: Workspace, image_folder: Path, draw: DrawPicture) -> None:
    files = {name: (image_folder / name).read_bytes() for name in CHANGED}
    change(ready, image_folder, draw)
    with pytest.raises(WorkspaceError, match="older than its embeddings"):
        load_index(ready, SPEC)
    for name, data in files.items():
        (image_folder / name).write_bytes(data)
    import_source(image_folder, ready.path)
    assert ready.embeddings(SPEC).present.all() and missing_steps(ready, SPEC) == []


def test_workspaces_of_earlier_versions_are_told_by_their_hashes(
    ready: Workspace, image_folder: Path, draw: DrawPicture
) -> None:
    folder = ready.folder("embeddings", SPEC)
    made = json.loads((folder / "manifest.json").read_text())
    assert made["reads"] == ["images"] and made["content"] == ready.dataset().content_hash
    (folder / "manifest.json").write_text(json.dumps({k: v for k, v in made.items() if k not in ("reads", "content")}))
    (folder / "sums.json").unlink()
    assert ready.embeddings(SPEC).present.all() and missing_steps(ready, SPEC) == []
    rows = change(ready, image_folder, draw)
    assert ready.changed_rows(SPEC).tolist() == sorted(rows)


def test_own_vectors_count_for_the_content_that_they_came_with(tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    table.write_text('{"id":"a","text":"x","v":[1,0]}\n{"id":"b","text":"y","v":[0,1]}\n')
    ws = import_source(table, tmp_path / "ws")
    table.write_text('{"id":"a","text":"new","v":[1,0]}\n{"id":"b","text":"y","v":[0,1]}\n')
    assert import_source(table, ws.path).embeddings("precomputed:v").present.tolist() == [True, True]
    table.write_text('{"id":"a","text":"newer"}\n{"id":"b","text":"y"}\n')
    ws = import_source(table, ws.path)
    assert ws.embeddings("precomputed:v").present.tolist() == [False, True]
    assert summarise_encoders(ws)[0].state == "1 changed and without a vector: import the source with their vectors"


def test_the_answer_is_worked_out_once_for_a_state(image_workspace: Workspace) -> None:
    embed(image_workspace, SPEC)
    table = image_workspace.dataset().table
    row = image_workspace.dataset().row_of("top.png")
    hashes = ["0" * 32 if place == row else one for place, one in enumerate(table["hash"].to_pylist())]
    other = table.set_column(table.column_names.index("hash"), "hash", [hashes])
    ws = image_workspace.replace_dataset(type(image_workspace.dataset())(other))
    assert ws.changed_rows(SPEC).tolist() == [row]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changed_module, "content_keys", None)
        assert len(ws.changed_rows(SPEC)) == 1
