from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.io.tables import TableFile, read_table
from explorer.io.text import read_utf8


def read(tmp_path: Path, name: str, data: bytes | str) -> TableFile:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path)


def test_csv_types_and_raw_cells(tmp_path: Path) -> None:
    file = read(tmp_path, "a.csv", 'id,text,n,ok,x\n007,"a, ""b""\nc",1,true,\n008,d,2,False,2.5\n')
    assert file.table.to_pydict() == {
        "id": ["007", "008"],
        "text": ['a, "b"\nc', "d"],
        "n": [1, 2],
        "ok": [True, False],
        "x": [None, 2.5],
    }
    assert file.strings("n").to_pylist() == ["1", "2"]
    assert file.strings("x").to_pylist() == ["", "2.5"]


def test_cells_stay_as_written_where_they_are_names(tmp_path: Path) -> None:
    file = read(tmp_path, "a.csv", "id,phone,float\n1e5,+49123,3.50\n2e5,+49124,4.00\n")
    assert file.strings("id").to_pylist() == ["1e5", "2e5"]
    assert file.strings("float").to_pylist() == ["3.50", "4.00"]
    assert file.table.column("phone").to_pylist() == ["+49123", "+49124"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    file = read(tmp_path, "a.csv", f"id{delimiter}text\n1{delimiter}hello\n")
    assert file.table.to_pydict() == {"id": [1], "text": ["hello"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    file = read(tmp_path, "a.csv", "id,text\n1,café über Straße\n2,plain words\n".encode(encoding))
    assert file.table.column("text").to_pylist() == ["café über Straße", "plain words"]
    assert bool(file.notes) == (encoding == "cp1252")


def test_mixed_encodings_are_read_line_by_line(tmp_path: Path) -> None:
    data = b"id,text\n1," + "naïve 日本".encode() + b"\n2," + "naïve “x”".encode("cp1252") + b"\n3,\x81\xe9\n"
    file = read(tmp_path, "a.csv", data)
    assert file.table.column("text").to_pylist() == ["naïve 日本", "naïve “x”", "\x81é"]
    assert file.notes == ("2 lines not in UTF-8, read as Windows-1252; the first is line 3.",)


def test_bad_rows_are_left_out_with_their_number(tmp_path: Path) -> None:
    file = read(tmp_path, "a.csv", "id,text\n1,a\n2\n3,b\n4,c,d\n5,e\n")
    assert file.table.column("id").to_pylist() == [1, 3, 5]
    assert file.notes == ("2 rows left out: expected 2 fields; row 2 has 1; row 4 has 3.",)


def test_a_single_column_may_hold_commas(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", 'text\na, b\n"c, d"\n').table.column("text").to_pylist() == ["a, b", "c, d"]


def test_an_odd_quotation_mark_is_noted(tmp_path: Path) -> None:
    file = read(tmp_path, "a.csv", 'id,text\n1,"open\n2,swallowed\n')
    assert "quotation marks is odd" in file.notes[0]


def test_two_hundred_columns_and_repeated_names(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(199)] + ["c0"]
    file = read(tmp_path, "a.csv", ",".join(names) + "\n" + ",".join(["1"] * 200) + "\n")
    assert len(file.table.column_names) == len(set(file.table.column_names)) == 200
    assert file.notes == ("Column 200, 'c0' in the header, is called 'c0_2' here.",)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", "", "a.csv: expected a table, got an empty file"),
        ("a.csv", "id,text\n", "a.csv: expected at least one row"),
        ("a.csv", b"\x89PNG\r\n\x00\x01\x02,\xff", "a.csv: expected a text table, got a binary file"),
        ("a.csv", "a,b\n1\n2\n", "a.csv: expected 2 fields a row; row 1 has 1"),
        ("a.jsonl", "no json\n", "a.jsonl: expected one JSON object a line, got something else in line 1"),
        ("a.parquet", "no parquet", "a.parquet: expected a Parquet file"),
        ("a.xlsx", "x", r"a.xlsx: expected a table that ends in \.csv"),
    ],
)
def test_bad_tables_are_named(tmp_path: Path, name: str, data: bytes | str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, name, data)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv: expected a table, but there is no such file"):
        read_table(tmp_path / "none.csv")


def test_jsonl_keeps_dates_as_written_and_lists_as_lists(tmp_path: Path) -> None:
    file = read(tmp_path, "a.jsonl", '{"d":"2020-01-01","v":[1,2]}\n{"d":"2021-01-01","v":[1.5,2],"more":1}\n')
    assert file.table.column("d").to_pylist() == ["2020-01-01", "2021-01-01"]
    assert file.table.column("v").to_pylist() == [[1, 2], [1.5, 2]]
    assert file.table.column("more").to_pylist() == [None, 1]


def test_jsonl_with_a_bad_line_and_mixed_kinds(tmp_path: Path) -> None:
    file = read(tmp_path, "a.jsonl", '{"a":1}\n{"a":"x"}\noops\n{"a":{"b":"é"}}\n')
    assert file.table.column("a").to_pylist() == ["1", "x", '{"b": "é"}']
    assert file.notes == ("1 line left out, no JSON object; the first is line 3.",)


def test_parquet(tmp_path: Path) -> None:
    table = pa.table({"id": [1, 2], "kind": pa.array(["a", "b"]).dictionary_encode()})
    pq.write_table(table, tmp_path / "a.parquet")
    file = read_table(tmp_path / "a.parquet")
    assert file.strings("kind").to_pylist() == ["a", "b"]
    assert file.strings("id").to_pylist() == ["1", "2"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_utf8_text_comes_back_as_it_is(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("t") / "a.txt"
    path.write_bytes(("x" * 20 + text).encode())
    assert read_utf8(path) == (("x" * 20 + text).encode(), [])
