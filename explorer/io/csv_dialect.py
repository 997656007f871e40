"""How a CSV file is written: what lies above its header, what stands between its fields, whether it has a header."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.base.errors import InputError
from explorer.io.csv_header import headless, is_decisive
from explorer.io.table_file import unique_names
from explorer.io.table_names import table_ending
from explorer.io.text import counted

DELIMITERS = ",;\t|"
ONE_COLUMN = "\x1f"  # stands in no text, so a line is one field
SAMPLE_BYTES, SAMPLE_ROWS = 1_000_000, 200
MOST_ABOVE = 20
SEP_LINE = re.compile(rb'^\s*"?sep=(.)"?[ \t,;]*(\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One row of the sample. end: (bytes) where it ends in the file."""

    cells: list[str]
    end: int

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(bool(cell.strip()) for cell in self.cells)


@dataclass(frozen=True)
class Dialect:
    """How to read a file. names: unique; start: (bytes) where the first row of data begins; notes: what was found."""

    delimiter: str
    names: list[str]
    start: int
    notes: tuple[str, ...] = ()


def find_dialect(data: bytes, path: Path) -> Dialect:
    """Return how `data` (UTF-8), the content of `path`, is written.

    Lines of comments and titles above the header are passed over with a note; a file without a header gets
    column_1, column_2, ...
    """
    stated = SEP_LINE.match(data[:100])
    start = stated.end() if stated else 0
    above, start = _comments(data, start)
    delimiter = (
        stated.group(1).decode("utf-8", "replace") if stated else _delimiter(data, start, table_ending(path.name))
    )
    rows = sample_rows(data, start, delimiter)
    titles = _titles(rows)
    header = _commented_header(above, rows, delimiter)
    if header is not None:
        return _of_header(header, start, rows, delimiter, ())
    notes = (*_left_out(above, "comment"), *_left_out(["".join(row.cells) for row in rows[:titles]], "title"))
    rows = rows[titles:]
    if not rows:
        raise InputError(
            f"{path.name}: expected rows of cells, got nothing but blanks and quotation marks, or a first "
            "cell of more than 131,072 characters."
        )
    why = headless([row.cells for row in rows], path.parent)
    if why:
        names = [f"column_{number}" for number in range(1, len(rows[0].cells) + 1)]
        begin = _begin_of(rows[0], data, start if not titles else 0, delimiter)
        return Dialect(delimiter, names, begin, (*notes, f"The file has no header ({why}): its columns are numbered."))
    return _of_header(rows[0].cells, rows[0].end, rows[1:], delimiter, notes)


def sample_rows(data: bytes, start: int, delimiter: str) -> list[Row]:
    """The first rows from byte `start` on, without blank ones; none where there is nothing but blanks."""
    lines = data[start : start + SAMPLE_BYTES].splitlines(keepends=True)
    ends = [start]
    for line in lines:
        ends.append(ends[-1] + len(line))
    rows = []
    for cells, number in _read((line.decode("utf-8", "replace") for line in lines), delimiter):
        row = Row(cells, ends[number])
        if row.filled:
            rows.append(row)
        if len(rows) == SAMPLE_ROWS:
            break
    return rows


def _read(lines: Iterable[str], delimiter: str) -> Iterator[tuple[list[str], int]]:
    """(cells, lines read so far) until a row that the csv module refuses, such as a field of more than 128 KiB."""
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            yield cells, reader.line_num
    except csv.Error:
        return


def _delimiter(data: bytes, start: int, ending: str) -> str:
    """The mark by which most rows have as many fields as the header; `ONE_COLUMN` when the header has no mark."""
    best, best_score = ONE_COLUMN, (-1.0, 0)
    for mark in "\t" if ending == ".tsv" else DELIMITERS:
        rows = sample_rows(data, start, mark)
        rows = rows[_titles(rows) :]
        width = len(rows[0].cells) if rows else 1
        if width > 1:
            below = [len(row.cells) for row in rows[1:]]
            fitting = max(below.count(width), below.count(width + 1))
            score = (round(fitting / max(len(below), 1), 1), width)
            best, best_score = max((best, best_score), (mark, score), key=lambda pair: pair[1])
    return best


def _titles(rows: list[Row]) -> int:
    """How many rows of one filled cell lie above a header that is one for sure."""
    widths = Counter(len(row.cells) for row in rows)
    width = widths.most_common(1)[0][0] if widths else 1
    first = next((place for place, row in enumerate(rows) if len(row.cells) == width and row.filled > 1), 0)
    below = rows[first:]
    if not 0 < first <= MOST_ABOVE or width < 2 or any(row.filled > 1 for row in rows[:first]):
        return 0
    steady = sum(len(row.cells) == width for row in below) >= 0.9 * len(below)
    return first if steady and is_decisive([row.cells for row in below]) else 0


def _comments(data: bytes, start: int) -> tuple[list[str], int]:
    """The lines that start with # above everything else, and where they end; none when there are no others."""
    found: list[str] = []
    end = start
    for line in data[start : start + SAMPLE_BYTES].splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith(b"#"):
            return found, end
        end += len(line)
        if line.strip():
            found.append(line.decode("utf-8", "replace").strip())
    return [], start


def _commented_header(above: list[str], rows: list[Row], delimiter: str) -> list[str] | None:
    """The header of "#id,text" above the data; None when the last comment is none."""
    if not above or not rows or len(rows[0].cells) < 2:
        return None
    cells = next(csv.reader([above[-1]], delimiter=delimiter))
    if len(cells) != len(rows[0].cells) or is_decisive([row.cells for row in rows]):
        return None
    if not is_decisive([cells, *(row.cells for row in rows)]) and above[-1][1:2] in " \t#":
        return None
    return [cells[0].lstrip("# ") or cells[0], *cells[1:]]


def _of_header(header: list[str], start: int, below: list[Row], delimiter: str, notes: tuple[str, ...]) -> Dialect:
    widths = [len(row.cells) for row in below]
    if len(header) > 1 and widths and widths.count(len(header) + 1) >= 0.9 * len(widths):
        if any(row.cells[-1].strip() for row in below):
            header = ["row", *header]
            notes = (*notes, "The rows have one field more than the header: the first column is called 'row' here.")
        else:
            header = [*header, ""]
    names, more = unique_names(header)
    return Dialect(delimiter, names, start, (*notes, *more))


def _begin_of(row: Row, data: bytes, start: int, delimiter: str) -> int:
    """Where `row` begins: at the end of the row before it."""
    ends = [start, *(other.end for other in sample_rows(data, start, delimiter) if other.end < row.end)]
    return ends[-1]


def _left_out(lines: list[str], kind: str) -> list[str]:
    if not lines:
        return []
    return [f"{counted(len(lines), f'{kind} line')} above the header left out: {lines[0][:60]!r}."]
