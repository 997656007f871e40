"""Attribute columns in the kinds that the rest of the program knows: texts, numbers, yes/no, dates, lists of these."""

import json
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.io.arrow_kinds import is_bytes, is_list, is_text
from explorer.io.table_file import TableFile, unique_name
from explorer.io.text import counted

LONGEST_LIST = 64  # numbers a row; longer ones are signals or tokens, nothing to filter by
YEARS = "0001-01-01", "9999-12-31"
LONGEST_JSON = 20_000  # characters


def attributes_of(file: TableFile, used: set[str | None], taken: tuple[str, ...]) -> tuple[pa.Table, list[str]]:
    """Return (the columns that are not `used`, tidied and with names that are not `taken`; notes)."""
    names = [name for name in file.table.column_names if name not in used]
    columns, notes = {}, []
    for name in names:
        column = file.table.column(name)
        tidied, remark = tidy(column)
        if tidied is not None:
            columns[name] = tidied
        if remark:
            notes.append(f"The column {name!r} was left out: {remark}." if tidied is None else f"{name}: {remark}.")
    table, more = clear_names(pa.table(columns), taken)
    return table, notes + more


def clear_names(table: pa.Table, taken: tuple[str, ...]) -> tuple[pa.Table, list[str]]:
    """Rename columns that meet one of `taken`; return the table and a note for each."""
    names: list[str] = []
    notes = []
    for name in table.column_names:
        new = unique_name(name, (*taken, *table.column_names)) if name in taken else name
        if new != name:
            notes.append(f"The column {name!r} is called {new!r} here: the name has a meaning of its own.")
        names.append(new)
    return table.rename_columns(names), notes


def tidy(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray | None, str]:
    """Return (the column in one of the known kinds, a remark or ""), or (None, why it is no attribute).

    Kinds: strings, int64, float64, yes/no, dates, times in UTC or without a zone (microseconds), and lists of strings,
    int64, float64 or yes/no. Durations become seconds; what is nested deeper becomes JSON.
    """
    kind = column.type
    if "binary" in str(kind) or is_bytes(kind):
        return None, "it holds bytes that are no pictures" if is_bytes(kind) else f"it holds bytes ({_short(kind)})"
    if is_list(kind) and not pa.types.is_nested(kind.value_type):
        return _tidy_list(column)
    if pa.types.is_nested(kind) or pa.types.is_union(kind):
        return _as_json(column)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _tidy_times(column)
    return _tidy_flat(column), ""


def _tidy_flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    tests: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.ChunkedArray], pa.ChunkedArray]], ...] = (
        (pa.types.is_boolean, lambda one: one),
        (is_text, lambda one: one.cast(pa.string())),
        (pa.types.is_integer, _integers),
        (pa.types.is_floating, lambda one: one.cast(pa.float64(), safe=False)),
        (pa.types.is_decimal, _decimals),
        (pa.types.is_duration, _seconds),
    )
    convert = next((convert for test, convert in tests if test(kind)), _texts)
    return convert(column)


def _integers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers; as texts where they do not fit 64 bits with a sign."""
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return column.cast(pa.string())


def _decimals(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type.scale > 0:
        return column.cast(pa.float64(), safe=False)
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return column.cast(pa.string())


def _seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    a_second = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[column.type.unit]
    return pc.divide(column.cast(pa.int64()).cast(pa.float64(), safe=False), float(a_second))


def _within_calendar(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    """Dates and times of the years 1 to 9999; others, which no calendar shows, become null."""
    days = pa.types.is_date(column.type)
    kind = "datetime64[D]" if days else f"datetime64[{column.type.unit}]"
    first, last = (int(end) for end in np.array(YEARS, dtype=kind).astype(np.int64))
    numbers = column.cast(pa.int32()).cast(pa.int64()) if days else column.cast(pa.int64())
    inside = pc.or_kleene(pc.and_(pc.greater_equal(numbers, first), pc.less_equal(numbers, last)), numbers.is_null())
    count = len(column) - (pc.sum(inside).as_py() or 0)
    remark = f"{counted(count, 'value')} outside the years 1 to 9999 left out" if count else ""
    return pc.if_else(inside, column, pa.scalar(None, column.type)) if count else column, remark


def _tidy_times(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    """Dates as they are; times as instants in UTC where there is a zone, else as written."""
    if pa.types.is_date(column.type):
        return _within_calendar(column.cast(pa.date32(), safe=False))
    zone = "UTC" if column.type.tz else None
    plain = column.cast(pa.timestamp(column.type.unit))
    times, remark = (plain, "") if column.type.unit == "ns" else _within_calendar(plain)
    return times.cast(pa.timestamp("us"), safe=False).cast(pa.timestamp("us", tz=zone)), remark


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What Arrow writes, and where it writes nothing what Python does."""
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.chunked_array([pa.array([None if one is None else str(one) for one in column.to_pylist()])])


def _tidy_list(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray | None, str]:
    flat = pc.list_flatten(column)
    lengths = pc.sum(pc.list_value_length(column)).as_py() or 0
    filled = max(len(column) - column.null_count, 1)
    entries = _texts(flat) if pa.types.is_temporal(flat.type) else _tidy_flat(flat)
    if not (is_text(entries.type) or pa.types.is_boolean(entries.type)) and lengths > LONGEST_LIST * filled:
        return None, f"its lists hold {lengths // filled:,} numbers each, too many to filter by"
    counts = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
    offsets = [0, *counts.cumsum().tolist()]
    gone = column.is_null().combine_chunks()
    lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), entries.combine_chunks(), mask=gone)
    return pa.chunked_array([lists]), ""


def _as_json(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray | None, str]:
    try:
        texts = [None if value is None else _json(value, column.type) for value in column.to_pylist()]
    except (TypeError, ValueError, OverflowError, pa.ArrowException):
        return None, f"it is no attribute ({_short(column.type)})"
    longest = max((len(text) for text in texts if text), default=0)
    if longest > LONGEST_JSON:
        return None, f"its values are too large to show ({longest:,} characters)"
    return pa.chunked_array([pa.array(texts, pa.string())]), ""


def _json(value: object, kind: pa.DataType) -> str:
    if pa.types.is_map(kind) and isinstance(value, list) and pa.types.is_string(kind.key_type):
        value = dict(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _short(kind: pa.DataType) -> str:
    return str(kind) if len(str(kind)) < 60 else str(kind)[:57] + "..."
