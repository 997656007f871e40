"""Killed right before any step that counts, a workspace opens, goes on, and ends as if nothing had happened."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import WorkspaceError
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.indexing import build_index
from explorer.workspace.saved import SavedView, load_views, save_view
from explorer.workspace.sweeping import sweep
from tests.conftest import DrawPicture

SPEC = "histogram"
KILLER = """
import os, shutil, sys
from pathlib import Path
from explorer.io import atomic
from tests.workspace.test_kills import work
base, source = map(Path, sys.argv[1:])
left = 0
def before(call):
    def counted(*args, **kwargs):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return call(*args, **kwargs)
    return counted
for point in range(60):
    home = base.with_name(f"killed-{point}")
    shutil.copytree(base, home)
    child = os.fork()
    if child == 0:
        left = point
        os.replace, os.rename = before(os.replace), before(os.rename)
        atomic.exchange = before(atomic.exchange)
        work(home / "workspaces" / "pictures", source)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        print(point)
        break
"""


def work(folder: Path, source: Path) -> None:
    """What is interrupted: an update, the steps after it, and a view."""
    import_source(source, folder)
    ws = Workspace.open(folder)
    embed(ws, SPEC)
    build_index(ws, SPEC)
    save_view(ws, SavedView("mine", created="now", ids=["top.png"]))


def names(home: Path) -> set[str]:
    """All files, without the numbers of states."""
    found = (path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())
    return {re.sub(r"dataset-[0-9a-f-]+|\d{20}", "state", name) for name in found}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
def test_a_kill_before_any_rename_changes_nothing_in_the_end(
    tmp_path: Path, image_folder: Path, draw: DrawPicture
) -> None:
    home = tmp_path / "home"
    first = home / "workspaces" / "pictures"
    first.parent.mkdir(parents=True)
    work(first, image_folder)
    draw(image_folder / "top.png", "purple")
    (image_folder / "warm" / "01.jpg").unlink()
    command = [sys.executable, "-c", KILLER, str(home), str(image_folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": os.getcwd()}
    )
    points = int(done.stdout)
    assert points >= 10
    work(first, image_folder)
    expected = Workspace.open(first)
    assert len(expected.dataset()) == 11
    for point in range(points):
        killed = home.with_name(f"killed-{point}")
        ws = Workspace.open(killed / "workspaces" / "pictures")
        assert len(ws.dataset()) == ws.manifest.count, point
        sweep(killed)
        assert not [name for name in names(killed) if re.search(r"\.(tmp|old|stale|incoming)-", name)], point
        work(ws.path, image_folder)
        sweep(killed)
        assert ws.dataset().table.equals(expected.dataset().table), point
        np.testing.assert_array_equal(ws.embeddings(SPEC).vectors, expected.embeddings(SPEC).vectors)
        assert [view.name for view in load_views(ws)] == ["mine"]
        assert {one for one in names(killed) if "history" not in one} == {
            one for one in names(home) if "history" not in one
        }, point
        shutil.rmtree(killed)


def test_a_server_at_work_sees_one_state_or_the_other(image_workspace: Workspace) -> None:
    """Whoever holds the workspace open follows; whoever is in the middle of an answer stays with what it has."""
    dataset = image_workspace.dataset()
    pinned = Workspace.open(image_workspace.path).pin()
    assert len(pinned.dataset()) == 12
    other = Workspace.open(image_workspace.path)
    image_workspace.replace_dataset(type(dataset)(dataset.table.slice(0, 5)))
    assert (len(other.dataset()), other.manifest.count, len(pinned.dataset())) == (5, 5, 12)
    assert other.key == Workspace.open(image_workspace.path).key != pinned.key
    assert [path.name for path in image_workspace.path.glob("dataset*")] == ["dataset-2.parquet"]


def test_who_stays_with_a_state_does_not_write_over_a_later_one(image_workspace: Workspace) -> None:
    pinned = Workspace.open(image_workspace.path).pin()
    before = pinned.dataset()
    image_workspace.replace_dataset(type(before)(before.table.slice(0, 5)))
    with pytest.raises(WorkspaceError, match="has changed meanwhile. Try again"):
        pinned.replace_dataset(before)
    assert len(image_workspace.dataset()) == 5


def test_the_key_is_never_newer_than_what_was_read(image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = image_workspace.dataset()
    opened = Workspace.open(image_workspace.path)
    image_workspace.replace_dataset(type(dataset)(dataset.table.slice(0, 5)))
    assert opened.manifest.count == 12 and opened.key != Workspace.open(image_workspace.path).key
