"""Where a side comes from: a file, a folder of tables, the columns of tables, a list in memory, a collection."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Floats, check_choice
from explorer.base.dataset import HASH, ID, PATH, TEXT
from explorer.base.errors import InputError, WorkspaceError
from explorer.features.match.side import CAPTION, CELLS, HEADER, Side
from explorer.io.tables import TableFile, is_table_name, read_table
from explorer.workspace.opened import Opened

COLUMN, TABLE, SIBLINGS, VALUES = "column", "table", "siblings", "values"
"""Columns of a side whose things are columns: name, name of its table, names of the columns beside it, some values."""
LIKELY_TEXTS = ("name", "title", "label", "question", "text", "term", "ocr", "sentence", "statement", "description")
LIKELY_IDS = ("id", "key", "identifier", "sku")
MOST_ROWS, MOST_COLUMNS, MOST_VALUES, MOST_TABLES = 200, 60, 20, 5_000


def side_of_strings(texts: Sequence[str], name: str, ids: Sequence[str] = ()) -> Side:
    """A list of texts, None and NaN for none. ids: one each, else numbers from 1.

    InputError when it is empty or an id stands twice.
    """
    table = pa.table({TEXT: pa.array(["" if _is_gap(one) else str(one) for one in texts], pa.string())})
    known = _checked_ids(ids, name) if ids else _numbers(len(texts))
    return _side(name, table, TEXT, known, keys=() if ids else _row_keys(table))


def side_of_table(file: TableFile, name: str, text: str = "", ids: str = "") -> Side:
    """The rows of a table. text: the column that is compared; ids: the column of ids; guessed where they are "".

    A guessed column of ids that has a gap or says an id twice is passed over, with a note; InputError where it was
    named, and for a named column that is not there.
    """
    table = file.table
    for named, what in ((text, "column"), (ids, "column of ids")):
        if named:
            check_choice(named, table.column_names, f"{name}, {what}")
    chosen = text or _likely_text(table)
    notes = list(file.notes)
    if not text and chosen:
        notes.append(f"{name}: compares the column “{chosen}”.")
    if ids:
        known = _checked_ids(file.strings(ids).to_pylist(), f"{name}, column {ids}")
    else:
        known, told = _guessed_ids(file, name)
        notes += told
    keys = () if known else _row_keys(file.table)
    return _side(name, _as_written(file, chosen), chosen, known or _numbers(file.table.num_rows), notes, keys=keys)


def side_of_file(path: Path, text: str = "", ids: str = "") -> Side:
    """The rows of a CSV, TSV, JSONL, JSON or Parquet file; InputError names file and row, see `side_of_table`."""
    return side_of_table(read_table(path), path.name, text, ids)


def side_of_folder(folder: Path) -> Side:
    """A folder of tables, each a thing: caption, header and cells as strings, see `side`.

    The caption is the name of the file. A table that cannot be read is left out with a note; InputError when none is
    left.
    """
    tables, notes = _tables_of(folder)
    columns: dict[str, list[Any]] = {CAPTION: [], HEADER: [], CELLS: []}
    for name, file in tables.items():
        header, cells = _grid(file)
        columns[CAPTION].append(_caption(name))
        columns[HEADER].append(header)
        columns[CELLS].append(cells)
    strings = pa.list_(pa.string())
    kinds = {CAPTION: pa.string(), HEADER: strings, CELLS: pa.list_(strings)}
    table = pa.table({name: pa.array(values, kinds[name]) for name, values in columns.items()})
    return _side(folder.name, table, CAPTION, tuple(tables), notes)


def side_of_columns(path: Path) -> Side:
    """The columns of a table, or of all tables of a folder, each a thing: see `COLUMN`. Errors as for the others."""
    tables, notes = _tables_of(path) if path.is_dir() else ({path.name: read_table(path)}, [])
    rows = [row for name, file in tables.items() for row in _columns_of(name, file)]
    kinds = {COLUMN: pa.string(), TABLE: pa.string(), SIBLINGS: pa.list_(pa.string()), VALUES: pa.list_(pa.string())}
    table = pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})
    ids = tuple(f"{row[TABLE]}: {row[COLUMN]}" for row in rows)
    return _side(path.name, table, COLUMN, _checked_ids(ids, path.name), notes)


def side_of_items(opened: Opened, text: str = "", encoder: str = "") -> Side:
    """The items of a collection. text: column that is compared, the items' own texts where it is "".

    encoder: spec of the model whose vectors go along, "" for none; where these cannot be used, it goes without them and
    says so, see `lacking` of a side. InputError for an unknown column.
    """
    dataset = opened.dataset
    chosen = text or (TEXT if dataset.has_texts else _likely_text(dataset.table.drop_columns([ID, PATH, TEXT, HASH])))
    if chosen:
        check_choice(chosen, dataset.table.column_names, f"column of {opened.name}")
    vectors, lacking = _vectors(opened, encoder) if encoder else (None, "")
    notes = (f"{opened.name}: {lacking} It is matched without them.",) if lacking else ()
    return replace(
        _side(opened.name, dataset.table, chosen, tuple(dataset.ids), notes),
        pictures=picture_paths(opened),
        vectors=vectors,
        encoder="" if lacking else encoder,
        workspace=opened.name,
        lacking=lacking,
    )


def _vectors(opened: Opened, encoder: str) -> tuple[Floats | None, str]:
    """(n, d) of the items; or None and why they cannot be used."""
    try:
        return np.asarray(opened.embeddings(encoder).vectors, np.float32), ""
    except WorkspaceError as error:
        return None, str(error)


def picture_paths(opened: Opened) -> tuple[str, ...]:
    """(n,) where the picture of each item lies, "" for one without; () for a collection without pictures."""
    if not opened.dataset.has_images:
        return ()
    paths = opened.dataset.table.column(PATH).to_pylist()
    return tuple(str(opened.workspace.image_path(one)) if one else "" for one in paths)


def _side(
    name: str, table: pa.Table, text: str, ids: Sequence[str], notes: Sequence[str] = (), keys: Sequence[str] = ()
) -> Side:
    if not len(ids):
        raise InputError(f"{name}: expected at least one row to match, got none.")
    return Side(name=name, ids=tuple(ids), table=table, text=text, notes=tuple(notes), row_keys=tuple(keys))


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))


def _checked_ids(ids: Sequence[str], what: str) -> tuple[str, ...]:
    """The ids; InputError names the row of the first that is empty or stands twice."""
    first: dict[str, int] = {}
    for row, one in enumerate(ids, start=1):
        if not str(one).strip():
            raise InputError(f"{what}: expected an id in every row, row {row} has none.")
        if one in first:
            raise InputError(f"{what}: expected every id once, {one!r:.80} stands in rows {first[one]} and {row}.")
        first[one] = row
    return tuple(str(one) for one in ids)


def _guessed_ids(file: TableFile, name: str) -> tuple[tuple[str, ...], list[str]]:
    """Ids of the column that looks like one, () where rows are to be numbered; what is to be told about it."""
    likely = next((one for one in file.table.column_names if one.casefold() in LIKELY_IDS), "")
    if likely:
        try:
            return _checked_ids(file.strings(likely).to_pylist(), f"{name}, column {likely}"), []
        except InputError as error:
            return (), [f"{error} Rows are known by their number instead."]
    return (), []


def _row_keys(table: pa.Table) -> tuple[str, ...]:
    """(n,) what stands in each row, as short hashes; rows that hold the same are told apart by their order."""
    seen: Counter[str] = Counter()
    found = []
    for cells in zip(*(table.column(name).to_pylist() for name in table.column_names), strict=True):
        key = blake2b(repr([None if _is_gap(one) else str(one) for one in cells]).encode(), digest_size=10).hexdigest()
        seen[key] += 1
        found.append(key if seen[key] == 1 else f"{key}.{seen[key]}")
    return tuple(found)


def _is_gap(cell: object) -> bool:
    return cell is None or cell == "" or cell != cell  # noqa: PLR0124 - NaN alone differs from itself


def _is_text(values: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_string(values.type) or pa.types.is_large_string(values.type))


def _likely_text(table: pa.Table) -> str:
    """The column that people would compare: of a usual name, else that with the most different texts; "" for none."""
    texts = [name for name in table.column_names if _is_text(table.column(name))]
    for wanted in LIKELY_TEXTS:
        for name in texts:
            if name.casefold().strip() == wanted:
                return str(name)
    usable = [name for name in texts if name.casefold() not in LIKELY_IDS] or texts
    return max(usable, key=lambda name: pc.count_distinct(table.column(name)).as_py(), default="")


def _as_written(file: TableFile, text: str) -> pa.Table:
    """The table, the compared column as it is written in the file."""
    if not text:
        return file.table
    place = file.table.column_names.index(text)
    return file.table.set_column(place, text, file.strings(text))


def _tables_of(folder: Path) -> tuple[dict[str, TableFile], list[str]]:
    """The tables of a folder by name of file, and a note for each that cannot be read."""
    if not folder.is_dir():
        raise InputError(f"{folder}: expected a folder of tables, but there is no such folder.")
    paths = sorted(path for path in folder.iterdir() if path.is_file() and is_table_name(path.name))
    if len(paths) > MOST_TABLES:
        raise InputError(f"{folder.name}: expected at most {MOST_TABLES:,} tables, got {len(paths):,}.")
    found, notes = {}, []
    for path in paths:
        try:
            found[path.name] = read_table(path)
        except InputError as error:
            notes.append(f"Left out: {error}")
    if not found:
        told = f" {notes[0]}" if notes else ""
        raise InputError(f"{folder.name}: expected a folder with tables (CSV, JSON, Parquet), got none.{told}")
    return found, notes


def _caption(name: str) -> str:
    """What the name of a file says: "car_sales-2020.csv" is "car sales 2020"."""
    stem = name.split(".", 1)[0]
    return " ".join(stem.replace("_", " ").replace("-", " ").split())


def _grid(file: TableFile) -> tuple[list[str], list[list[str]]]:
    """Header and cells of a table as strings, its first rows and columns."""
    names = file.table.column_names[:MOST_COLUMNS]
    columns = [_plain_strings(file, name)[:MOST_ROWS] for name in names]
    return list(names), [list(row) for row in zip(*columns, strict=True)]


def _plain_strings(file: TableFile, name: str) -> list[str]:
    values = file.table.column(name)
    if pa.types.is_nested(values.type) or pa.types.is_binary(values.type):
        return ["" if one is None else str(one) for one in values.to_pylist()]
    return [str(one) for one in file.strings(name).to_pylist()]


def _columns_of(name: str, file: TableFile) -> list[Mapping[str, Any]]:
    names = list(file.table.column_names)
    some = {one: list(dict.fromkeys(filter(None, _plain_strings(file, one))))[:MOST_VALUES] for one in names}
    return [
        {COLUMN: one, TABLE: _caption(name), SIBLINGS: [other for other in names if other != one], VALUES: some[one]}
        for one in names
    ]
