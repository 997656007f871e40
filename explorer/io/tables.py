"""Tables of any of the supported kinds as Arrow tables: CSV, TSV, JSONL, Parquet."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from explorer.base.errors import InputError
from explorer.io.text import counted, read_utf8

LONGEST_LINE = 1 << 27


@dataclass(frozen=True)
class TableFile:
    """A table as read.

    table: one row an item, numbers as numbers; raw: the same cells as written, where the file is text without types;
    notes: sentences on what was mended or left out.
    """

    table: pa.Table
    notes: tuple[str, ...] = ()
    raw: pa.Table | None = None

    def strings(self, name: str) -> pa.ChunkedArray:
        """One column as strings, as written in the file ("007" stays so); "" where there is nothing."""
        source = self.table if self.raw is None else self.raw
        column = source.column(name)
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            raise InputError(f"{name}: expected a column of texts, got {column.type}.")
        return pc.fill_null(column.cast(pa.string()), "")


def read_table(path: Path) -> TableFile:
    """Read a .csv, .tsv, .jsonl (.ndjson) or .parquet file.

    Of CSV and TSV, a column becomes numbers or yes/no only when all its values are; lines with a wrong number of
    fields are left out with a note. Raises InputError naming file and line.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path.name}: expected a table that ends in {', '.join(READERS)}.")
    if not path.is_file():
        raise InputError(f"{path}: expected a table, but there is no such file.")
    result = reader(path)
    if not result.table.num_rows:
        raise InputError(f"{path.name}: expected at least one row below the header, got none.")
    return result


def is_table_name(name: str) -> bool:
    """True when the file name ends like a table that can be read."""
    return Path(name).suffix.lower() in READERS


def _read_csv(path: Path) -> TableFile:
    data, notes = read_utf8(path)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(data)
    names, header_lines, more = _header(data, delimiter)
    bad: list[tuple[int, int]] = []
    try:
        raw = _parse_csv(data, delimiter if len(names) > 1 else "\x1f", names, header_lines, bad)
    except pa.ArrowInvalid as error:
        raise InputError(f"{path.name}: expected a table with fields between {delimiter!r}; got {error}.") from error
    if bad and len(bad) >= raw.num_rows:
        raise InputError(f"{path.name}: expected {len(names)} fields a row; {_bad_rows(bad)}.")
    if bad:
        notes.append(f"{counted(len(bad), 'row')} left out: expected {len(names)} fields; {_bad_rows(bad)}.")
    if data.count(b'"') % 2:
        notes.append("The number of quotation marks is odd: a field may have swallowed the lines after it.")
    table = pa.table({name: _typed(raw.column(name)) for name in names})
    return TableFile(table, tuple(notes + more), raw)


def _parse_csv(data: bytes, delimiter: str, names: list[str], skip: int, bad: list[tuple[int, int]]) -> pa.Table:
    """All cells as strings; rows with a wrong number of fields go to `bad` as (row number, fields)."""

    def leave_out(row: pa_csv.InvalidRow) -> str:
        bad.append(((row.number or 0) - skip, row.actual_columns))
        return "skip"

    return pa_csv.read_csv(
        pa.BufferReader(data),
        # One thread: otherwise the numbers of bad rows are not known.
        read_options=pa_csv.ReadOptions(use_threads=False, skip_rows=skip, column_names=names, block_size=1 << 24),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=leave_out),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )


def _bad_rows(bad: list[tuple[int, int]]) -> str:
    return "; ".join(f"row {number} has {fields}" for number, fields in bad[:3])


def _delimiter(data: bytes) -> str:
    line = data.lstrip()[:100_000].split(b"\n", 1)[0].decode("utf-8", "replace")
    return max(",;\t|", key=line.count)


def _header(data: bytes, delimiter: str) -> tuple[list[str], int, list[str]]:
    """Return (unique column names, lines that the header takes, notes)."""
    reader = csv.reader(io.StringIO(data[:1_000_000].decode("utf-8", "ignore"), newline=""), delimiter=delimiter)
    row: list[str] = []
    while not any(row):
        row = next(reader)
    names: list[str] = []
    notes = []
    for place, raw in enumerate(row, start=1):
        name = unique_name(raw.strip() or f"column_{place}", names)
        if name != raw.strip():
            notes.append(f"Column {place}, {raw.strip()!r} in the header, is called {name!r} here.")
        names.append(name)
    return names, reader.line_num, notes


def unique_name(name: str, taken: list[str] | tuple[str, ...]) -> str:
    """Return `name`, or `name_2`, `name_3` ... when it is taken."""
    number, result = 2, name
    while result in taken:
        result, number = f"{name}_{number}", number + 1
    return result


def _typed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Strings as integers, floats or booleans when every filled one is of that kind; empty ones become null then."""
    stripped = pc.utf8_trim_whitespace(column)
    filled = pc.if_else(pc.equal(stripped, ""), pa.scalar(None, pa.string()), stripped)
    if filled.null_count == len(filled):
        return column
    # "007" and telephone numbers are names, not numbers.
    if not pc.any(pc.match_substring_regex(filled, r"^[+-]?0[0-9]|^\+")).as_py():
        for kind in (pa.int64(), pa.float64()):
            try:
                return filled.cast(kind)
            except pa.ArrowInvalid:
                continue
    lower = pc.utf8_lower(filled)
    if pc.all(pc.is_in(lower, value_set=pa.array(["true", "false"]))).as_py():
        return pc.equal(lower, "true")
    return column


def _read_jsonl(path: Path) -> TableFile:
    data, notes = read_utf8(path)
    try:
        table = _parse_jsonl(data, [])
        times = [field.name for field in table.schema if pa.types.is_temporal(field.type)]
        if times:  # texts that look like dates stay as they are written
            table = _parse_jsonl(data, times)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        # A damaged line, or a column of several types: slower, but it can tell which line.
        table, more = _jsonl_by_line(path, data)
        notes += more
    return TableFile(table, tuple(notes))


def _parse_jsonl(data: bytes, texts: list[str]) -> pa.Table:
    return pa_json.read_json(
        pa.BufferReader(data),
        read_options=pa_json.ReadOptions(use_threads=False, block_size=LONGEST_LINE),
        parse_options=pa_json.ParseOptions(explicit_schema=pa.schema([(name, pa.string()) for name in texts])),
    )


def _jsonl_by_line(path: Path, data: bytes) -> tuple[pa.Table, list[str]]:
    rows, bad = [], []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if isinstance(row, dict):
            rows.append(row)
        else:
            bad.append(number)
    if not rows or len(bad) >= len(rows):
        raise InputError(f"{path.name}: expected one JSON object a line, got something else in line {bad[0]}.")
    notes = [f"{counted(len(bad), 'line')} left out, no JSON object; the first is line {bad[0]}."] if bad else []
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: _json_column([row.get(name) for row in rows]) for name in names}), notes


def _json_column(values: list[object]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        texts = [v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
        return pa.array(texts, pa.string())


def _read_parquet(path: Path) -> TableFile:
    try:
        table = pq.read_table(path, memory_map=True)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path.name}: expected a Parquet file, got one that cannot be read ({error}).") from error
    names: list[str] = []
    for name in table.column_names:
        names.append(unique_name(name or "column", names))
    return TableFile(table.rename_columns(names))


READERS: dict[str, Callable[[Path], TableFile]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".parquet": _read_parquet,
}
