from pathlib import Path

import pytest

from explorer.base.errors import InputError, WorkspaceError
from explorer.workspace.finding import workspace_folder
from explorer.workspace.layout import FOLDERS, MANIFEST, folder_of, is_workspace, slug


def test_folders_lie_below_the_workspace(tmp_path: Path) -> None:
    assert [folder_of(tmp_path, kind) for kind in FOLDERS] == [tmp_path / kind for kind in FOLDERS]
    assert folder_of(tmp_path, "indexes", "a:b").parent == tmp_path / "indexes"
    assert folder_of(tmp_path, "indexes", "a:b").name == slug("a:b") != "a_b"
    with pytest.raises(InputError, match="kind: expected one of embeddings"):
        folder_of(tmp_path, "..")


def test_a_workspace_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    folder = tmp_path / "workspaces" / "birds"
    folder.mkdir(parents=True)
    assert not is_workspace(folder)
    with pytest.raises(WorkspaceError, match="no workspace named 'birds'"):
        workspace_folder("birds")
    (folder / MANIFEST).write_text("{}")
    assert is_workspace(folder) and workspace_folder("birds") == folder
    with pytest.raises(InputError, match="Expected a name"):
        workspace_folder("../birds")
