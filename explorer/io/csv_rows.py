"""A short CSV file read strictly, row by row: what is wrong in it is said with the number of its line."""

import csv
from dataclasses import dataclass
from pathlib import Path

from explorer.base.errors import InputError
from explorer.io.csv_dialect import find_dialect
from explorer.io.spreadsheet import is_ours, read_text
from explorer.io.text import read_utf8

MOST_ROWS, MOST_COLUMNS = 100_000, 200
SHOWN = 10


@dataclass(frozen=True)
class CsvRows:
    """names: of the columns. rows: (line in the file, cell by column, without blanks around it)."""

    names: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_rows(path: Path) -> CsvRows:
    """The rows of a .csv or .tsv file with a header; blank lines are passed over.

    InputError that names the lines: for rows without a filled cell or with a wrong number of fields, a file without
    rows, and one of more than 100,000 rows or 200 columns.
    """
    data, _ = read_utf8(path)
    dialect = find_dialect(data, path)
    names = dialect.names
    if len(names) > MOST_COLUMNS:
        raise InputError(f"{path.name}: expected at most {MOST_COLUMNS} columns, got {len(names):,}.")
    unmark = read_text if is_ours(path) else str
    above = data[: dialect.start].count(b"\n")
    reader = csv.reader(data[dialect.start :].decode("utf-8").splitlines(keepends=True), delimiter=dialect.delimiter)
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[str] = []
    line = above + 1
    try:
        for cells in reader:
            problems += _problem(line, cells, names)
            if cells:
                rows.append((line, {name: unmark(cell).strip() for name, cell in zip(names, cells, strict=False)}))
            if len(rows) > MOST_ROWS:
                raise InputError(f"{path.name}: expected at most {MOST_ROWS:,} rows. Take it in parts.")
            line = above + 1 + reader.line_num
    except csv.Error as error:
        raise InputError(f"{path.name}, line {line}: expected fields of a table, got {error}.") from error
    raise_problems(path.name, problems)
    if not rows:
        raise InputError(f"{path.name}: expected a header and at least one row, got the header alone.")
    return CsvRows(tuple(names), tuple(rows))


def raise_problems(name: str, problems: list[str]) -> None:
    """Raise InputError with how many `problems`, one a line, the file `name` has, and the first ten of them."""
    if problems:
        first = f" The first {SHOWN}:" if len(problems) > SHOWN else ""
        count = f"{len(problems):,} lines cannot be used.{first} " if len(problems) > 1 else ""
        raise InputError(f"{name}: {count}{' '.join(problems[:SHOWN])}")


def _problem(line: int, cells: list[str], names: list[str]) -> list[str]:
    if cells and not any(cell.strip() for cell in cells):
        return [f"Line {line}: the row is empty; fill it or take it out."]
    if cells and len(cells) != len(names):
        return [f"Line {line}: expected {len(names)} fields, got {len(cells)}."]
    return []
