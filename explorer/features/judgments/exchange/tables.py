"""Tables of judgments: their rows, and whether the first one names the columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.judgments.exchange.files import is_number, read_array, read_cells
from explorer.io.spreadsheet import read_text

HEADERS = ("auto", "yes", "no")
MOST_SAID = 5


@dataclass(frozen=True)
class Table:
    """Rows of a file. names: of the columns, [] when it has none. first: number of the first row in the file.

    remark: what was guessed about the header, "" when it was said or can only be so.
    """

    rows: list[Sequence[Any]]
    names: list[str]
    first: int
    remark: str = ""


def read_rows(path: Path, ids: Collection[str] = (), header: str = "auto", items: str = "") -> Table:
    """The rows of a .csv, .tsv, .txt or .npy file.

    header: whether the first line of a text file names the columns, of HEADERS. ids: of all items. items: the columns
    with ids as the user gave them, names or numbers from 1 between commas; all when "". Raises InputError.
    """
    check_choice(header, HEADERS, "header")
    check_choice(path.suffix.lower(), (".csv", ".tsv", ".txt", ".npy"), f"{path.name}: the ending of the file")
    if path.suffix.lower() == ".npy":
        array = read_array(path)
        if array.ndim != 2:
            raise InputError(f"{path.name}: expected an array of shape (answers, columns), got {array.shape}.")
        return Table([row.tolist() for row in array], [], 0)
    rows = read_cells(path)
    names = [str(cell) for cell in rows[0]]
    by_name = [part for part in map(str.strip, items.split(",")) if part and not part.isdigit()]
    sure = header != "auto" or bool(set(by_name) & set(names))
    if not (header == "yes" or (header == "auto" and (sure or _looks_like_names(rows, ids, _columns(items))))):
        return Table(rows, [], 1)
    return Table(rows[1:], names, 2, "" if sure else _said(names))


def _looks_like_names(rows: Sequence[Sequence[Any]], ids: Collection[str], columns: Collection[int]) -> bool:
    """Whether no cell of the first row is a number and none of those with items is an id or comes again below.

    A row of names that is read as an answer stops the import; an answer that is read as names would be lost.
    """
    if any(map(is_number, map(str, rows[0]))):
        return False
    watched = [place for place in range(len(rows[0])) if not columns or place in columns]
    first = {_text(rows[0][place]) for place in watched}
    below = {_text(row[place]) for row in rows[1:] for place in watched if place < len(row)}
    return not first & below and not any(text in ids for text in first)


def _columns(items: str) -> set[int]:
    parts = [part.strip() for part in items.split(",")]
    return {int(part) - 1 for part in parts if part.isdigit()}


def _text(cell: object) -> str:
    return read_text(str(cell)).strip()


def _said(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_SAID]) + (" …" if len(names) > MOST_SAID else "")
    return f"The first row ({shown}) was taken as names of the columns; if it is not, say so: --header no."
