"""JSON as tables: one object a line, or an array of objects, or columns as pandas writes them."""

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.json as pa_json

from explorer.base.errors import InputError
from explorer.io.formats.label_studio_labels import table_rows
from explorer.io.json_text import is_deep, json_value
from explorer.io.readable import check_table_size
from explorer.io.table_file import TableFile
from explorer.io.table_names import table_ending
from explorer.io.text import counted, read_utf8

LONGEST_LINE = 1 << 27
LONG_NUMBER = re.compile(rb"(?<![\d.])-?\d{19,}(?![\d.eE])")
Row = dict[str, Any]


def read_json(path: Path) -> TableFile:
    """Read .jsonl, .ndjson and .json, whichever of the forms is inside; what is no object is left out with a note.

    Raises InputError naming the line, or what a .json should hold.
    """
    data, notes = read_utf8(path)
    start = data.lstrip()[:1]
    whole = _whole(data) if start == b"[" or (start == b"{" and table_ending(path.name) == ".json") else None
    if isinstance(whole, list):
        tasks = table_rows(whole, path.parent)
        table, more = (table_of_rows(tasks.rows), tasks.notes) if tasks else _of_array(whole, path.name)
        return TableFile(table, (*notes, *more))
    if isinstance(whole, dict):
        columns = _columns_of(whole)
        if columns is not None:
            return TableFile(_of_columns(columns), tuple(notes))
        if data.count(b"\n") or set(map(type, whole.values())) & {list, dict}:
            held = ", ".join(map(repr, list(whole)[:5]))
            raise InputError(f"{path.name}: expected an array of objects, [{{...}}, ...]; got one object with {held}.")
    table, more = _read_lines(path.name, data)
    return TableFile(table, (*notes, *more))


def table_of_rows(rows: list[Row]) -> pa.Table:
    """Objects as rows of a table, missing keys null; a column of several types becomes texts."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    check_table_size(len(rows), len(names), "The JSON file")
    return pa.Table.from_arrays([_column([row.get(name) for row in rows]) for name in names], _clean_names(names))


def _whole(data: bytes) -> object:
    try:
        return json_value(data)
    except ValueError:
        return None


def _of_array(entries: list[object], what: str) -> tuple[pa.Table, list[str]]:
    if entries and all(isinstance(entry, str) for entry in entries):
        return pa.table({"text": _column(entries)}), []
    rows = [entry for entry in entries if isinstance(entry, dict)]
    if not rows:
        raise InputError(f"{what}: expected an array of objects, [{{...}}, ...], got one without any object.")
    bad = [number for number, entry in enumerate(entries, start=1) if not isinstance(entry, dict)]
    several = "entry" if len(bad) == 1 else "entries"
    notes = [f"{len(bad):,} {several} left out, no JSON object; the first is entry {bad[0]}."] if bad else []
    return table_of_rows(rows), notes


def _columns_of(whole: Row) -> dict[str, list[object]] | None:
    """The columns of an object that holds a table by columns, or by rows under one name; None when it holds none.

    {"a": {"0": ..}, ..} and {"columns": .., "data": ..} are pandas' forms; {"a": [..], ..} is a plain one.
    """
    if {"columns", "data"} <= set(whole) <= {"columns", "data", "index"}:
        return {str(name): [row[place] for row in whole["data"]] for place, name in enumerate(whole["columns"])}
    values = list(whole.values())
    lists = [value for value in values if isinstance(value, list) and value]
    if len(lists) == 1 and all(isinstance(entry, dict) for entry in lists[0]):
        names = list(dict.fromkeys(name for row in lists[0] for name in row))
        return {name: [row.get(name) for row in lists[0]] for name in names}
    if values and all(isinstance(value, dict) for value in values) and len({tuple(value) for value in values}) == 1:
        return {name: list(value.values()) for name, value in whole.items()}
    alike = values and len(lists) == len(values) and len(set(map(len, lists))) == 1
    plain = alike and not any(isinstance(entry, dict) for value in lists for entry in value)
    return whole if plain else None


def _of_columns(columns: dict[str, list[object]]) -> pa.Table:
    return pa.Table.from_arrays([_column(values) for values in columns.values()], _clean_names(list(columns)))


def _read_lines(what: str, data: bytes) -> tuple[pa.Table, list[str]]:
    check_table_size(data.count(b"\n"), 1, what)
    # Arrow's reader needs an object to begin with, and goes as deep as the file does, past the end of its stack.
    odd = data.lstrip()[:1] != b"{" or is_deep(data) or any(_is_big(found[0]) for found in LONG_NUMBER.finditer(data))
    try:
        table = None if odd else _by_arrow(data, [])
        times = [field.name for field in table.schema if pa.types.is_temporal(field.type)] if table else []
        if table is not None and times:  # texts that look like dates stay as they are written
            table = _by_arrow(data, times)
    except (pa.ArrowException, UnicodeError):
        table = None
    if table is not None and not any("timestamp" in str(field.type) for field in table.schema):
        return table, []
    # A damaged line, a column of several types, numbers beyond 64 bits: slower, but it can tell which line.
    return _by_line(what, data)


def _is_big(number: bytes) -> bool:
    """True for what does not fit 64 bits; Python reads no numbers of thousands of digits."""
    return len(number) > 20 or bool(abs(int(number)) >> 63)


def _by_arrow(data: bytes, texts: list[str]) -> pa.Table:
    return pa_json.read_json(
        pa.BufferReader(data),
        read_options=pa_json.ReadOptions(use_threads=False, block_size=LONGEST_LINE),
        parse_options=pa_json.ParseOptions(explicit_schema=pa.schema([(name, pa.string()) for name in texts])),
    )


def _by_line(what: str, data: bytes) -> tuple[pa.Table, list[str]]:
    rows, bad = [], []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        row = _whole(line)
        if isinstance(row, dict):
            rows.append(row)
        else:
            bad.append(number)
    if not rows or len(bad) >= len(rows):
        raise InputError(f"{what}: expected one JSON object a line, got something else in line {bad[0]}.")
    notes = [f"{counted(len(bad), 'line')} left out, no JSON object; the first is line {bad[0]}."] if bad else []
    return table_of_rows(rows), notes


def _column(values: list[Any]) -> pa.Array:
    try:
        return _array(values)
    except (pa.ArrowException, OverflowError, UnicodeError, TypeError, ValueError):
        texts = [
            v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False, default=str) for v in values
        ]
        return pa.array([None if text is None else _clean(text) for text in texts], pa.string())


def _array(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except UnicodeError:
        return pa.array(_cleaned(values))


def _cleaned(value: Any) -> Any:
    """The value with all texts in it clean."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    return {_clean(name): _cleaned(one) for name, one in value.items()} if isinstance(value, dict) else value


def _clean(text: str) -> str:
    """The text with halves of characters, which UTF-8 cannot hold, as question marks."""
    return text.encode("utf-8", "replace").decode()


def _clean_names(names: list[str]) -> list[str]:
    return [_clean(name) for name in names]
