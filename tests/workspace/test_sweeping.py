"""Litter of dead processes goes; what somebody is at work on, or may go on with, stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.base.errors import Cancelled
from explorer.base.progress import Silent
from explorer.io.leftovers import is_left_behind, temporary_name
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.sweeping import sweep

OLD = (1, 1)


def dead_name(path: Path) -> Path:
    """As a process that has ended would have called it."""
    code = "import sys; from pathlib import Path; from explorer.io.leftovers import temporary_name; "
    code += "print(temporary_name(Path(sys.argv[1])))"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


class Stop(Silent):
    def advance(self, done: int) -> None:
        if done:
            raise Cancelled("enough")


def test_what_is_left_behind_goes_and_the_rest_stays(image_workspace: Workspace, tmp_path: Path) -> None:
    home, ws = tmp_path, image_workspace
    embed(ws, "histogram")
    before = {path for path in ws.path.rglob("*") if path.is_file()}
    dead = dead_name(ws.path / "views.json")
    alive = temporary_name(ws.path / "embeddings" / "x")
    places = [dead, ws.path / "elites" / "run" / dead.name, ws.path.parent / dead.name / "manifest.json", alive]
    unlocked = [ws.path / ".incoming-1" / "a", ws.path / "embeddings" / ".stale-x" / "a", ws.path / "dataset-7.parquet"]
    for path in (*places, *unlocked, ws.path / "embeddings" / "histogram" / "journal.jsonl"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    with ws.lock():
        assert sweep(home).things == 3
        assert all(path.exists() for path in (alive, *unlocked))
    done = sweep(home)
    assert (done.things, done.bytes) == (3, 15)
    assert {path for path in ws.path.rglob("*") if path.is_file()} == {*before, alive, ws.path / ".lock"}
    assert sweep(home).things == 0


def test_of_processes_elsewhere_only_the_age_is_known(tmp_path: Path) -> None:
    for name in (".tmp-1a2b3c4d-x", ".tmp-00000000.1-1a2b3c4d-x"):
        (tmp_path / name).touch()
        assert not is_left_behind(tmp_path / name)
        os.utime(tmp_path / name, OLD)
        assert is_left_behind(tmp_path / name)
    (mine := temporary_name(tmp_path / "x")).touch()
    os.utime(mine, OLD)
    assert not is_left_behind(mine)


def test_unfinished_vectors_are_kept_for_a_while(image_workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        embed(image_workspace, "histogram", progress=Stop())
    partial = image_workspace.path / "embeddings" / ".partial-histogram"
    assert sweep(tmp_path).things == 0 and partial.is_dir()
    os.utime(partial / "journal.jsonl", OLD)
    assert sweep(tmp_path).things == 1 and not partial.exists()


def test_a_folder_that_was_being_replaced_is_back(image_workspace: Workspace, tmp_path: Path) -> None:
    embed(image_workspace, "histogram")
    folder = image_workspace.folder("embeddings", "histogram")
    folder.rename(folder.with_name(".old-histogram"))
    sweep(tmp_path)
    assert image_workspace.encoders() == ["histogram"]


def test_uploads_stay_while_they_are_needed(tmp_path: Path, image_workspace: Workspace) -> None:
    uploads = {name: tmp_path / "uploads" / name / "t.csv" for name in ("used", "unused", "new")}
    for path in uploads.values():
        path.parent.mkdir(parents=True)
        path.write_text("id,text\na,one\n")
    import_source(uploads["used"], tmp_path / "workspaces" / "t")
    for name in ("used", "unused"):
        os.utime(uploads[name].parent, OLD)
    bad = image_workspace.path / "manifest.json"
    whole = bad.read_text()
    bad.write_text("{")
    assert sweep(tmp_path).things == 0
    bad.write_text(whole)
    assert sweep(tmp_path).things == 1
    assert sorted(os.listdir(tmp_path / "uploads")) == ["new", "used"]
