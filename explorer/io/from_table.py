"""Items from the rows of a table."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Floats, Mask
from explorer.base.dataset import ID, PATH, RESERVED, TEXT
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.attributes import attributes_of
from explorer.io.columns import Columns, check_columns, guess_columns, is_picture_type
from explorer.io.hf import write_pictures
from explorer.io.incoming import Incoming, Place
from explorer.io.joins import check_unique
from explorer.io.table_paths import relative_paths
from explorer.io.tables import TableFile
from explorer.io.vectors import column_vectors, npy_beside, read_npy


def guess_table(file: TableFile, path: Path | None) -> Columns:
    """Guess the columns of a table; path: the table's file, beside which .npy files are looked for."""
    columns = guess_columns(file.table)
    return replace(columns, vectors=(*columns.vectors, *(npy_beside(path) if path else ())))


def items_of_table(
    kind: str, file: TableFile, columns: Columns, place: Place, *, base: Path, progress: Progress
) -> Incoming:
    """Make items of the rows; base: the folder that relative paths start at.

    Rows that cannot be an item are left out; InputError when none is left, or when an id or a path is wrong.
    """
    what = place.source.name
    check_columns(columns, file.table, what)
    count = file.table.num_rows
    empty = pa.chunked_array([pa.array([""] * count, pa.string())])
    root = (place.root or base).resolve()
    paths, reasons, staged = empty, [""] * count, False
    if columns.image:
        column = file.table.column(columns.image)
        staged = is_picture_type(column.type)
        if staged:
            paths = pa.chunked_array([write_pictures(column, place.staging, progress)])
        else:
            paths, reasons = relative_paths(file.strings(columns.image), base, root, what)
    text = file.strings(columns.text) if columns.text else empty
    ids, notes = _table_ids(file, columns, paths, what)
    attributes, more = attributes_of(file, {columns.id, columns.image, columns.text, *columns.vectors}, RESERVED)
    fixed = {ID: ids, PATH: paths, TEXT: text}
    table = pa.table(fixed | dict(zip(attributes.column_names, attributes.columns, strict=True)))
    incoming = Incoming(
        kind=kind,
        table=table,
        rows=np.arange(count, dtype=np.int64),
        file_root=place.staging if staged else root,
        staged=staged,
        columns=columns,
        vectors=vectors_of(file, columns, base),
        notes=(*file.notes, *notes, *more),
    )
    return _drop_unusable(incoming, reasons, what)


def _drop_unusable(incoming: Incoming, reasons: list[str], what: str) -> Incoming:
    """Leave out rows whose path cannot be used, and those with neither image, text nor vector."""
    table = incoming.table
    content = pc.binary_join_element_wise(table.column(PATH), pc.utf8_trim_whitespace(table.column(TEXT)), "")
    blank = pc.equal(content, "")
    empty = np.asarray(blank.to_numpy()) & (not incoming.vectors)
    bad = np.array([bool(reason) for reason in reasons]) | empty
    if not bad.any():
        return incoming
    rows = np.flatnonzero(bad)
    lines = table.select([ID, PATH]).take(pa.array(rows)).to_pylist()
    skipped = tuple(
        (line[ID], line[PATH], reasons[row] or f"row {row + 1} has neither an image nor a text")
        for row, line in zip(rows, lines, strict=True)
    )
    if bad.all():
        raise InputError(f"{what}: expected at least one item with an image or a text; {skipped[0][2]}.")
    return replace(incoming.keep(~bad), skipped=skipped)


def _table_ids(
    file: TableFile, columns: Columns, paths: pa.ChunkedArray, what: str
) -> tuple[pa.ChunkedArray, list[str]]:
    if columns.id:
        return check_ids(file.strings(columns.id), columns.id, what), []
    pictures = columns.image and is_picture_type(file.table.column(columns.image).type)
    unique = pc.all(pc.not_equal(paths, "")).as_py() and pc.count_distinct(paths).as_py() == len(paths)
    if unique and not pictures:
        return paths, []
    numbers = pa.chunked_array([pa.array(np.arange(1, len(paths) + 1)).cast(pa.string())])
    return numbers, ["There is no id column: the row numbers are the ids, so add new rows at the end."]


def check_ids(values: pa.ChunkedArray, name: str, what: str) -> pa.ChunkedArray:
    """Return `values` if they are filled and unique; otherwise InputError names the rows."""
    empty = pc.indices_nonzero(pc.equal(values, ""))
    if len(empty):
        raise InputError(f"{what}: expected an id in every row of {name!r}, got none in row {empty[0].as_py() + 1}.")
    check_unique(values, name, what)
    return values


def vectors_of(file: TableFile, columns: Columns, base: Path) -> tuple[tuple[str, Floats, Mask], ...]:
    """Read the columns and .npy files that hold vectors: (name, (m, d) numbers, (m,) present) over the table's rows."""
    result = []
    for name in columns.vectors:
        if name in file.table.column_names:
            values, present = column_vectors(file.table.column(name), name)
        elif Path(name).name != name:
            raise InputError(f"{name}: expected the name of an .npy file beside the table.")
        else:
            values = read_npy(base / name, file.table.num_rows)
            present = np.ones(len(values), dtype=bool)
        result.append((name.removesuffix(".npy"), values, present))
    return tuple(result)
