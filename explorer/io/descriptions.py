"""The tables and label files of a folder that describe its images, as one table with a row for each image described."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.errors import InputError
from explorer.io.captions import read_sidecars
from explorer.io.columns import IMAGE_NAMES
from explorer.io.formats.fiftyone_labels import is_dataset_info
from explorer.io.joins import concat_tables
from explorer.io.label_files import read_label_file
from explorer.io.matching import Matches, match_names
from explorer.io.scan import FILE_NAME, FolderScan
from explorer.io.table_file import TableFile
from explorer.io.tables import read_table
from explorer.io.text import counted

LEAST_SHARE = 0.5
_NAMING = ("id", "image", "img", "file", "photo", "picture", "path", "name", "key", "uuid", "filename")


@dataclass(frozen=True)
class Descriptions:
    """What is known of the images of a folder.

    file: columns with `file_name` (a path of the scan), several rows an image allowed, None without any; notes;
    skipped: (path, reason) of files that could not be read.
    """

    file: TableFile | None
    notes: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Described:
    """A table, the column that names the images, and which image each row is of."""

    name: str
    file: TableFile
    column: str
    matches: Matches


def read_descriptions(scan: FolderScan, whole: bool = False) -> Descriptions:
    """Read metadata.* and label files, else the other tables that name images; and JSON beside the images.

    The column `file_name` names the images, else the column whose values are most often names of images.
    whole: with all that is known of boxes.
    """
    found: list[_Described] = []
    notes: list[str] = []
    skipped: list[tuple[str, str]] = []
    for relative in (*scan.metadata, *scan.tables):
        if is_dataset_info(scan.root / relative):
            continue
        file = _read(scan, relative, skipped, whole)
        if file is None:
            continue
        described = _naming(scan, relative, file)
        if described is None and relative in scan.metadata:
            names = ", ".join(file.table.column_names[:20])
            notes.append(f"{relative}: not used; no column names images that are here (its columns are {names}).")
        elif described is None:
            notes.append(
                f"{relative}: not used; a table that describes the images names them in a column {FILE_NAME!r}."
            )
        else:
            found.append(described)
    found, unused = _chosen(scan, found)
    notes += [f"{name}: not used beside {scan.metadata[0]}." for name in unused]
    sidecars, more = read_sidecars(scan, whole)
    parts = [_with_paths(scan, one) for one in found] + ([TableFile(sidecars)] if sidecars is not None else [])
    notes += [note for one in found for note in _notes_of(one)]
    if sidecars is not None:
        notes.append(f"{counted(len(scan.sidecars) - len(more), '.json file')} beside the images read as theirs.")
    return Descriptions(_below_one_another(parts) if parts else None, tuple(notes), (*skipped, *more))


def _read(scan: FolderScan, relative: str, skipped: list[tuple[str, str]], whole: bool) -> TableFile | None:
    try:
        return read_label_file(scan.root / relative, whole) or read_table(scan.root / relative)
    except InputError as error:
        skipped.append((relative, f"a table that cannot be read ({error})"))
        return None


def _naming(scan: FolderScan, relative: str, file: TableFile) -> _Described | None:
    """The column with the most rows that name an image; None when there is hardly any."""
    folder = relative.rpartition("/")[0]
    best: _Described | None = None
    for name in _candidates(file.table):
        matches = match_names(file.strings(name), scan.paths, folder)
        if not _is_convincing(matches, name, len(scan.paths)):
            continue
        if name == FILE_NAME:
            return _Described(relative, file, name, matches)
        if best is None or (matches.rows >= 0).sum() > (best.matches.rows >= 0).sum():
            best = _Described(relative, file, name, matches)
    return best


def _is_convincing(matches: Matches, name: str, images: int) -> bool:
    rows = matches.rows[matches.rows >= 0]
    if name.lower() in (FILE_NAME, *IMAGE_NAMES):
        return len(rows) > 0
    different = len(np.unique(rows))
    return different >= LEAST_SHARE * images or len(rows) >= LEAST_SHARE * len(matches.rows) > 0


def _candidates(table: pa.Table) -> list[str]:
    """Columns that may name images, the likeliest first; numbers only where their column is called so."""
    plain = [name for name in table.column_names if _is_plain(table.column(name).type)]
    named = [name for name in plain if set(name.lower().replace("-", "_").replace(" ", "_").split("_")) & set(_NAMING)]
    texts = [name for name in plain if not pa.types.is_integer(table.column(name).type) and name not in named]
    return sorted([*named, *texts], key=lambda name: (name != FILE_NAME, name.lower() not in IMAGE_NAMES))


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_integer)
    return any(is_kind(kind) for is_kind in kinds)


def _chosen(scan: FolderScan, found: list[_Described]) -> tuple[list[_Described], list[str]]:
    """Where there is metadata, other tables do not count; label files always do."""
    metadata = [one for one in found if one.name in scan.metadata]
    if not metadata:
        return found, []
    others = [one for one in found if one.name not in scan.metadata and not one.name.lower().endswith(".json")]
    return [one for one in found if one not in others], [one.name for one in others]


def _notes_of(one: _Described) -> list[str]:
    images = counted(len(np.unique(one.matches.rows[one.matches.rows >= 0])), "image")
    joined = f"{one.name}: describes {images}, named in its column {one.column!r}."
    return [joined, *(f"{one.name}: {note}" for note in one.file.notes), *one.matches.notes(one.name)]


def _with_paths(scan: FolderScan, one: _Described) -> TableFile:
    """Only the rows of images, with their path as `file_name`; a naming column of another name stays."""
    rows = np.flatnonzero(one.matches.rows >= 0)
    paths = pa.array(scan.paths, pa.string()).take(pa.array(one.matches.rows[rows]))

    def named(table: pa.Table) -> pa.Table:
        rest = table.take(pa.array(rows))
        kept = rest.drop_columns([FILE_NAME]) if FILE_NAME in rest.column_names else rest
        return kept.add_column(0, FILE_NAME, pa.chunked_array([paths]))

    return replace(one.file, table=named(one.file.table), raw=_each(named, one.file.raw))


def _below_one_another(files: list[TableFile]) -> TableFile:
    raw = [file.raw if file.raw is not None else file.table for file in files]
    written = concat_tables(raw) if any(file.raw is not None for file in files) else None
    return TableFile(concat_tables([file.table for file in files]), raw=written)


def _each(change: Callable[[pa.Table], pa.Table], table: pa.Table | None) -> pa.Table | None:
    return None if table is None else change(table)


def one_row_each(file: TableFile, text: str | None) -> tuple[TableFile, list[str]]:
    """One row for each `file_name`: of several rows, texts are joined by lines, other strings become lists.

    Of other kinds the first value counts. Returns the table and notes.
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
    values = {int(rows[0]): _different(column.take(pa.array(rows)).to_pylist()) for rows in several}
    if not any(len(held) > 1 for held in values.values()):
        filled = [values[row][0] if row in values and values[row] else None for row in first.tolist()]
        mask = pa.array([row in values for row in first.tolist()])
        return pc.if_else(mask, pa.array(filled, column.type), result), ""
    return _several(result, [values.get(row) for row in first.tolist()], is_text)


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
