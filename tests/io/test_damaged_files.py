"""Files that no reader likes: each is a message that names it, or items."""

import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from explorer.base.errors import InputError, LimitError
from explorer.io import readable as limits
from explorer.io.json_text import is_deep, json_value
from explorer.io.preview import preview
from explorer.io.readable import check_table_size, readable
from explorer.io.tables import read_table
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
    return buffer.getvalue()


def zip_of(path: Path, entries: list[tuple[str, bytes]], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, how)
    return path


def damaged_zip(path: Path, how: int) -> Path:
    data = bytearray(zip_of(path, [("a.png", png() * 20)], how).read_bytes())
    data[45:60] = b"\xff" * 15
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zips_of_damaged_compression_are_named(tmp_path: Path, how: int) -> None:
    with pytest.raises(InputError, match=r"t\.zip: expected a zip that can be unpacked"):
        import_source(damaged_zip(tmp_path / "t.zip", how), tmp_path / "ws")
    assert os.listdir(tmp_path) == ["t.zip"]


@pytest.mark.parametrize(
    "entries",
    [
        [("a" * 300 + ".png", png())],
        [("x/" * 2100 + "a.png", png())],
        [("", png()), ("a.png", png())],
        [(".", png()), ("a.png", png())],
        [("a.png", png()), ("a.png/b.png", png())],
        [("a.png/b.png", png()), ("a.png", png())],
    ],
)
def test_zips_of_names_that_cannot_be_written_are_named(tmp_path: Path, entries: list[tuple[str, bytes]]) -> None:
    with pytest.raises(InputError, match=r"t\.zip: expected"):
        import_source(zip_of(tmp_path / "t.zip", entries), tmp_path / "ws")


def test_zips_of_badly_encoded_names_are_named_or_read(tmp_path: Path) -> None:
    data = bytearray(zip_of(tmp_path / "t.zip", [("ä.png", png())]).read_bytes())
    (tmp_path / "t.zip").write_bytes(data.replace("ä".encode(), b"\xff\xfe"))
    with pytest.raises(InputError, match=r"t\.zip: expected a zip that can be unpacked"):
        import_source(tmp_path / "t.zip", tmp_path / "ws")


@pytest.mark.parametrize(
    "text",
    [
        ",,,,\n,,,,\n,,,\n",
        ";;;\n" * 3,
        "#" + "x," * 100 + "\n1,2\n",
        "a" * 300_000 + ",b\n1,2\n",
        "#" + "a" * 300_000 + ",b\n1,2\n3,4\n",
        '"' * 1001,
        "\r\r\r",
        "sep=,\n",
        'sep="\na"b\n',
        "id,text\n1," + "y" * 400_000 + "\n",
    ],
)
def test_odd_csv_is_items_or_a_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    try:
        assert preview(tmp_path / "t.csv").rows
        assert len(import_source(tmp_path / "t.csv", tmp_path / "ws").dataset())
    except InputError as error:
        assert "t.csv" in str(error)


def test_halves_of_characters_are_question_marks(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(
        '{"id": "\\ud800", "text": "a \\udfff b", "\\ud801": 1, "tags": ["\\ud800"]}\n' * 1
    )
    ws = import_source(tmp_path / "t.jsonl", tmp_path / "ws")
    row = ws.dataset().table.to_pylist()[0]
    assert (row["text"], row["tags"]) == ("a ? b", ["?"])
    json.dumps(row, default=str).encode("utf-8")


def npy(header: str, data: bytes = b"\x00" * 96) -> bytes:
    text = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


@pytest.mark.parametrize(
    "data",
    [
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-4, 3), }"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 10000000000000), }"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 'x'), }"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3)"),
        npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4, 3), }"),
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (4, 3), }"),
        npy("{'descr': '<f0', 'fortran_order': False, 'shape': (4, 3), }"),
        npy("{'descr': ('<f4', (2, {})), 'fortran_order': False, 'shape': (4, 3), }"),
        npy("[" * 200),
        b"\x93NUMPY\x09\x00",
        b"\x93NUMPY",
        b"PK\x03\x04",
    ],
)
def test_odd_npy_costs_the_vectors_only(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t.csv").write_text("id,text\n" + "".join(f"{row},word {row}\n" for row in range(4)), encoding="utf-8")
    (tmp_path / "t.npy").write_bytes(data)
    ws = import_source(tmp_path / "t.csv", tmp_path / "ws")
    assert len(ws.dataset()) == 4
    assert "t.npy" in (ws.path / "import.json").read_text(encoding="utf-8")


def parquet_of(path: Path, **columns: pa.Array) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_with_bytes_that_are_no_text_is_read(tmp_path: Path) -> None:
    bad = pa.array([b"\xff\xfe", b"fine"], pa.binary())
    raw = pa.StringArray.from_buffers(2, *bad.buffers()[1:])
    tags = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), raw)
    nested = pa.StructArray.from_arrays([raw, bad], ["path", "bytes"])
    pairs = pa.MapArray.from_arrays(pa.array([0, 1, 2], pa.int32()), raw, raw)
    path = parquet_of(
        tmp_path / "t.parquet",
        id=["a", "b"],
        text=raw,
        tags=tags,
        nested=nested,
        pairs=pairs,
        coded=raw.dictionary_encode(),
    )
    assert preview(path).rows == 2
    assert read_table(path).table.column("nested").to_pylist()[0] == {"path": "\ufffd\ufffd", "bytes": b"\xff\xfe"}
    ws = import_source(path, tmp_path / "ws")
    assert ws.dataset().table.column("text").to_pylist() == ["\ufffd\ufffd", "fine"]
    json.dumps(ws.dataset().table.to_pylist(), default=str).encode("utf-8")


