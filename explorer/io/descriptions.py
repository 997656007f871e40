"""The tables and label files of a folder that describe its images, as one table with a row for each image described."""

from collections.abc import Callable
from dataclasses import dataclass, replace

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
LONGEST = 80  # characters of a name in a note
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
        elif described is None and FILE_NAME in file.table.column_names:
            names = file.table.column(FILE_NAME)
            said = f"{counted(len(names), 'image')}, none of which is here, such as {str(names[0].as_py())[:LONGEST]!r}"
            notes.append(f"{relative}: not used; it names {said}.")
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
    """The rows of all files, those of an image next to one another: guesses look at the first rows alone."""
    raw = [file.raw if file.raw is not None else file.table for file in files]
    written = concat_tables(raw) if any(file.raw is not None for file in files) else None
    table = concat_tables([file.table for file in files])
    if len(files) == 1:
        return TableFile(table, raw=written)
    groups = pc.dictionary_encode(table.column(FILE_NAME).combine_chunks()).indices.to_numpy()
    order = pa.array(np.argsort(groups, kind="stable"))
    return TableFile(table.take(order), raw=_each(lambda one: one.take(order), written))


def _each(change: Callable[[pa.Table], pa.Table], table: pa.Table | None) -> pa.Table | None:
    return None if table is None else change(table)
