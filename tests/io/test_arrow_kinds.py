"""Every kind of Arrow column has a place: as an attribute, or left out by name."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from explorer.io.arrow_kinds import plain_table
from explorer.io.attributes import attributes_of, tidy
from explorer.io.table_file import TableFile
from explorer.io.tables import read_table

UTC = dt.UTC
NAME = UUID("8c4d0f12-0000-4000-8000-00000000abcd")
DAY, MOMENT = dt.date(2023, 12, 25), dt.datetime(2024, 1, 1, 1, 30, tzinfo=UTC)
BAD_TEXT = pa.Array.from_buffers(
    pa.string(), 2, [None, pa.py_buffer(np.array([0, 1, 2], np.int32)), pa.py_buffer(b"\xffa")]
)


def tidied(array: pa.Array) -> tuple[pa.ChunkedArray | None, str]:
    return tidy(plain_table(pa.table({"x": array}))[0].column("x"))


@pytest.mark.parametrize(
    ("array", "values"),
    [
        (pa.array([NAME.bytes, None], pa.uuid()), [str(NAME), None]),
        (pa.array(["a", None]).dictionary_encode(), ["a", None]),
        (pc.run_end_encode(pa.array(["a", "a"])), ["a", "a"]),
        (pa.array(["a", None], pa.string_view()), ["a", None]),
        (pa.array(["a", None], pa.large_string()), ["a", None]),
        (pa.array([1, 0], pa.int8()).cast(pa.bool8()), [True, False]),
        (pa.array([2**64 - 1, 1], pa.uint64()), [str(2**64 - 1), "1"]),
        (pa.array([7, 1], pa.uint64()), [7, 1]),
        (pa.array([1.5, None], pa.float16()), [1.5, None]),
        (pa.array([Decimal("1.50"), None]), [1.5, None]),
        (pa.array([Decimal(10**30), None], pa.decimal128(38, 0)), [str(10**30), None]),
        (pa.array([DAY, None]), [DAY, None]),
        (pa.array([DAY, None], pa.date64()), [DAY, None]),
        (pa.array([MOMENT, None], pa.timestamp("ns", tz="Europe/Berlin")), [MOMENT, None]),
        (pa.array([MOMENT.replace(tzinfo=None)], pa.timestamp("s")), [MOMENT.replace(tzinfo=None)]),
        (pa.array([dt.timedelta(seconds=1.5), None]), [1.5, None]),
        (pa.array([dt.time(1, 2, 3), None]), ["01:02:03.000000", None]),
        (pa.array(pd.period_range("2024-01", periods=2, freq="M")), ["2024-01", "2024-02"]),
        (pa.nulls(2), [None, None]),
        (pa.array([["a", "b"], [], None]), [["a", "b"], [], None]),
        (pa.array([[DAY], None], pa.large_list(pa.date32())), [["2023-12-25"], None]),
        (pa.array([None, [1.0, 2.0]], pa.list_(pa.float32(), 2)), [None, [1.0, 2.0]]),
        (pa.array([["a"]], pa.list_(pa.dictionary(pa.int32(), pa.string()))), [["a"]]),
        (pa.array([[1, 2], None], pa.list_view(pa.int32())), [[1, 2], None]),
        (pa.array([[[1, 2], [3, 4]], None]), ["[[1, 2], [3, 4]]", None]),
        (pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int32())), ['{"a": 1}', None]),
        (pa.array([{"a": 1, "b": DAY}, None]), ['{"a": 1, "b": "2023-12-25"}', None]),
        (pa.FixedShapeTensorArray.from_numpy_ndarray(np.ones((1, 2, 2))), ["[[1.0, 1.0], [1.0, 1.0]]"]),
        (BAD_TEXT, ["\ufffd", "a"]),
    ],
)
def test_kinds(array: pa.Array, values: list[object]) -> None:
    column, remark = tidied(array)
    assert column is not None
    assert (column.to_pylist(), remark) == (values, "")


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (pa.array([b"\xff", None]), "it holds bytes that are no pictures"),
        (pa.array([b"\xff", None], pa.binary_view()), "it holds bytes that are no pictures"),
        (pa.array([{"bytes": b"x", "path": "a.wav"}]), "it holds bytes (struct<bytes: binary, path: string>)"),
        (pa.array([list(range(1000))]), "its lists hold 1,000 numbers each, too many to filter by"),
        (pa.array([{"a": "x" * 30_000}]), "its values are too large to show (30,009 characters)"),
    ],
)
def test_what_is_no_attribute_is_left_out_by_name(array: pa.Array, reason: str) -> None:
    table, _ = plain_table(pa.table({"x": array}))
    attributes, notes = attributes_of(TableFile(table), set(), ())
    assert attributes.column_names == []
    assert notes == [f"The column 'x' was left out: {reason}."]


@pytest.mark.parametrize("kind", [pa.timestamp("s"), pa.timestamp("s", tz="UTC"), pa.date32()])
def test_dates_that_no_calendar_shows_are_missing(kind: pa.DataType) -> None:
    numbers = pa.array([10**8, 0], pa.int32()) if pa.types.is_date(kind) else pa.array([10**13, 0])
    column, remark = tidied(numbers.cast(kind))
    assert column is not None
    assert column.null_count == 1
    assert remark == "1 value outside the years 1 to 9999 left out"


def parquet(tmp_path: Path, table: pa.Table, **settings: Any) -> TableFile:
    pq.write_table(table, tmp_path / "a.parquet", **settings)
    return read_table(tmp_path / "a.parquet")


def test_parquet_with_repeated_names(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array(["x"]), pa.array([2])], ["a", "a", ""])
    file = parquet(tmp_path, table)
    assert file.table.to_pydict() == {"a": [1], "a_2": ["x"], "column_3": [2]}
    assert len(file.notes) == 2


def test_uuids_are_written_as_uuids_whoever_wrote_the_file(tmp_path: Path) -> None:
    table = pa.table({"id": pa.array([NAME.bytes], pa.uuid())})
    assert parquet(tmp_path, table).strings("id").to_pylist() == [str(NAME)]
    assert parquet(tmp_path, table, store_schema=False).strings("id").to_pylist() == [str(NAME)]


@pytest.mark.parametrize("features", [{"_type": "ClassLabel", "names": ["zebra", "apple"]}, None])
def test_class_labels_have_their_names(tmp_path: Path, features: object) -> None:
    table = pa.table({"label": [1, 0, -1, 7], "tags": [[0, 1], [], None, [5]]})
    described = {"label": features, "tags": {"feature": features, "_type": "List"}}
    named = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": described}})})
    found = parquet(tmp_path, named).table.to_pydict()
    if features is None:
        assert found == table.to_pydict()
    else:
        assert found == {
            "label": ["apple", "zebra", None, None],
            "tags": [["zebra", "apple"], [], None, [None]],
        }
