"""Folders of `datasets.save_to_disk`, and pictures that lie inside a table."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.base.errors import InputError
from explorer.io.hf import read_saved_dataset
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source

PICTURE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
FEATURES = {"label": {"names": ["neg", "pos"], "_type": "ClassLabel"}}


def save(folder: Path, table: pa.Table, name: str = "data-00000-of-00001.arrow") -> Path:
    """Write what `save_to_disk` writes."""
    folder.mkdir(parents=True)
    with pa.OSFile(str(folder / name), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": name}], "_split": None}))
    (folder / "dataset_info.json").write_text(json.dumps({"features": FEATURES}))
    return folder


def skipped(ws: Workspace) -> list[str]:
    return (ws.path / "skipped.csv").read_text().splitlines()[1:]


def test_splits_with_class_labels(tmp_path: Path) -> None:
    save(tmp_path / "set" / "train", pa.table({"sentence": ["a", "b"], "label": [0, 1]}))
    save(tmp_path / "set" / "test", pa.table({"sentence": ["c"], "label": [-1]}))
    (tmp_path / "set" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    ws = import_source(tmp_path / "set", tmp_path / "ws")
    table = ws.dataset().table.to_pydict()
    assert table["label"] == ["neg", "pos", None]
    assert table["split"] == ["train", "train", "test"]
    assert table["text"] == ["a", "b", "c"]


def test_tensors_are_json(tmp_path: Path) -> None:
    save(tmp_path / "set", pa.table({"text": ["a"], "mat": [[[1.0, 2.0], [3.0, 4.0]]]}))
    ws = import_source(tmp_path / "set", tmp_path / "ws")
    assert ws.dataset().table.column("mat").to_pylist() == ["[[1.0, 2.0], [3.0, 4.0]]"]


@pytest.mark.parametrize("name", ["../secret.arrow", "/etc/passwd", "", ".."])
def test_files_outside_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    save(tmp_path / "set", pa.table({"text": ["a"]}))
    (tmp_path / "set" / "state.json").write_text(json.dumps({"_data_files": [{"filename": name}]}))
    with pytest.raises(InputError, match="set: expected names of files inside the folder"):
        read_saved_dataset(tmp_path / "set")


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "other", pa.table({"text": ["a"]}))
    save(tmp_path / "set", pa.table({"text": ["a"]}))
    (tmp_path / "set" / "b.arrow").symlink_to(tmp_path / "other" / "data-00000-of-00001.arrow")
    (tmp_path / "set" / "state.json").write_text('{"_data_files": [{"filename": "b.arrow"}]}')
    with pytest.raises(InputError, match="'b.arrow' is a link that leads outside"):
        read_saved_dataset(tmp_path / "set")


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("no json", "set: expected state.json of `save_to_disk` that can be read"),
        ("{}", "expected the names of Arrow files"),
        ('{"_data_files": [{"filename": "gone.arrow"}]}', "gone.arrow: expected an Arrow file"),
        ('{"_data_files": [{"filename": "x"}], "_indices_files": [1]}', "save it again after `dataset.flatten_indices"),
    ],
)
def test_damaged_folders_are_named(tmp_path: Path, state: str, message: str) -> None:
    save(tmp_path / "set", pa.table({"text": ["a"]}))
    (tmp_path / "set" / "state.json").write_text(state)
    with pytest.raises(InputError, match=message):
        read_saved_dataset(tmp_path / "set")


def test_columns_that_lead_outside_their_data_are_damaged_and_texts_that_are_no_utf8_are_mended(tmp_path: Path) -> None:
    offsets, back = (pa.array(ends, pa.int32()).buffers()[1] for ends in ([0, 2, 4], [0, 4, 2]))
    for name, ends in (("fine", offsets), ("damaged", back)):
        texts = pa.StringArray.from_buffers(2, ends, pa.py_buffer(b"ab\xffd"))
        save(tmp_path / name, pa.table({"text": texts}))
    assert read_saved_dataset(tmp_path / "fine").table["text"].to_pylist() == ["ab", "\ufffdd"]
    with pytest.raises(InputError, match="expected an Arrow file of `save_to_disk` that can be read"):
        read_saved_dataset(tmp_path / "damaged")


# Pictures inside tables


@pytest.mark.parametrize("kind", [PICTURE, pa.binary(), pa.large_binary()])
def test_pictures_inside_a_parquet_table(tmp_path: Path, image_folder: Path, kind: pa.DataType) -> None:
    data = (image_folder / "top.png").read_bytes()
    values = [data, None] if kind != PICTURE else [{"bytes": data, "path": "a.png"}, {"bytes": None, "path": None}]
    pq.write_table(pa.table({"image": pa.array(values, kind), "text": ["a", "b"]}), tmp_path / "t.parquet")
    ws = import_source(tmp_path / "t.parquet", tmp_path / "ws")
    assert ws.image_path(0).read_bytes() == data
    assert ws.dataset().table.column("path")[1].as_py() == ""
    assert ws.image_root == ws.path / "files"


def test_sound_is_left_out_by_name(tmp_path: Path) -> None:
    sound = pa.array([{"bytes": b"RIFF\x24\x00\x00\x00WAVEfmt ", "path": "0.wav"}], PICTURE)
    pq.write_table(pa.table({"audio": sound, "sentence": ["a"]}), tmp_path / "t.parquet")
    ws = import_source(tmp_path / "t.parquet", tmp_path / "ws")
    report = read_report(ws)
    assert ws.dataset().table.column("path").to_pylist() == [""]
    assert report is not None
    assert any("'audio' was left out" in note for note in report.notes)


def test_paths_inside_pictures_stay_below_the_root(tmp_path: Path, image_folder: Path) -> None:
    """Beside the table they are found; outside they cost their row, and an export goes on."""
    from explorer.io.export import export_rows

    secret = tmp_path / "secret.png"
    secret.write_bytes((image_folder / "top.png").read_bytes())
    (image_folder / "link.png").symlink_to(secret)
    data = (image_folder / "top.png").read_bytes()
    paths = ["/etc/hostname", "../secret.png", "link.png", "warm/01.jpg", "gone.png"]
    values = [{"bytes": data, "path": "0.png"}, *({"bytes": None, "path": path} for path in paths)]
    table = pa.table({"image": pa.array(values, PICTURE), "text": list("abcdef")})
    pq.write_table(table, image_folder / "t.parquet")
    ws = import_source(image_folder / "t.parquet", tmp_path / "ws")
    assert ws.dataset().table.column("text").to_pylist() == ["a", "e"]
    assert ws.image_path(1).read_bytes() == (image_folder / "warm" / "01.jpg").read_bytes()
    assert len(skipped(ws)) == 4
    export_rows(ws, ws.dataset().rows_of(["1", "5"]), tmp_path / "out.zip")


def test_paths_alone_are_found_beside_the_table(tmp_path: Path, image_folder: Path) -> None:
    values = pa.array([{"bytes": None, "path": "top.png"}, {"bytes": None, "path": "warm/01.jpg"}], PICTURE)
    pq.write_table(pa.table({"image": values}), image_folder / "t.parquet")
    ws = import_source(image_folder / "t.parquet", tmp_path / "ws")
    assert ws.dataset().table.column("path").to_pylist() == ["top.png", "warm/01.jpg"]
    assert ws.image_root == image_folder.resolve()


def test_other_bytes_among_pictures_cost_their_row(tmp_path: Path, image_folder: Path) -> None:
    data = (image_folder / "top.png").read_bytes()
    pq.write_table(pa.table({"jpg": [data, b"nothing", data]}), tmp_path / "t.parquet")
    ws = import_source(tmp_path / "t.parquet", tmp_path / "ws")
    assert list(ws.dataset().ids) == ["1", "3"]
    assert "row 2: expected a picture, got other bytes" in skipped(ws)[0]
