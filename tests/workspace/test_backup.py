"""A backup holds what cannot be made again, and comes back whole or not at all."""

import json
import os
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from explorer.base.errors import InputError, WorkspaceError
from explorer.workspace.backup import back_up, restore_backup
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.saved import SavedView, load_views, save_view
from explorer.workspace.tags import tag_store


@pytest.fixture
def ws(image_workspace: Workspace) -> Workspace:
    """With vectors, a view that was changed once, and tags whose last change lies in the log of the database."""
    embed(image_workspace, "histogram")
    for ids in (["top.png"], []):
        save_view(image_workspace, SavedView("mine", ids=ids))
    tag_store(image_workspace).put("good", ["top.png"])
    return image_workspace


def written_again(source: Path, target: Path, **files: bytes | None) -> Path:
    """The same zip with other contents of some files, without those that are None."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = files.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name in files.keys() - set(old.namelist()):
            new.writestr(name, files[name] or b"")
    return target


def test_what_people_made_and_the_items_come_back(ws: Workspace, tmp_path: Path) -> None:
    with closing(sqlite3.connect(ws.path / "tags.sqlite")) as busy:
        busy.execute("BEGIN")
        busy.execute("SELECT count(*) FROM tagged").fetchone()
        tag_store(ws).put("late", ["top.png"])
        made = back_up(ws, tmp_path / "out" / "b.zip")
    assert os.listdir(tmp_path / "out") == ["b.zip"]
    assert not [name for name in made.files if name.startswith(("embeddings", "cache", "jobs", ".")) or "-wal" in name]
    new = restore_backup(tmp_path / "out" / "b.zip", ws.path.parent, "again")
    assert (new.name, new.path.name, new.manifest.source) == ("again", "again", ws.manifest.source)
    assert new.dataset().table.equals(ws.dataset().table)
    assert load_views(new) == load_views(ws) and len(list((new.path / "views.history").iterdir())) == 1
    assert set(tag_store(new).names()) == {"good", "late"}
    whole = back_up(ws, tmp_path / "all.zip", everything=True)
    assert any(name.endswith("vectors.npy") for name in whole.files)


def test_nothing_is_written_over(ws: Workspace, tmp_path: Path) -> None:
    back_up(ws, tmp_path / "b.zip")
    with pytest.raises(InputError, match="exists already; a backup is never written over"):
        back_up(ws, tmp_path / "b.zip")
    with pytest.raises(InputError, match="workspace named 'pictures' already"):
        restore_backup(tmp_path / "b.zip", ws.path.parent)
    with ws.lock(), pytest.raises(WorkspaceError, match="Another process is writing"):
        back_up(ws, tmp_path / "c.zip")
    assert not (tmp_path / "c.zip").exists()


def test_a_damaged_or_foreign_file_leaves_nothing(ws: Workspace, tmp_path: Path) -> None:
    made, root = back_up(ws, tmp_path / "b.zip"), tmp_path / "root"
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        table, views = json.loads(archive.read("backup.json")), archive.read("views.json")
    newer = json.dumps(table | {"format": 9}).encode()
    outside = json.dumps(table | {"files": table["files"] | {"../x": {"size": 0, "digest": ""}}}).encode()
    cases: list[tuple[dict[str, bytes | None], str]] = [
        ({"views.json": views[:-2] + b"x\n"}, "views.json holds other bytes"),
        ({"views.json": views + b"x" * 50}, "longer than it says"),
        ({"views.json": None}, "does not hold the files"),
        ({"more": b"x"}, "does not hold the files"),
        ({"../x": b"", "backup.json": outside}, "does not hold the files"),
        ({"backup.json": None}, "is no backup of a workspace"),
        ({"backup.json": b"{"}, "its backup.json cannot be read"),
        ({"backup.json": newer}, "format 9, this program reads 1: upgrade"),
    ]
    for number, (files, message) in enumerate(cases):
        with pytest.raises(InputError, match=message):
            restore_backup(written_again(tmp_path / "b.zip", tmp_path / f"{number}.zip", **files), root)
    (tmp_path / "cut.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:-300])
    for name in ("cut.zip", "none.zip"):
        with pytest.raises(InputError, match="is no backup that can be read"):
            restore_backup(tmp_path / name, root)
    assert made.files and (not root.exists() or os.listdir(root) == [])
