"""One row for each image, where tables have several."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.io.scan import FILE_NAME
from explorer.io.table_file import TableFile
from explorer.io.vector_guess import is_vector_type


def one_row_each(file: TableFile, text: str | None) -> tuple[TableFile, list[str]]:
    """One row for each `file_name`: of several rows, texts are joined by lines, other strings become lists.

    Of other kinds, and of lists of numbers, the first value counts. Returns the table and notes.
    """
    names = file.table.column(FILE_NAME).combine_chunks()
    groups = pc.dictionary_encode(names).indices.to_numpy()
    first = np.unique(groups, return_index=True)[1]
    if len(first) == len(groups):
        return file, []
    order = np.argsort(groups, kind="stable")
    several = [rows for rows in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1) if len(rows) > 1]
    joined = {name: _joined(file, name, first, several, name == text) for name in file.table.column_names}
    table = pa.table({name: column for name, (column, _) in joined.items()})
    raw = None
    if file.raw is not None:
        raw = file.raw.take(pa.array(first))
        for name, (column, how) in joined.items():
            if how == "text":
                raw = raw.set_column(raw.column_names.index(name), name, column)
    how_many = f"{len(several):,} images have several rows" if len(several) > 1 else "1 image has several rows"
    parts = [f"{name!r} {_HOW[how]}" for name, (_, how) in joined.items() if how]
    return TableFile(table, raw=raw), [f"{how_many}: {', '.join(parts) or 'they say the same'}."]


_HOW = {"text": "was joined", "list": "is a list", "first": "keeps its first value"}


def _joined(
    file: TableFile, name: str, first: np.ndarray, several: list[np.ndarray], is_text: bool
) -> tuple[pa.ChunkedArray, str]:
    """A column with one row a group, and what was done: "" when no group has different values."""
    column = file.table.column(name)
    result = column.take(pa.array(first))
    if name == FILE_NAME or pa.types.is_dictionary(column.type):
        return (result if name == FILE_NAME else result.cast(column.type.value_type)), ""
    filled_rows, most = _first_filled(column, file.table.column(FILE_NAME))
    if most <= 1 or is_vector_type(column.type):
        return column.take(pa.array(filled_rows)), ""
    values = {int(rows[0]): _different(column.take(pa.array(rows)).to_pylist()) for rows in several}
    if not any(len(held) > 1 for held in values.values()):
        filled = [values[row][0] if row in values and values[row] else None for row in first.tolist()]
        mask = pa.array([row in values for row in first.tolist()])
        return pc.if_else(mask, pa.array(filled, column.type), result), ""
    return _several(result, [values.get(row) for row in first.tolist()], is_text)


def _first_filled(column: pa.ChunkedArray, names: pa.ChunkedArray) -> tuple[Rows, int]:
    """(The row of each image with the first value of a column, else its first row; how many values one has at most)."""
    groups = pc.dictionary_encode(names.combine_chunks()).indices.to_numpy()
    chosen = np.unique(groups, return_index=True)[1]
    filled = np.flatnonzero(column.is_valid().to_numpy())
    found, places, counts = np.unique(groups[filled], return_index=True, return_counts=True)
    chosen[found] = filled[places]
    return np.asarray(chosen, dtype=np.int64), int(counts.max(initial=0))


def _several(result: pa.ChunkedArray, values: list[list[Any] | None], is_text: bool) -> tuple[pa.ChunkedArray, str]:
    kind = result.type
    singles = result.to_pylist()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        lists = [([one] if one else []) if held is None else held for held, one in zip(values, singles, strict=True)]
        if is_text:
            return pa.chunked_array([pa.array(["\n".join(map(str, held)) for held in lists], pa.string())]), "text"
        return pa.chunked_array([pa.array([held or None for held in lists], pa.list_(pa.string()))]), "list"
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        pairs = zip(values, singles, strict=True)
        flat = [one if held is None else _different([tag for tags in held for tag in tags]) for held, one in pairs]
        return pa.chunked_array([pa.array(flat, kind)]), "list"
    kept = [one if not held else held[0] for held, one in zip(values, singles, strict=True)]
    return pa.chunked_array([pa.array(kept, kind)]), "first"


def _different(values: list[Any]) -> list[Any]:
    """The filled values, each once, in order."""
    found: list[Any] = []
    for value in values:
        if value is not None and value != "" and value not in found:
            found.append(value)
    return found
