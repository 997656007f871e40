"""`explorer workspace …`."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.commands.managing import app
from explorer.commands.serve import serve
from explorer.workspace.folder import Workspace, list_workspaces
from explorer.workspace.trash import delete_workspace
from explorer.workspace.trashed import list_trash


@pytest.fixture
def root(text_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of workspaces, which has `texts`."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    return text_workspace.path.parent


def told(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def names(root: Path) -> list[str]:
    return [one.name for one in list_workspaces(root)]


def test_a_workspace_is_renamed_duplicated_deleted_and_restored(root: Path) -> None:
    assert "texts is called notes now" in told("rename", "texts", "notes")
    assert "copy has everything that is in notes" in told("duplicate", "notes", "copy")
    assert names(root) == ["copy", "notes"]
    assert "explorer workspace restore 'copy'" in told("delete", "copy")
    assert names(root) == ["notes"]
    assert "copy: deleted" in told("restore")
    assert "copy is back" in told("restore", "copy")
    assert "The trash is empty" in told("restore")
    assert names(root) == ["copy", "notes"]


def test_the_trash_is_emptied_by_command(root: Path) -> None:
    told("delete", "texts")
    assert "Gone for good: nothing" in told("empty-trash", "--days", "30")
    assert "Gone for good: texts" in told("empty-trash")
    assert list_trash(root) == []


def test_what_is_old_in_the_trash_goes_when_the_app_starts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    young = delete_workspace(Workspace.open(root / "texts"))
    old = young.folder.with_name("20200101T000000Z-older")
    young.folder.rename(old)
    monkeypatch.setattr("explorer.app.server.run.pages_running", nullcontext)
    monkeypatch.setattr("explorer.app.server.run.run_server", lambda *_, **__: None)
    serve()
    assert not old.exists() and list_trash(root) == []
