"""What data name or link to outside their folder is not read where browsers may import."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.io.columns import Columns
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source
from tests.conftest import DrawPicture


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("in_force", [False, True])
def test_vectors_and_descriptions_by_link_are_for_the_command_line_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_force: bool
) -> None:
    data, secret = tmp_path / "data", tmp_path / "secret"
    secret.mkdir()
    write(data / "t.csv", "id,text\na,one\nb,two\n")
    write(data / "vectors.tsv", "1\t2\n3\t4\n")
    np.save(secret / "v.npy", np.ones((2, 3), np.float32))
    write(secret / "m.tsv", "name\tword\na\tpassword\nb\tpassword\n")
    (data / "t.npy").symlink_to(secret / "v.npy")
    (data / "metadata.tsv").symlink_to(secret / "m.tsv")
    if in_force:
        monkeypatch.setenv("EXPLORER_DATA_ROOT", str(data))
    table = import_source(data / "t.csv", tmp_path / "table")
    assert table.encoders() == ([] if in_force else ["precomputed:t"])
    export = import_source(data / "vectors.tsv", tmp_path / "export")
    assert ("name" in export.dataset().attributes) is not in_force
    for ws, name in ((table, "t.npy"), (export, "metadata.tsv")):
        report = read_report(ws)
        assert report
        told = f"{name}: passed over, a link that leads out of the folder." in report.notes
        assert told is in_force
    if in_force:
        with pytest.raises(InputError, match=r"t.npy: expected a file, got a link that leads out"):
            import_source(data / "t.csv", tmp_path / "named", columns=Columns(vectors=("t.npy",)))


def test_a_list_of_files_by_link_is_not_read(tmp_path: Path) -> None:
    write(tmp_path / "secret.json", '{"_data_files": [{"filename": "password"}]}')
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "state.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(InputError, match="'state.json' is a link that leads outside"):
        import_source(tmp_path / "in", tmp_path / "ws")


@pytest.mark.parametrize("there", [False, True])
def test_paths_in_a_table_do_not_tell_what_lies_outside(tmp_path: Path, draw: DrawPicture, there: bool) -> None:
    """Whether the rows or the images are the items depends on paths below the folder alone."""
    if there:
        draw(tmp_path / "secret.png")
    draw(tmp_path / "in" / "x.png")
    write(tmp_path / "in" / "t.csv", f"image,word\n../secret.png,a\n{tmp_path}/secret.png,b\n")
    assert list(import_source(tmp_path / "in", tmp_path / "ws").dataset().ids) == ["x.png"]
