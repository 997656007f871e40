"""`explorer check`, `repair`, `backup`, `restore` and `workspace clean`, as people type them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from explorer.commands.main import app
from explorer.workspace.folder import Workspace


@pytest.fixture
def ws(image_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    return image_workspace


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_from_a_backup_through_damage_to_a_whole_workspace(ws: Workspace, tmp_path: Path) -> None:
    written = run("backup", "pictures", str(tmp_path / "b.zip"))
    assert written.exit_code == 0 and "explorer restore" in written.output
    assert "Everything is whole." in run("check", "pictures").output
    (ws.path / ws.manifest.dataset).write_bytes(b"half")
    (ws.path / "manifest.json").write_text("{")
    checked = run("check", "pictures")
    assert checked.exit_code == 1 and "Mend it with: explorer repair pictures" in checked.output
    mended = run("repair", "pictures")
    assert mended.exit_code == 0, mended.output
    assert "manifest.json is back" in mended.output and "The data set is back from its copy: 12 items." in mended.output
    assert "Everything is whole." in run("check", "pictures").output
    restored = run("restore", str(tmp_path / "b.zip"), "--name", "again")
    assert "again: 12 items are back. Next: explorer prepare again" in restored.output
    assert run("workspace", "clean").output.startswith("0 things removed")


def test_there_is_no_such_workspace(ws: Workspace) -> None:
    for command in ("check", "repair"):
        assert "There is no workspace 'none'" in str(run(command, "none").exception)
