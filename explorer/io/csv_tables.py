"""CSV and TSV files as tables."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from explorer.base.errors import InputError
from explorer.io.cell_types import typed_column
from explorer.io.csv_dialect import ONE_COLUMN, Dialect, find_dialect
from explorer.io.readable import check_table_size, told
from explorer.io.spreadsheet import is_ours, read_column, read_text
from explorer.io.table_file import TableFile
from explorer.io.text import counted, read_utf8

# A quote after a backslash that neither ends the field nor is doubled: Spark and MySQL write quotes so.
INNER = rb'\\"(?=[^",;\t|\r\n])'
ESCAPED = re.compile(rb'\\(["\\])')
BadRows = list[tuple[int, int]]


@dataclass(frozen=True)
class _Cells:
    """One reading of a file. raw: all cells as strings; bad: (number, fields) of the rows that do not fit."""

    dialect: Dialect
    raw: pa.Table
    bad: BadRows
    notes: tuple[str, ...] = ()


def read_csv(path: Path) -> TableFile:
    """Read a .csv or .tsv file; lines with a wrong number of fields are left out with a note.

    A column becomes numbers, yes/no or lists only when all its filled cells are. Raises InputError naming the line.
    """
    data, notes = read_utf8(path)
    cells = _best_reading(data, path)
    dialect, raw, bad, names = cells.dialect, cells.raw, cells.bad, cells.dialect.names
    if path.suffix.lower() == ".csv" and is_ours(path):
        raw, names = _without_marks(raw)
    notes += [*dialect.notes, *cells.notes]
    if bad and len(bad) >= raw.num_rows:
        raise InputError(f"{path.name}: expected {len(names)} fields a row; {_bad_rows(bad)}.")
    if bad:
        notes.append(f"{counted(len(bad), 'row')} left out: expected {len(names)} fields; {_bad_rows(bad)}.")
    columns = [typed_column(raw.column(name), name, dialect.delimiter) for name in names]
    table = pa.table({name: column for name, (column, _) in zip(names, columns, strict=True)})
    return TableFile(table, (*notes, *(note for _, note in columns if note)), raw)


def _without_marks(raw: pa.Table) -> tuple[pa.Table, list[str]]:
    """Cells and names of columns without the ' by which an export from here keeps spreadsheets from running them."""
    names = [read_text(name) for name in raw.column_names]
    names = names if len(set(names)) == len(names) else raw.column_names
    return pa.table(dict(zip(names, map(read_column, raw.columns), strict=True))), names


def _best_reading(data: bytes, path: Path) -> _Cells:
    """The cells as the standard has it, or with backslashes before quotes where that leaves no more rows over."""
    if b'\\"' not in data:
        return _read(data, path)
    doubled = ESCAPED.sub(lambda found: b'""' if found[1] == b'"' else b"\\", data)
    readings: list[_Cells | InputError] = []
    for variant in (data, doubled):
        try:
            readings.append(_read(variant, path))
        except InputError as error:
            readings.append(error)
    plain, escaped = readings
    if isinstance(escaped, InputError):
        if isinstance(plain, InputError):
            raise plain
        return plain
    note = "Quotes inside fields are written with a backslash and were read so."
    if isinstance(plain, InputError) or len(escaped.bad) < len(plain.bad):
        return replace(escaped, notes=(note,))
    inner = re.search(INNER, data) and len(escaped.bad) == len(plain.bad)
    return replace(escaped, notes=(note,)) if inner else plain


def _read(data: bytes, path: Path) -> _Cells:
    dialect = find_dialect(data, path)
    raw, bad = _parse(data[dialect.start :], dialect, path.name)
    odd = "The number of quotation marks is odd: a field may have swallowed the lines after it."
    return _Cells(dialect, raw, bad, (odd,) if data.count(b'"') % 2 else ())


def _parse(data: bytes, dialect: Dialect, what: str) -> tuple[pa.Table, BadRows]:
    """All cells as strings; rows with a wrong number of fields as (row number, fields)."""
    bad: BadRows = []

    def leave_out(row: pa_csv.InvalidRow) -> str:
        bad.append((row.number or 0, row.actual_columns))
        return "skip"

    if not data.strip():
        return pa.table({name: pa.array([], pa.string()) for name in dialect.names}), []
    check_table_size(data.count(b"\n"), len(dialect.names), what)
    delimiter = dialect.delimiter if len(dialect.names) > 1 else ONE_COLUMN
    try:
        # One thread: otherwise the numbers of bad rows are not known.
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(use_threads=False, column_names=dialect.names, block_size=1 << 24),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=leave_out
            ),
            convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(dialect.names, pa.string())),
        )
    except pa.ArrowInvalid as error:
        raise InputError(f"{what}: expected a table with fields between {delimiter!r}; got {told(error)}.") from error
    return table, bad


def _bad_rows(bad: BadRows) -> str:
    return "; ".join(f"row {number} has {fields}" for number, fields in bad[:3])
