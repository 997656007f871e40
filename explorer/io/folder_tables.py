"""Folders whose items are the rows of tables: one table, shards of one, or an export of vectors."""

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.errors import InputError
from explorer.io.columns import NOT_SAID, Columns, guess_columns
from explorer.io.joins import concat_tables
from explorer.io.label_files import read_label_file
from explorer.io.paths import is_file_below
from explorer.io.projector import known_columns, read_projector
from explorer.io.scan import FolderScan
from explorer.io.shard_vectors import shard_vectors
from explorer.io.splits import SPLIT, split_of
from explorer.io.table_file import TableFile
from explorer.io.tables import read_table
from explorer.io.text import counted
from explorer.io.vectors import npy_beside

FOLDER = "folder"
SHOWN = 5


@dataclass(frozen=True)
class FolderTable:
    """The table whose rows are the items.

    path: its file, None when it was put together from several; known: what columns are by the kind of the export.
    used: other files of the folder that are in it.
    """

    file: TableFile
    path: Path | None
    known: Columns = NOT_SAID
    skipped: tuple[tuple[str, str], ...] = ()
    used: tuple[str, ...] = ()


def table_of_folder(scan: FolderScan, within: Path | None = None) -> FolderTable | None:
    """Return the table whose rows are the folder's items; None when its images are.

    within: the folder that paths in tables may lead to, None for the folder itself.
    That is the only table beside images, when half of its paths lead to them or half of them are named; without images,
    the only table, all tables when they have the same columns, or vectors with their metadata. Raises InputError naming
    tables that differ.
    """
    names = sorted([*scan.metadata, *scan.tables])
    within = within or scan.root
    if scan.paths:
        return None if scan.metadata or len(names) != 1 else _leading_to_images(scan, names[0], within)
    exported = read_projector(scan.root, names) if names else None
    if exported:
        left = [name for name in names if not any(name in note for note in exported.notes)]
        notes = (*exported.notes, *(f"{name}: not used beside the vectors." for name in left))
        return FolderTable(replace(exported, notes=notes), None, known_columns(exported.table))
    return _of_tables(scan, names, within) if names else None


def _leading_to_images(scan: FolderScan, name: str, within: Path) -> FolderTable | None:
    path = scan.root / name
    try:
        if read_label_file(path) is not None:
            return None
        file = read_table(path)
        image = guess_columns(file.table).image
        paths = pc.replace_substring(file.strings(image), "\\", "/").to_pylist() if image else []
    except InputError:
        return None
    named = [text.strip() for text in paths if text.strip() and "\0" not in text]
    there = [text for text in named if is_file_below(within, path.parent / text)]
    many = 2 * len(there) >= len(named) or 2 * len(set(there)) >= len(scan.paths)
    return _only(scan, name, file) if there and many else None


def _only(scan: FolderScan, name: str, file: TableFile, skipped: tuple[tuple[str, str], ...] = ()) -> FolderTable:
    """One table with the .npy files that are called like it, and those of its shard."""
    path = scan.root / name
    own = [str(PurePosixPath(name).parent / one) for one in npy_beside(path)[0]]
    found = shard_vectors(scan.root, {name: file.table.num_rows}, [one for one in scan.arrays if one not in own])
    file = replace(file, notes=(f"The items are the rows of {path.name}.", *file.notes, *found.notes))
    return FolderTable(replace(file, beside=found.by_name), path, skipped=skipped, used=(*own, *found.used))


def _of_tables(scan: FolderScan, names: list[str], within: Path) -> FolderTable:
    root = scan.root
    files: dict[str, TableFile] = {}
    skipped = []
    for name in names:
        try:
            if read_label_file(root / name) is not None:
                skipped.append((name, "it describes images, and there are none here"))
                continue
            files[name] = read_table(root / name)
        except InputError as error:
            skipped.append((name, f"a table that cannot be read ({error})"))
    if not files:
        raise InputError(f"{root}: expected images or a table that can be read; {skipped[0][0]}: {skipped[0][1]}.")
    if len(files) == 1:
        name, file = next(iter(files.items()))
        return _only(scan, name, file, tuple(skipped))
    columns = {name: frozenset(file.table.column_names) for name, file in files.items()}
    if len(set(columns.values())) > 1:
        raise InputError(_different(root, columns))
    found = shard_vectors(root, {name: file.table.num_rows for name, file in files.items()}, scan.arrays)
    table = _together(root, files, within)
    table = replace(table, notes=(*table.notes, *found.notes), beside=found.by_name)
    return FolderTable(table, None, skipped=tuple(skipped), used=found.used)


def _different(root: Path, columns: dict[str, frozenset[str]]) -> str:
    held = [f"{name} ({', '.join(sorted(names)[:SHOWN])})" for name, names in columns.items()]
    more = f" and {len(held) - SHOWN} more" if len(held) > SHOWN else ""
    return (
        f"{root}: expected images, or tables with the same columns; found {'; '.join(held[:SHOWN])}{more}. "
        f"Give one of them, such as {root / next(iter(columns))}."
    )


def _together(root: Path, files: dict[str, TableFile], within: Path) -> TableFile:
    """All tables below one another, with `split` and `folder` where file names or folders tell them apart."""
    parts = {name: _from_root(root, name, file, within) for name, file in files.items()}
    table = concat_tables([part.table for part in parts.values()])
    raw = concat_tables([part.raw if part.raw is not None else part.table for part in parts.values()])
    written = raw if any(part.raw is not None for part in parts.values()) else None
    folders = {name: name.rpartition("/")[0] for name in parts}
    splits = {name: split_of(name) or None for name in parts}
    for column, values in ((SPLIT, splits), (FOLDER, folders)):
        if len(set(values.values())) > 1 and column not in table.column_names:
            counts = [part.table.num_rows for part in parts.values()]
            places = pa.array(np.repeat(np.arange(len(counts)), counts))
            table = table.append_column(column, pa.array(list(values.values()), pa.string()).take(places))
            written = None if written is None else written.append_column(column, table.column(column))
    shown = ", ".join(list(parts)[:SHOWN]) + (", ..." if len(parts) > SHOWN else "")
    notes = [f"{name}: {note}" for name, part in parts.items() for note in part.notes]
    return TableFile(table, (f"The items are the rows of {counted(len(parts), 'table')}: {shown}.", *notes), written)


def _from_root(root: Path, name: str, file: TableFile, within: Path) -> TableFile:
    """The same with image paths that start at the table's folder written from the root."""
    folder, image = name.rpartition("/")[0], guess_columns(file.table).image
    if not folder or not image or not pa.types.is_string(file.table.schema.field(image).type):
        return file
    paths = pc.replace_substring(file.strings(image), "\\", "/")
    first = next((text for text in paths.to_pylist() if text), "")
    if not first or not is_file_below(within, root / folder / first):
        return file
    below = pc.if_else(pc.equal(paths, ""), "", pc.binary_join_element_wise(folder, paths, "/"))
    place = file.table.column_names.index(image)
    raw = None if file.raw is None else file.raw.set_column(file.raw.column_names.index(image), image, below)
    return TableFile(file.table.set_column(place, image, below), file.notes, raw)
