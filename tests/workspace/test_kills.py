"""Killed right before any step that counts, a workspace opens, goes on, and ends as if nothing had happened."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.base.errors import WorkspaceError
from explorer.workspace.folder import Workspace


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
def test_a_kill_at_every_other_step_and_at_random_changes_nothing_in_the_end(tmp_path: Path) -> None:
    """First imports, updates, maps, zips and tags; `make kills` tries every step and more moments."""
    command = [sys.executable, "tools/kills.py", "6", "0", "2"]
    environment = os.environ | {"PYTHONPATH": os.getcwd(), "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    looked = {line.split(":")[0]: int(line.split()[-4]) for line in done.stdout.splitlines() if "steps" in line}
    assert looked["first import"] >= 7 and looked["update"] >= 7 and looked["first zip"] >= 5 and looked["map"] >= 2


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
