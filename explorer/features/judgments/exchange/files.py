"""Files of judgments of other programs: rows of cells, arrays, JSON."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import InputError
from explorer.io.json_text import json_value
from explorer.io.readable import readable
from explorer.io.text import read_utf8

DELIMITERS = ("\t", ",", ";")
QUOTED = re.compile(r'"[^"]*"')


def read_cells(path: Path) -> list[Sequence[Any]]:
    """All lines of a text file as cells, between tabs, commas, semicolons or blanks; InputError when there are none."""
    data, _ = read_utf8(existing(path))
    text = data.decode("utf-8")
    delimiter = _delimiter(text)
    if delimiter is None:
        split: Iterable[Sequence[Any]] = (line.split() for line in text.splitlines())
    else:
        split = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [row for row in split if row]
    if not rows:
        raise InputError(f"{path.name}: expected at least one row, got none.")
    return rows


def _delimiter(text: str) -> str | None:
    """What stands between the cells of the first line, None for blanks; an empty cell may begin it."""
    head = QUOTED.sub("", next((line for line in text.split("\n") if line.strip()), ""))
    if head[:1] in DELIMITERS:
        return head[:1]
    return next((mark for mark in DELIMITERS if mark in head), None)


def read_array(path: Path) -> NDArray[Any]:
    """The array of a .npy file; InputError when it cannot be read."""
    with readable(path.name, "a NumPy file of numbers"), existing(path).open("rb") as file:
        loaded = np.load(file, allow_pickle=False)
        if not isinstance(loaded, np.ndarray):
            raise InputError(f"{path.name}: expected one array, got an archive of several.")
        return loaded


def read_json_file(path: Path) -> Any:
    """The value of a JSON file; InputError when it cannot be read."""
    try:
        return json_value(existing(path).read_bytes())
    except ValueError as error:
        raise InputError(f"{path.name}: expected JSON ({error}).") from error


def column_number(text: str, names: Sequence[str], file: str) -> int:
    """Number from 0 of a column given by its name or its number from 1; InputError when there is none."""
    if text in names:
        return list(names).index(text)
    if text.isdigit() and int(text) >= 1:
        return int(text) - 1
    known = ", ".join(names) or "1, 2, 3, … (it has no header)"
    raise InputError(f"{file}: there is no column {text!r}. Expected one of: {known}.")


def existing(path: Path) -> Path:
    """Return the path of a file that is there; InputError otherwise."""
    if not path.is_file():
        raise InputError(f"{path}: there is no such file.")
    return path


def is_number(cell: str) -> bool:
    """True when the cell is written as a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True
