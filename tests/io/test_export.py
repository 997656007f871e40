import csv
import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.io.export import csv_bytes, export_bytes, export_rows, export_table, jsonl_bytes
from explorer.io.spreadsheet import read_text
from explorer.io.tables import read_table
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source

ROWS = np.array([3, 0])


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_formats_hold_the_chosen_rows_in_order(text_workspace: Workspace, tmp_path: Path) -> None:
    extra = {"similarity": np.array([0.5, np.nan], np.float32)}
    rows = read_csv(export_bytes(text_workspace, ROWS, "csv", extra))
    assert [row["id"] for row in rows] == ["3", "0"]
    expected = {"id": "3", "text": "a orange disc, number 3", "parity": "odd", "half": "1.5", "similarity": "0.5"}
    assert rows[0] == expected
    lines = [json.loads(line) for line in export_bytes(text_workspace, ROWS, "jsonl", extra).splitlines()]
    assert [line["similarity"] for line in lines] == [0.5, None]
    export_rows(text_workspace, ROWS, tmp_path / "out.parquet", extra)
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names == ["id", "text", "parity", "half", "similarity"]
    assert table.column("half").to_pylist() == [1.5, 0.0]


def test_a_json_line_holds_no_number_that_is_none() -> None:
    lines = jsonl_bytes(pa.table({"a": [1.5, float("nan"), float("inf"), None]})).splitlines()
    assert lines == [b'{"a": 1.5}', b'{"a": null}', b'{"a": null}', b'{"a": null}']


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=cmd", "＝1", "\u3000＋1", "'=1", "''＠a", "\xa0-1"],
)
def test_cells_that_would_run_are_made_safe(cell: str) -> None:
    rows = read_csv(csv_bytes(pa.table({"a": [cell, "fine"], "n": [-1, 2]})))
    assert rows == [{"a": f"'{cell}", "n": "-1"}, {"a": "fine", "n": "2"}]


def test_names_of_columns_are_made_safe() -> None:
    assert csv_bytes(pa.table({"=cmd": ["x"]})).decode("utf-8-sig").startswith('"\'=cmd"')


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1))
def test_no_text_starts_a_formula_and_none_is_lost(texts: list[str]) -> None:
    rows = read_csv(csv_bytes(pa.table({"id": list(map(str, range(len(texts)))), "a": pa.array(texts, pa.string())})))
    for text, row in zip(texts, rows, strict=True):
        assert row["a"] in (text, f"'{text}")
        assert read_text(row["a"]) == text
        assert not row["a"].lstrip().startswith(("=", "+", "-", "@"))


ODD = ["=1", "'=1", "''=1", "+a", "-b", "@c", "＝d", " =e", "\t=f", "'tis", "plain", "'"]


def test_what_was_made_safe_is_read_as_it_was(tmp_path: Path) -> None:
    table = pa.table({"=id": ODD, "text": ODD[::-1], "n": list(range(len(ODD)))})
    (tmp_path / "out.csv").write_bytes(csv_bytes(table))
    found = read_table(tmp_path / "out.csv")
    assert found.table.column_names == ["=id", "text", "n"]
    assert found.strings("=id").to_pylist() == ODD and found.table.column("text").to_pylist() == ODD[::-1]


def test_ids_that_begin_like_formulas_come_back_from_an_export(tmp_path: Path) -> None:
    rows = [{"id": name, "text": f"item {number}"} for number, name in enumerate(["=a", "'=a", "+b", "-c", "@d"])]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ws = import_source(tmp_path / "in.jsonl", tmp_path / "ws")
    export_rows(ws, np.arange(5), tmp_path / "out.csv")
    again = import_source(tmp_path / "out.csv", tmp_path / "again")
    assert list(again.dataset().ids) == list(ws.dataset().ids) == [row["id"] for row in rows]


def test_marks_of_other_programs_stay(tmp_path: Path) -> None:
    (tmp_path / "theirs.csv").write_text("a,b\n'=1,x\n'-y,z\n", encoding="utf-8")
    assert read_table(tmp_path / "theirs.csv").table.column("a").to_pylist() == ["'=1", "'-y"]


def test_a_zip_holds_the_images_and_can_be_imported(image_workspace: Workspace, tmp_path: Path) -> None:
    rows = np.arange(len(image_workspace.dataset()))
    export_rows(image_workspace, rows, tmp_path / "out.zip")
    again = import_source(tmp_path / "out.zip", tmp_path / "again")
    old, new = image_workspace.dataset(), again.dataset()
    assert set(new.ids) == set(old.ids)
    assert new.table.column_names == old.table.column_names
    one = new.take(new.rows_of(["warm/01.jpg"])).iloc[0]
    assert (one["text"], one["year"], one["folder"]) == ("a green disc", 1999, "warm")


def test_a_zip_goes_on_where_an_image_is_gone(image_workspace: Workspace) -> None:
    image_workspace.image_path(0).unlink()
    with zipfile.ZipFile(io.BytesIO(export_bytes(image_workspace, np.array([0, 1]), "zip"))) as archive:
        assert len(archive.namelist()) == 3
        assert len(read_csv(archive.read("metadata.csv"))) == 2
        assert read_csv(archive.read("left_out.csv")) == [
            {"file_name": "cold/deep/00.jpg", "reason": "No such file or directory"}
        ]


def test_one_bad_image_never_ends_an_export(image_workspace: Workspace, image_folder: Path) -> None:
    paths = image_workspace.dataset().column("path").tolist()
    (image_folder / paths[0]).unlink()
    (image_folder / paths[0]).symlink_to("/etc/hostname")
    (image_folder / paths[1]).unlink()
    (image_folder / paths[1]).mkdir()
    os.utime(image_folder / paths[2], (0, 0))
    with zipfile.ZipFile(io.BytesIO(export_bytes(image_workspace, np.arange(4), "zip"))) as archive:
        assert paths[2] in archive.namelist() and paths[0] not in archive.namelist()
        reasons = {row["file_name"]: row["reason"] for row in read_csv(archive.read("left_out.csv"))}
    assert set(reasons) == set(paths[:2]) and "leads outside" in reasons[paths[0]]


def test_wrong_requests_are_named(text_workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="format: expected one of csv, parquet, jsonl, zip; got 'xls'"):
        export_bytes(text_workspace, ROWS, "xls")
    with pytest.raises(InputError, match=r"out\.xls: the ending of the file: expected one of"):
        export_rows(text_workspace, ROWS, tmp_path / "out.xls")
    with pytest.raises(InputError, match="similarity: expected 2 values"):
        export_table(text_workspace.dataset(), ROWS, {"similarity": np.ones(3)})
    with pytest.raises(InputError, match="rows: expected row numbers from 0 to 5, got 6"):
        export_bytes(text_workspace, np.array([6]), "csv")


def test_an_exported_table_is_read_again(text_workspace: Workspace, tmp_path: Path) -> None:
    export_rows(text_workspace, np.arange(6), tmp_path / "out.csv")
    assert read_table(tmp_path / "out.csv").table.column("half").to_pylist() == [0, 0.5, 1, 1.5, 2, 2.5]
