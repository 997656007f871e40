"""JSON in all the forms in which tables are written."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest

from explorer.base.errors import InputError
from explorer.io import json_tables
from explorer.io.json_tables import read_json
from explorer.io.tables import TableFile, read_table

ROWS = [{"text": "a", "n": 1}, {"text": "b", "n": 2}]
COLUMNS = {"text": ["a", "b"], "n": [1, 2]}


def read(tmp_path: Path, data: bytes | str, name: str = "a.json") -> TableFile:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path)


@pytest.mark.parametrize(
    "value",
    [
        ROWS,
        {"data": ROWS, "version": 1},
        COLUMNS,
        {"text": {"0": "a", "1": "b"}, "n": {"0": 1, "1": 2}},
        {"columns": ["text", "n"], "index": [0, 1], "data": [["a", 1], ["b", 2]]},
    ],
)
def test_arrays_and_columns(tmp_path: Path, value: object) -> None:
    assert read(tmp_path, json.dumps(value, indent=2)).table.to_pydict() == COLUMNS


def test_an_array_in_a_file_of_lines_and_lines_in_a_json(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(ROWS), "a.jsonl").table.to_pydict() == COLUMNS
    lines = "\n".join(map(json.dumps, ROWS))
    assert read(tmp_path, lines).table.to_pydict() == COLUMNS
    assert read(tmp_path, gzip.compress(lines.encode()), "a.jsonl.gz").table.to_pydict() == COLUMNS
    assert read(tmp_path, gzip.compress(json.dumps(ROWS).encode()), "a.json.gz").table.to_pydict() == COLUMNS


def test_texts_alone_and_entries_that_are_no_objects(tmp_path: Path) -> None:
    assert read(tmp_path, '["a", "b"]').table.to_pydict() == {"text": ["a", "b"]}
    file = read(tmp_path, json.dumps([*ROWS, 3]))
    assert file.table.to_pydict() == COLUMNS
    assert file.notes == ("1 entry left out, no JSON object; the first is entry 3.",)


@pytest.mark.parametrize("number", [2**63, 2**64 + 1, -(2**63) - 1, 10**25])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_numbers_beyond_64_bits_stay_whole(tmp_path: Path, number: int, name: str) -> None:
    rows = [{"id": number, "text": "a"}, {"id": 5, "text": "b"}]
    data = json.dumps(rows) if name == "a.json" else "\n".join(map(json.dumps, rows))
    assert read(tmp_path, data, name).strings("id").to_pylist() == [str(number), "5"]


def test_dates_inside_lists_stay_as_written(tmp_path: Path) -> None:
    file = read(tmp_path, '{"days":["2020-01-01"]}\n{"days":["2021-01-01"]}\n', "a.jsonl")
    assert file.table.column("days").to_pylist() == [["2020-01-01"], ["2021-01-01"]]


def test_half_characters_and_odd_names(tmp_path: Path) -> None:
    file = read(tmp_path, '[{"": 1, "a": "x\\ud800", " a": 2}]')
    assert file.table.to_pydict() == {"column_1": [1], "a": ["x?"], "a_2": [2]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("[1, 2]", "expected an array of objects"),
        ("[]", "expected an array of objects"),
        ('{"a": {"b": 1},\n "c": [1]}', "expected an array of objects, .*; got one object with 'a', 'c'"),
        ("[" * 100_000, "expected one JSON object a line, got something else in line 1"),
        ("no json", "expected one JSON object a line, got something else in line 1"),
    ],
)
def test_other_json_is_named(tmp_path: Path, data: str, message: str) -> None:
    with pytest.raises(InputError, match=f"a.json: {message}"):
        read(tmp_path, data)


def test_a_deep_file_never_reaches_the_reader_that_cannot_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def arrow(data: bytes, texts: list[str]) -> pa.Table:
        seen.append(data)
        return pa.table({"a": ["x"]})

    monkeypatch.setattr(json_tables, "_by_arrow", arrow)
    (tmp_path / "t.jsonl").write_text('{"a": "x"}\n' * 2 + '{"a": ' + "[" * 200 + "]" * 200 + "}\n", encoding="utf-8")
    assert read_json(tmp_path / "t.jsonl").table.num_rows == 2
    assert not seen
    (tmp_path / "t.jsonl").write_text('{"a": "x"}\n', encoding="utf-8")
    read_json(tmp_path / "t.jsonl")
    assert len(seen) == 1


def test_only_what_begins_with_an_object_goes_to_arrows_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    read = json_tables._by_arrow

    def arrow(data: bytes, texts: list[str]) -> pa.Table:
        asked.append(data)
        return read(data, texts)

    monkeypatch.setattr(json_tables, "_by_arrow", arrow)
    (tmp_path / "a.jsonl").write_text('7\n{"a": 1}\n{"a": 2}\n')
    file = read_json(tmp_path / "a.jsonl")
    assert file.table.to_pylist() == [{"a": 1}, {"a": 2}] and "the first is line 1" in file.notes[0]
    assert asked == []
    (tmp_path / "a.jsonl").write_text(' {"a": 1}\n')
    assert read_json(tmp_path / "a.jsonl").table.to_pylist() == [{"a": 1}] and len(asked) == 1