def test_parquet_of_far_dates_is_read(tmp_path: Path) -> None:
    far = [10**13, -(10**13), 0]
    path = parquet_of(
        tmp_path / "t.parquet",
        text=["a", "b", "c"],
        seconds=pa.array(far).cast(pa.timestamp("s")),
        day=pa.array([2**31 - 1, -(2**31), 0], pa.int32()).cast(pa.date32()),
        days=pa.array([[one] for one in far]).cast(pa.list_(pa.timestamp("s"))),
        nested=pa.StructArray.from_arrays([pa.array(far).cast(pa.timestamp("s"))], ["when"]),
        zone=pa.array(far).cast(pa.timestamp("s", tz="Nowhere/Land")),
        span=pa.array([2**62, 0, 1]).cast(pa.duration("s")),
    )
    preview(path)
    import_source(path, tmp_path / "ws").dataset().table.to_pylist()


def loops(root: Path) -> None:
    (root / "self").symlink_to(root / "self")
    (root / "one").symlink_to(root / "two")
    (root / "two").symlink_to(root / "one")
    (root / "up").symlink_to(root)
    (root / "self.png").symlink_to(root / "self.png")
    (root / "metadata.csv").symlink_to(root / "metadata.csv")


def undecodable(root: Path) -> None:
    inner = os.fsencode(root) + b"/caf\xe9"
    os.mkdir(inner)
    for name in (b"/a.png", b"/\xff.csv"):
        with open(inner + name, "wb") as file:
            file.write(png())
    with open(os.fsencode(root) + b"/\xe9.png", "wb") as file:
        file.write(png())


@pytest.mark.parametrize("make", [loops, undecodable])
def test_folders_of_loops_and_of_odd_names_are_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    root = tmp_path / "in"
    root.mkdir()
    (root / "good.png").write_bytes(png())
    make(root)
    preview(root)
    ws = import_source(root, tmp_path / "ws")
    assert ws.dataset().table.column("path").to_pylist() == ["good.png"]
    assert len((ws.path / "skipped.csv").read_text(encoding="utf-8").splitlines()) > 1


@pytest.mark.parametrize("source", ["self", "self.csv"])
def test_a_source_that_is_a_link_to_itself_is_named(tmp_path: Path, source: str) -> None:
    (tmp_path / source).symlink_to(tmp_path / source)
    with pytest.raises(InputError, match=source):
        import_source(tmp_path / source, tmp_path / "ws")


@pytest.mark.parametrize("deep", ['{"a": ' + "[" * 101 + "]" * 101 + "}", "[" * 101 + "]" * 101])
def test_what_is_too_deep_is_refused_by_its_line(tmp_path: Path, deep: str) -> None:
    fine = '{"text": "' + "[{" * 200 + '"}\n'
    (tmp_path / "t.jsonl").write_text(fine * 3 + deep + "\n", encoding="utf-8")
    file = read_table(tmp_path / "t.jsonl")
    assert file.table.num_rows == 3
    assert "line 4" in file.notes[0]


def test_depth_is_counted_outside_of_strings() -> None:
    assert not is_deep(b'["' + b"[" * 500 + b'"]')
    assert not is_deep(b"[]" * 500)
    assert not is_deep(b"[" * 100 + b"]" * 100)
    assert is_deep(b'["\\""' + b", [" * 100)
    with pytest.raises(ValueError, match="deeper than 100"):
        json_value("[" * 101 + "]" * 101)


def test_tables_have_a_most(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    check_table_size(5_000_000, 40, "t.csv")
    for rows, columns, what in ((5_000_001, 1, "rows"), (1, 10_001, "columns"), (5_000_000, 41, "cells")):
        with pytest.raises(LimitError, match=rf"t\.csv: expected at most [\d,]+ {what}"):
            check_table_size(rows, columns, "t.csv")
    monkeypatch.setattr(limits, "MAX_ROWS", 2)
    for path in (tmp_path / "t.csv", tmp_path / "t.jsonl"):
        line = "x\n" if path.suffix == ".csv" else '{"x": 1}\n'
        path.write_text(line * 9, encoding="utf-8")
        with pytest.raises(LimitError, match=rf"{path.name}: expected at most 2 rows, got"):
            read_table(path)
    with pytest.raises(LimitError, match="expected at most 2 rows, got 3"):
        read_table(parquet_of(tmp_path / "t.parquet", text=["a", "b", "c"]))


def test_what_a_reader_raises_names_the_file_but_a_full_disk_stays_one() -> None:
    for error in (KeyError("x"), struct.error("short"), RecursionError(), OSError(22, "Invalid argument")):
        with (
            pytest.raises(InputError, match=r"a\.bin: expected a table, got one that cannot be read \(.+\)\."),
            readable("a.bin", "a table"),
        ):
            raise error
    with pytest.raises(LimitError, match=r"a\.bin: there is not enough memory"), readable("a.bin", "a table"):
        raise MemoryError
    with pytest.raises(OSError, match="No space"), readable("a.bin", "a table"):
        raise OSError(28, "No space left on device")


def test_what_was_imported_is_whole_after_odd_values(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps([{"text": "x", "n": 10**400}, {"text": "y", "n": 1}]), encoding="utf-8")
    ws = import_source(tmp_path / "t.json", tmp_path / "ws")
    assert isinstance(ws, Workspace)
    assert len(ws.dataset()) == 2


def test_arrays_of_many_values_are_no_vectors_of_others(tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", np.ones((4, 3, 2), np.float32))
    (tmp_path / "t.csv").write_text("id,text\n1,a\n2,b\n", encoding="utf-8")
    assert len(import_source(tmp_path / "t.csv", tmp_path / "ws").dataset()) == 2
