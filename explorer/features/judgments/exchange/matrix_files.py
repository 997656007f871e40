"""Files of dissimilarities: full or condensed, with or without the ids of their items."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import InputError
from explorer.features.judgments.exchange.files import is_number, plain_text, read_array, read_cells
from explorer.features.judgments.exchange.tables import read_rows

CONDENSED, ITEMS = "dissimilarities", "items"
Labelled = tuple[NDArray[Any], tuple[str, ...]]


def read_matrix(path: Path, ids: Sequence[str], name: str = "") -> NDArray[Any]:
    """Return the (n, n) matrix of `ids`, or a (people, n, n) stack, of a .npy, .npz, .csv or .tsv file.

    name: of the array in an .npz. (people, pairs) along the upper triangle are made square. Where the file names its
    items, in the first row and column or as the array `items`, they are put in the order of `ids`, NaN for the others.
    """
    values, items = _read(path, ids, name)
    values = _square(values, len(items or ids))
    return _in_order(values, items, ids, path.name) if items else values


def _read(path: Path, ids: Sequence[str], name: str) -> Labelled:
    if path.suffix.lower() == ".npy":
        return read_array(path), ()
    if path.suffix.lower() == ".npz":
        return _read_npz(path, name)
    cells = read_cells(path)
    items = _labels(cells)
    if items:
        return _numbers([row[1:] for row in cells[1:]], path, 2), items
    table = read_rows(path)
    columns = tuple(plain_text(name).strip() for name in table.names)
    return _numbers(table.rows, path, table.first), columns if columns and set(columns) <= set(ids) else ()


def _read_npz(path: Path, name: str) -> Labelled:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            own = {CONDENSED, ITEMS} <= set(arrays.files)
            items = tuple(map(str, arrays[ITEMS].tolist())) if own else ()
    except Exception:  # whatever a damaged file raises
        own, items = False, ()  # `read_array` says what is wrong
    return read_array(path, name or (CONDENSED if own else "")), items


def _labels(cells: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """The ids in the first row and, the same, in the first column; () when the corner is a number like the rest."""
    corner = plain_text(cells[0][0]).strip()
    across = tuple(plain_text(cell).strip() for cell in cells[0][1:])
    down = tuple(plain_text(row[0]).strip() for row in cells[1:])
    return across if across and across == down and not is_number(corner) else ()


def _numbers(rows: Sequence[Sequence[Any]], path: Path, first: int) -> NDArray[Any]:
    try:
        return np.array([[float(cell) if str(cell).strip() else np.nan for cell in row] for row in rows])
    except ValueError as error:
        raise InputError(f"{path.name}: expected rows of numbers from row {first} on ({error}).") from error


def _square(values: NDArray[Any], count: int) -> NDArray[Any]:
    """(people, n, n) of (people, pairs) or (pairs,) numbers; other shapes stay as they are."""
    pairs = count * (count - 1) // 2
    rows = values[None] if values.ndim == 1 else values
    if rows.ndim != 2 or rows.shape[1] != pairs or rows.shape == (count, count) or not np.isrealobj(rows):
        return values
    result = np.zeros((len(rows), count, count))
    upper = np.triu_indices(count, 1)
    result[:, *upper] = rows
    return result + result.transpose(0, 2, 1)


def _in_order(values: NDArray[Any], items: Sequence[str], ids: Sequence[str], file: str) -> NDArray[Any]:
    places = {one: place for place, one in enumerate(ids)}
    unknown = [one for one in items if one not in places]
    if unknown:
        raise InputError(f"{file}: there is no item with the id {unknown[0]!r} in this data set.")
    stack = values if values.ndim == 3 else values[None]
    if stack.shape[1:] != (len(items), len(items)) or len(set(items)) < len(items):
        raise InputError(f"{file}: expected a matrix of {len(items)} x {len(items)} for its items, got {values.shape}.")
    result = np.full((len(stack), len(ids), len(ids)), np.nan)
    rows = np.array([places[one] for one in items])
    result[:, rows[:, None], rows] = stack
    return result
