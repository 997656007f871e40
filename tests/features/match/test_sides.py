"""Sides of everything that people bring, and what is told of what was guessed."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from explorer.base.errors import InputError
from explorer.base.settings import workspaces_root
from explorer.features.match.contract import METHODS
from explorer.features.match.service import why_not
from explorer.features.match.sides import side_of_columns, side_of_file, side_of_folder, side_of_strings
from explorer.features.match.sources import read_source
from explorer.workspace.importing import import_source


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_known_by_its_ids_and_compared_by_its_names(tmp_path: Path) -> None:
    path = written(tmp_path, "firms.csv", "id,city,Name\n007,Ulm,Fannie Mae\n008,Ulm,\n")
    side = side_of_file(path)
    assert side.ids == ("007", "008")
    assert side.texts == ("Fannie Mae", "")
    assert side.notes[-1] == "firms.csv: compares the column “Name”."


def test_numbers_are_compared_as_they_are_written(tmp_path: Path) -> None:
    side = side_of_file(written(tmp_path, "parts.csv", "part,price\n0010,1.50\n0011,\n"), text="part")
    assert side.texts == ("0010", "0011")
    assert side.strings("price") == ("1.5", "")


def test_without_a_usual_name_the_column_with_most_texts_is_compared(tmp_path: Path) -> None:
    side = side_of_file(written(tmp_path, "a.csv", "colour,firm,n\nred,Ada,1\nred,Bob,2\n"))
    assert side.text == "firm"


def test_a_guessed_id_that_stands_twice_is_a_note(tmp_path: Path) -> None:
    side = side_of_file(written(tmp_path, "a.csv", "id,name\n1,Ada\n1,Bob\n"))
    assert side.ids == ("1", "2")
    assert "'1' stands in rows 1 and 2. Rows are known by their number instead." in side.notes[-1]


@pytest.mark.parametrize(
    ("rows", "words"), [("1,Ada\n1,Bob\n", "'1' stands in rows 1 and 2"), ("1,Ada\n,Bob\n", "row 2 has none")]
)
def test_a_named_id_that_does_not_hold_is_an_error(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        side_of_file(written(tmp_path, "a.csv", "key,name\n" + rows), ids="key")


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "key,name\n1,Ada\n")
    with pytest.raises(InputError, match="expected one of key, name; got 'title'"):
        side_of_file(path, text="title")


def test_empty_sides_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least one row"):
        side_of_strings([], "names")
    with pytest.raises(InputError, match="at least one row"):
        side_of_file(written(tmp_path, "a.csv", "id,name\n"))


def test_a_folder_of_tables_leaves_out_what_cannot_be_read(tmp_path: Path) -> None:
    written(tmp_path, "car_sales-2020.csv", "make,price\nSaab,7\nFiat,\n")
    (tmp_path / "more.csv.gz").write_bytes(gzip.compress(b"a,b\nx,y\n"))
    (tmp_path / "broken.parquet").write_bytes(b"no table")
    written(tmp_path, "notes.txt", "not a table")
    side = side_of_folder(tmp_path)
    assert side.ids == ("car_sales-2020.csv", "more.csv.gz")
    assert side.texts == ("car sales 2020", "more")
    row = side.table.to_pylist()[0]
    assert (row["header"], row["cells"]) == (["make", "price"], [["Saab", "7"], ["Fiat", ""]])
    assert len(side.notes) == 1
    assert "broken.parquet" in side.notes[0]


def test_a_folder_without_tables_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a folder with tables"):
        side_of_folder(tmp_path)


def test_columns_know_their_table_siblings_and_values(tmp_path: Path) -> None:
    side = side_of_columns(written(tmp_path, "cust_master.csv", "cust_nm,dob\nAda,1815\nAda,1816\n"))
    assert side.ids == ("cust master: cust_nm", "cust master: dob")
    assert side.texts == ("cust_nm", "dob")
    assert side.table.to_pylist()[0] == {
        "column": "cust_nm",
        "table": "cust master",
        "siblings": ["dob"],
        "values": ["Ada"],
    }


def test_a_source_is_a_file_a_folder_a_frame_or_texts(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "name\nAda\n")
    assert read_source(path).texts == ("Ada",)
    assert read_source(tmp_path).texts == ("a",)
    assert read_source(["x", "y"], name="mine").ids == ("1", "2")
    frame = pd.DataFrame({"sku": ["p1", "p2"], "name": ["cup", None]})
    assert read_source(frame, ids="sku").texts == ("cup", "")


def test_texts_of_arrays_and_odd_frames_are_read_and_gaps_are_no_texts() -> None:
    assert read_source(pd.Series(["x", None])).texts == ("x", "")
    assert read_source(np.array(["x", "y"])).texts == ("x", "y")  # type: ignore[arg-type]
    assert read_source(["x", None, float("nan")]).texts == ("x", "", "")  # type: ignore[list-item]
    assert read_source(pd.DataFrame({"name": ["x", 1, None]})).texts == ("x", "1", "")
    assert read_source(pd.DataFrame({"name": pd.Categorical(["u", "v"])})).texts == ("u", "v")
    twice = read_source(pd.DataFrame([["x", "y"]], columns=["a", "a"]), column="a_2")
    assert twice.texts == ("y",) and "Column 2" in twice.notes[0]
    with pytest.raises(InputError, match="a list of texts, got int"):
        read_source(5)  # type: ignore[arg-type]


def test_numbered_rows_are_known_by_what_stands_in_them_whatever_column_is_compared(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "name,code\nAda,007\nBob,8\nAda,007\n")
    keys = read_source(path).keys
    assert len(set(keys)) == 3 and read_source(path, column="code").keys == keys
    assert read_source(written(tmp_path, "b.csv", "name,code\nZoe,1\nAda,007\n")).keys[1] == keys[0]
    assert read_source(written(tmp_path, "c.csv", "id,name\n7,Ada\n")).keys == ("7",)


def test_a_source_that_is_nothing_says_what_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    with pytest.raises(InputError, match="a folder of tables or the name of a collection"):
        read_source("nothing-here")


def test_a_name_of_a_folder_and_of_a_collection_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "twice"
    source.mkdir()
    written(source, "a.csv", "id,text\n1,Ada\n")
    assert read_source("twice").texts == ("a",), "a folder of tables as long as there is no such collection"
    import_source(source / "a.csv", workspaces_root() / "twice")
    with pytest.raises(InputError, match=r"a folder here and a collection. Write ./twice"):
        read_source("twice")
    assert read_source("./twice").texts == ("a",)
    assert read_source(str(workspaces_root() / "twice")).texts == ("Ada",)


def test_what_lacks_says_what_there_is(tmp_path: Path) -> None:
    numbers = read_source(written(tmp_path, "n.csv", "size,weight\n1,2\n3,4\n"))
    assert "Choose what is compared, of size, weight" in why_not(METHODS["tfidf"], numbers, numbers)
    other = replace(numbers, models=("sentence:small",))
    assert "none of this model, but of sentence:small" in why_not(METHODS["vectors"], other, other)
