import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import Cancelled, InputError, WorkspaceError
from explorer.base.progress import Silent
from explorer.io import hashing
from explorer.io.columns import Columns
from explorer.io.hashing import hash_file
from explorer.io.sums import write_sums
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import ImportReport, read_report
from explorer.workspace.importing import import_source
from tests.conftest import DrawPicture


def report_of(ws: Workspace) -> ImportReport:
    report = read_report(ws)
    assert report is not None
    return report


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def counts(ws: Workspace) -> tuple[int, int, int, int]:
    report = report_of(ws)
    return report.added, report.changed, report.removed, report.unchanged


# Folders


def test_a_folder_becomes_items_with_folder_and_metadata(image_workspace: Workspace) -> None:
    data = image_workspace.dataset()
    assert len(data) == 12
    assert data.attributes == ["folder", "year"]
    frame = data.table.to_pandas().set_index("id")
    assert frame.loc["warm/01.jpg", ["path", "text", "folder", "year"]].tolist() == [
        "warm/01.jpg",
        "a green disc",
        "warm",
        1999,
    ]
    assert frame.loc["top.png", "folder"] == ""
    assert frame["folder"].nunique() == 3
    assert frame["hash"].str.len().eq(32).all()
    assert image_workspace.image_path(0).is_file()


def test_jsonl_metadata_in_a_subfolder(tmp_path: Path, draw: DrawPicture) -> None:
    draw(tmp_path / "in" / "deep" / "a.png")
    write(tmp_path / "in" / "deep" / "metadata.jsonl", '{"file_name": "./a.png", "caption": "words", "id": "one"}\n')
    data = import_source(tmp_path / "in", tmp_path / "ws").dataset()
    expected = {"id": "one", "path": "deep/a.png", "text": "words"}
    assert data.table.select(["id", "path", "text"]).to_pylist() == [expected]


def test_metadata_paths_may_be_written_loosely(tmp_path: Path, draw: DrawPicture) -> None:
    for name in ("a.png", "deep/b.png", "deep/c.png"):
        draw(tmp_path / "in" / name)
    lines = ["file_name,label", "./a.png,one", "deep//b.png,two", "deep\\c.png,three"]
    write(tmp_path / "in" / "metadata.csv", "\n".join(lines) + "\n")
    workspace = import_source(tmp_path / "in", tmp_path / "ws")
    assert workspace.dataset().column("label").tolist() == ["one", "two", "three"]


def test_columns_of_the_metadata_can_be_chosen(tmp_path: Path, image_folder: Path) -> None:
    ws = import_source(image_folder, tmp_path / "ws", columns=Columns(text=""))
    assert not ws.dataset().has_texts
    assert ws.dataset().attributes == ["folder", "caption", "year"]


def test_metadata_that_names_no_image_is_told_and_repeats_are_joined(tmp_path: Path, image_folder: Path) -> None:
    write(image_folder / "metadata.csv", "file,caption\na,b\n")
    ws = import_source(image_folder, tmp_path / "ws")
    assert len(ws.dataset()) == 12 and not ws.dataset().has_texts
    assert "metadata.csv: not used; no column names images that are here (its columns are file, caption)." in (
        report_of(ws).notes
    )
    write(image_folder / "metadata.csv", "file_name,caption\ntop.png,b\nx.png,c\ntop.png,d\n")
    ws = import_source(image_folder, tmp_path / "ws")
    assert ws.dataset().take(ws.dataset().rows_of(["top.png"]))["text"].tolist() == ["b\nd"]
    notes = " ".join(report_of(ws).notes)
    assert "1 row of metadata.csv without an image here: 'x.png'." in notes
    assert "1 image has several rows: 'caption' was joined." in notes
    assert "11 images without a row in the metadata: cold/deep/00.jpg, " in notes


