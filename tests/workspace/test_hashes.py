"""Small pictures of a workspace: kept, reused by content, made anew where a file has changed."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.progress import Silent
from explorer.workspace import hashes
from explorer.workspace.derived import keep_arrays, kept_arrays
from explorer.workspace.folder import Workspace
from explorer.workspace.hashes import picture_hashes
from explorer.workspace.importing import import_source


def test_only_changed_files_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name, colour in (("a", "red"), ("b", "white")):
        Image.new("RGB", (40, 20), colour).save(source / f"{name}.png")
    workspace = import_source(source, tmp_path / "ws")
    read: list[str] = []
    real = hashes._small

    def noted(ws: Workspace, path: str) -> object:
        read.append(path)
        return real(ws, path)

    monkeypatch.setattr(hashes, "_small", noted)
    found = picture_hashes(workspace, Silent())
    assert sorted(read) == ["a.png", "b.png"] and found.aspect.tolist() == [2, 2]
    assert found.grey.shape == (2, 64, 64) and (found.grey[1] == 255).all() and (found.colour[1] == 128).all()
    read.clear()
    assert np.array_equal(picture_hashes(workspace, Silent()).grey, found.grey) and not read
    Image.new("RGB", (20, 40), "blue").save(source / "b.png")
    (source / "c.png").write_bytes((source / "a.png").read_bytes())
    workspace = import_source(source, tmp_path / "ws")
    again = picture_hashes(workspace, Silent())
    assert "b.png" in read and "a.png" not in read and again.aspect[:2].tolist() == [2, 0.5]


def test_a_file_that_cannot_be_read_has_no_picture(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    Image.new("RGB", (40, 20), "red").save(source / "a.png")
    Image.new("RGB", (40, 20), "blue").save(source / "b.png")
    workspace = import_source(source, tmp_path / "ws")
    (source / "b.png").write_bytes(b"broken")
    assert np.isnan(picture_hashes(workspace, Silent()).aspect).tolist() == [False, True]


def test_arrays_of_another_stamp_or_damaged_ones_are_none(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert kept_arrays(folder) is None
    keep_arrays(folder, "one", {"a": np.arange(3)}, told=1)
    assert kept_arrays(folder, "two") is None
    kept = kept_arrays(folder, "one")
    assert kept is not None and kept["a"].tolist() == [0, 1, 2]
    (folder / "a.npy").write_bytes(b"")
    assert kept_arrays(folder, "one") is None