def test_what_is_left_out_is_told(tmp_path: Path, image_folder: Path) -> None:
    (image_folder / "zero.png").touch()
    (image_folder / "outside.png").symlink_to(__file__)
    write(image_folder / "notes.txt", "x")
    write(image_folder / "other.csv", "a,b\n1,2\n")
    (image_folder / ".hidden.png").write_bytes(b"x")
    ws = import_source(image_folder, tmp_path / "ws")
    assert len(ws.dataset()) == 12
    assert (ws.path / "skipped.csv").read_text().splitlines() == [
        "id,path,reason",
        "outside.png,outside.png,a link that leads out of the folder",
        "zero.png,zero.png,an empty file (0 bytes)",
    ]
    notes = " ".join(report_of(ws).notes)
    assert "2 items left out: outside.png (a link" in notes
    assert "1 file passed over" in notes
    assert "other.csv: not used" in notes


def test_an_unreadable_image_is_kept_for_the_embedding_to_find(tmp_path: Path, image_folder: Path) -> None:
    (image_folder / "aa.png").write_bytes(b"no picture")
    assert len(import_source(image_folder, tmp_path / "ws").dataset()) == 13


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "expected images .*the folder is empty"),
        ({"a.txt": b"x", "b.pdf": b"x"}, r"expected images .*found 1 \.pdf, 1 \.txt"),
        ({"a.png": b""}, r"expected images .*a\.png: an empty file \(0 bytes\)"),
        ({"a.png": b"text", "b.jpg": b"text"}, "none of the first 2 can be opened.*a.png: expected an image"),
    ],
)
def test_folders_without_images(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    (tmp_path / "in").mkdir()
    for name, data in files.items():
        (tmp_path / "in" / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        import_source(tmp_path / "in", tmp_path / "ws")
    assert os.listdir(tmp_path) == ["in"]


def test_a_workspace_inside_the_source_is_not_imported(image_folder: Path) -> None:
    for _ in range(2):
        ws = import_source(image_folder, image_folder / "ws")
        (ws.folder("thumbnails")).mkdir(exist_ok=True)
        shutil.copy(image_folder / "top.png", ws.folder("thumbnails") / "t.png")
    assert len(ws.dataset()) == 12
    assert len(import_source(image_folder, image_folder / "other").dataset()) == 12


@pytest.mark.parametrize("name", ["missing", "a.docx"])
def test_sources_that_are_none(tmp_path: Path, name: str) -> None:
    write(tmp_path / "a.docx", "x")
    with pytest.raises(InputError, match=f"{name}: expected a folder"):
        import_source(tmp_path / name, tmp_path / "ws")


# Updates


def test_an_update_keeps_what_is_there(image_workspace: Workspace, image_folder: Path, draw: DrawPicture) -> None:
    before = image_workspace.dataset().table.column("id").to_pylist()
    key = image_workspace.key
    draw(image_folder / "aaa.png", "purple")
    draw(image_folder / "warm" / "01.jpg", "black")
    (image_folder / "warm" / "03.jpg").unlink()
    ws = import_source(image_folder, image_workspace.path)
    assert counts(ws) == (1, 1, 1, 10)
    after = ws.dataset().table.column("id").to_pylist()
    assert after == [name for name in before if name != "warm/03.jpg"] + ["aaa.png"]
    assert "1 item no longer in the source: warm/03.jpg." in report_of(ws).notes
    assert (ws.manifest.version, ws.manifest.count, ws.key != key) == (2, 12, True)
    assert counts(import_source(image_folder, ws.path)) == (0, 0, 0, 12)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read for their hash."""
    names: list[str] = []

    def noted(path: Path) -> str:
        names.append(path.name)
        return hash_file(path)

    monkeypatch.setattr(hashing, "hash_file", noted)
    return names


def test_changes_are_seen_by_content_and_known_files_are_not_read(
    image_workspace: Workspace, image_folder: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "JUST_NOW_NS", 0)
    ws, picture = image_workspace, image_folder / "top.png"
    os.utime(picture, ns=(1, 1))
    assert counts(import_source(image_folder, ws.path)) == (0, 0, 0, 12)
    read.clear()
    assert counts(import_source(image_folder, ws.path)) == (0, 0, 0, 12) and read == []
    data, before = picture.read_bytes(), picture.stat()
    picture.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(picture, ns=(1, 1))
    assert (picture.stat().st_size, picture.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert counts(import_source(image_folder, ws.path)) == (0, 1, 0, 11) and read == ["top.png"]
    import_source(image_folder, ws.path, verify=True)
    assert len(read) == 1 + 12


def test_files_that_were_written_a_moment_ago_are_read_again(
    image_workspace: Workspace, image_folder: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "JUST_NOW_NS", 3_600 * 10**9)
    import_source(image_folder, image_workspace.path)
    assert len(read) == 12


def test_removed_items_can_be_kept(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", "id,text,n\na,one,1\nb,two,2\n")
    ws = import_source(table, tmp_path / "ws")
    write(table, "id,text,n,more\nc,three,x,y\na,new one,3,z\n")
    ws = import_source(table, ws.path, keep=True)
    assert counts(ws) == (1, 1, 0, 0)
    assert ws.dataset().table.drop_columns(["path", "hash"]).to_pydict() == {
        "id": ["a", "b", "c"],
        "text": ["new one", "two", "three"],
        "n": ["3", "2", "x"],
        "more": ["z", None, "y"],
    }


def test_another_source_is_refused(tmp_path: Path, image_workspace: Workspace, draw: DrawPicture) -> None:
    draw(tmp_path / "other" / "a.png")
    with pytest.raises(WorkspaceError, match="was made from .*pictures; importing .*other would replace its items"):
        import_source(tmp_path / "other", image_workspace.path)
    assert len(Workspace.open(image_workspace.path).dataset()) == 12


def test_a_failed_update_changes_nothing(tmp_path: Path, image_workspace: Workspace, image_folder: Path) -> None:
    before = {*os.listdir(image_workspace.path), ".lock"}
    with pytest.raises(InputError, match="expected text to be one of"):
        import_source(image_folder, image_workspace.path, columns=Columns(text="none"))
    assert set(os.listdir(image_workspace.path)) == before
    assert Workspace.open(image_workspace.path).key == image_workspace.key


def test_columns_of_the_first_import_stay(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", "id,title,body\na,one,words words words\n")
    ws = import_source(table, tmp_path / "ws", columns=Columns(id="id", text="body"))
    assert import_source(table, ws.path).dataset().table.column("text").to_pylist() == ["words words words"]
    write(table, "id,title\na,one\n")
    ws = import_source(table, ws.path)
    assert ws.dataset().table.column("text").to_pylist() == ["one"]
    assert "'body' of the last import is gone: 'title' is the text now" in report_of(ws).notes[0]


class StopAfter(Silent):
    """Cancels when the first files are read."""

    def advance(self, done: int) -> None:
        raise Cancelled("Stopped.")


def test_a_cancelled_import_leaves_nothing(tmp_path: Path, image_folder: Path) -> None:
    with pytest.raises(Cancelled):
        import_source(image_folder, tmp_path / "ws", progress=StopAfter())
    assert os.listdir(tmp_path) == ["pictures"]


# Tables


def test_a_table_of_images_and_texts(tmp_path: Path, image_folder: Path) -> None:
    rows = ["key,img,caption,n", "a,warm/01.jpg,one,1", "b,./top.png,two,2", f"c,{image_folder}/warm/03.jpg,three,3"]
    rows += ["d,,only a text,4", "e,warm/none.jpg,gone,5", "f,http://x/y.jpg,net,6", "g,,,7"]
    table = write(image_folder / "items.csv", "\n".join(rows) + "\n")
    ws = import_source(table, tmp_path / "ws")
    frame = ws.dataset().table.to_pandas()
    assert frame["id"].tolist() == list("abcd")
    assert frame["path"].tolist() == ["warm/01.jpg", "top.png", "warm/03.jpg", ""]
    assert ws.image_root == image_folder.resolve()
    assert [row.split(",")[0] for row in (ws.path / "skipped.csv").read_text().splitlines()[1:]] == ["f", "g", "e"]
    assert report_of(ws).skipped == 3
    with pytest.raises(InputError, match="row 3 has no image"):
        ws.image_path(3)


@pytest.mark.parametrize("path", ["../x.png", "/etc/x.png", "warm/../../x.png", "link/x.png"])
def test_paths_that_leave_the_root_cost_their_row(tmp_path: Path, image_folder: Path, path: str) -> None:
    (image_folder / "link").symlink_to("/etc")
    ws = import_source(write(image_folder / "items.csv", f"image\ntop.png\n{path}\n"), tmp_path / "ws")
    assert ws.dataset().table.column("path").to_pylist() == ["top.png"]
    assert "outside" in (ws.path / "skipped.csv").read_text()
    with pytest.raises(InputError, match=r"items\.csv: expected at least one item .* below .*pictures.*outside"):
        import_source(write(image_folder / "items.csv", f"image\n{path}\n"), tmp_path / "ws2")


def test_a_wider_data_root(tmp_path: Path, image_folder: Path) -> None:
    (tmp_path / "tables").mkdir()
    table = write(tmp_path / "tables" / "t.csv", "image\n../pictures/top.png\n../pictures/warm/01.jpg\n")
    with pytest.raises(InputError, match="leads outside"):
        import_source(table, tmp_path / "ws")
    ws = import_source(table, tmp_path / "ws", data_root=tmp_path)
    assert ws.dataset().table.column("path").to_pylist() == ["pictures/top.png", "pictures/warm/01.jpg"]
    upload = write(tmp_path / "tables" / "t.csv", "image\nwarm/01.jpg\n")
    ws = import_source(upload, tmp_path / "ws2", data_root=image_folder)
    assert ws.dataset().table.column("path").to_pylist() == ["warm/01.jpg"]


def test_no_image_of_a_table_is_there(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", "image\na.png\nb.png\n")
    with pytest.raises(InputError, match=r"t\.csv: expected images that are there; of 2 none .*'a\.png': no such file"):
        import_source(table, tmp_path / "ws")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "expected a column of image paths or one of texts; say which of a, b it is"),
        ("id,text\na,\nb,  \n", "at least one item with an image or a text; row 1 has neither"),
    ],
)
def test_bad_tables_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=rf"t\.csv: .*{message}"):
        import_source(write(tmp_path / "t.csv", text), tmp_path / "ws")
    assert os.listdir(tmp_path) == ["t.csv"]


def test_columns_with_reserved_names_are_renamed(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", "id,caption,hash,text_2,text\na,one,h,x,other\n")
    ws = import_source(table, tmp_path / "ws", columns=Columns(id="id", text="caption"))
    assert ws.dataset().attributes == ["hash_2", "text_2", "text_3"]
    assert any("'text' is called 'text_3'" in note for note in report_of(ws).notes)


def test_rows_without_ids_get_their_numbers(tmp_path: Path) -> None:
    ws = import_source(write(tmp_path / "t.csv", "text\none\n\ntwo\none\n"), tmp_path / "ws")
    assert list(ws.dataset().ids) == ["1", "2", "3"]
    assert "row numbers" in report_of(ws).notes[0]


def test_two_hundred_columns(tmp_path: Path) -> None:
    names = ["text", *(f"c{number}" for number in range(199))]
    table = write(tmp_path / "t.csv", ",".join(names) + "\nwords" + ",1.5" * 199 + "\n")
    assert len(import_source(table, tmp_path / "ws").dataset().attributes) == 199


# Vectors that came along


def test_vectors_beside_and_inside_a_table(tmp_path: Path, rng: np.random.Generator) -> None:
    lines = ['{"id":"a","text":"x","v":[3,4]}', '{"id":"b","text":""}', '{"id":"c","text":"y","v":[0,5]}']
    table = write(tmp_path / "t.jsonl", "\n".join(lines))
    beside = rng.normal(size=(3, 4))
    np.save(tmp_path / "t.clip.npy", beside)
    ws = import_source(table, tmp_path / "ws")
    assert set(ws.encoders()) == {"precomputed:v", "precomputed:t.clip"}
    own = ws.embeddings("precomputed:v")
    assert np.allclose(own.vectors, np.array([[0.6, 0.8], [0, 0], [0, 1]]))
    assert own.present.tolist() == [True, False, True]
    assert own.norms is not None and own.norms.tolist() == [5, 0, 5]
    clip = ws.embeddings("precomputed:t.clip")
    assert np.allclose(clip.vectors, beside / np.linalg.norm(beside, axis=1, keepdims=True), atol=1e-6)
    assert isinstance(clip.vectors, np.memmap)


def test_vectors_follow_their_items_through_an_update(tmp_path: Path) -> None:
    table = write(tmp_path / "t.jsonl", '{"id":"a","text":"x","v":[1,0]}\n{"id":"b","text":"y","v":[0,1]}\n')
    ws = import_source(table, tmp_path / "ws")
    write(table, '{"id":"c","text":"z","v":[1,1]}\n{"id":"b","text":"y","v":[0,1]}\n{"id":"a","text":"x","v":[-1,0]}\n')
    ws = import_source(table, ws.path)
    assert list(ws.dataset().ids) == ["a", "b", "c"]
    expected = np.array([[-1, 0], [0, 1], [0.5**0.5, 0.5**0.5]])
    own = ws.embeddings("precomputed:v")
    assert own.norms is not None and np.allclose(own.norms, [1, 1, 2**0.5])
    assert np.allclose(own.vectors, expected)


def test_vectors_of_an_earlier_version_have_no_lengths(tmp_path: Path) -> None:
    table = write(tmp_path / "t.jsonl", '{"id":"a","text":"x","v":[3,4]}\n{"id":"b","text":"y","v":[0,1]}\n')
    ws = import_source(table, tmp_path / "ws")
    folder = ws.folder("embeddings", "precomputed:v")
    (folder / "norms.npy").unlink()
    write_sums(folder, "precomputed:v")
    assert ws.embeddings("precomputed:v").norms is None


BAD_VECTORS = [
    ([[0, 0], [0, 0], [0, 0]], "got none that can be used; row 1 holds only zeros"),
    ([[1, 2], [1, 2]], "expected 3 vectors, one a row of the table, got 2"),
    (np.zeros((0, 2)), "expected 3 vectors, one a row of the table, got 0"),
    (np.ones((3, 2, 2)), r"expected numbers of shape \(rows, dimensions\)"),
]


@pytest.mark.parametrize(("vectors", "message"), BAD_VECTORS)
def test_vectors_that_cannot_be_used_are_an_error_where_they_were_named(
    tmp_path: Path, vectors: object, message: str
) -> None:
    table = write(tmp_path / "t.csv", "id,text\na,x\nb,y\nc,z\n")
    np.save(tmp_path / "t.npy", np.array(vectors))
    with pytest.raises(InputError, match=f"t.*{message}"):
        import_source(table, tmp_path / "ws", columns=Columns(vectors=("t.npy",)))
    assert sorted(os.listdir(tmp_path)) == ["t.csv", "t.npy"]


@pytest.mark.parametrize(("vectors", "message"), BAD_VECTORS)
def test_vectors_that_cannot_be_used_are_a_note_where_they_were_found(
    tmp_path: Path, vectors: object, message: str
) -> None:
    table = write(tmp_path / "t.csv", "id,text\na,x\nb,y\nc,z\n")
    np.save(tmp_path / "t.npy", np.array(vectors))
    ws = import_source(table, tmp_path / "ws")
    assert (len(ws.dataset()), ws.encoders()) == (3, [])
    assert re.search(message, report_of(ws).notes[0])


def test_a_bad_vector_costs_its_row(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", 'id,text,v\na,x,"[1, 2]"\nb,y,"[0, 0]"\nc,z,"[2, 1]"\n')
    ws = import_source(table, tmp_path / "ws")
    assert ws.embeddings("precomputed:v").present.tolist() == [True, False, True]
    assert report_of(ws).notes == ("v: 1 vector left out; row 2 holds only zeros.",)


# Zips


def zip_of(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return path


def test_a_zip_of_a_folder(tmp_path: Path, image_folder: Path) -> None:
    ws = import_source(zip_of(image_folder, tmp_path / "p.zip"), tmp_path / "ws")
    assert (len(ws.dataset()), ws.manifest.kind, ws.name) == (12, "zip", "p")
    assert ws.image_path(0) == ws.path.resolve() / "files" / "cold" / "deep" / "00.jpg"
    assert not [name for name in os.listdir(ws.path) if name.startswith(".incoming")]


def test_a_second_zip_adds(tmp_path: Path, image_folder: Path, draw: DrawPicture) -> None:
    ws = import_source(zip_of(image_folder, tmp_path / "p.zip"), tmp_path / "ws")
    draw(tmp_path / "more" / "new.png")
    draw(tmp_path / "more" / "top.png", "orange")
    ws = import_source(zip_of(tmp_path / "more", tmp_path / "q.zip"), ws.path)
    assert counts(ws)[:3] == (1, 1, 0)
    assert len(ws.dataset()) == 13
    assert all(ws.image_path(row).is_file() for row in range(13))
    assert ws.dataset().table.to_pandas().set_index("id").loc["warm/01.jpg", "text"] == "a green disc"


def test_a_zip_of_a_table_with_its_images(tmp_path: Path, image_folder: Path) -> None:
    (image_folder / "metadata.csv").unlink()
    write(image_folder / "items.csv", "id,image,caption\na,top.png,one\nb,warm/01.jpg,two\n")
    ws = import_source(zip_of(image_folder, tmp_path / "p.zip"), tmp_path / "ws")
    assert list(ws.dataset().ids) == ["a", "b"]
    assert ws.image_path(1).is_file()
    assert "rows of items.csv" in report_of(ws).notes[0]


def test_an_evil_zip_leaves_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../../evil.png", b"x")
    with pytest.raises(InputError, match=r"evil\.zip: expected paths inside the zip"):
        import_source(tmp_path / "evil.zip", tmp_path / "ws")
    assert os.listdir(tmp_path) == ["evil.zip"]


def test_a_zip_without_images_names_the_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", b"x")
    with pytest.raises(InputError, match=r"^a\.zip: expected images"):
        import_source(tmp_path / "a.zip", tmp_path / "ws")


# Other processes


def test_two_processes_on_one_workspace(image_workspace: Workspace, image_folder: Path) -> None:
    code = f"""
import sys
from explorer.workspace.folder import Workspace
with Workspace.open({str(image_workspace.path)!r}).lock():
    print("locked", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(WorkspaceError, match="Another process is writing to pictures: wait until it is done"):
            import_source(image_folder, image_workspace.path)
        other.communicate()
    assert counts(import_source(image_folder, image_workspace.path)) == (0, 0, 0, 12)


@pytest.mark.parametrize("delay_s", [0.03, 0.09, 0.15])
def test_a_kill_leaves_all_or_nothing(tmp_path: Path, image_folder: Path, delay_s: float) -> None:
    code = f"""
from pathlib import Path
from explorer.workspace.importing import import_source
print("go", flush=True)
while True:
    import_source(Path({str(image_folder)!r}), Path({str(tmp_path / "ws")!r}))
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        time.sleep(delay_s)
        other.kill()
    if (tmp_path / "ws").exists():
        assert len(Workspace.open(tmp_path / "ws").dataset()) == 12
    assert len(import_source(image_folder, tmp_path / "ws").dataset()) == 12
