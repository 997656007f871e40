"""Items from the images of a folder, joined with its metadata files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.dataset import ID, PATH, RESERVED, TEXT
from explorer.base.errors import InputError
from explorer.io.attributes import attributes_of
from explorer.io.columns import Columns, check_columns, guess_columns
from explorer.io.from_table import check_ids, vectors_of
from explorer.io.incoming import Incoming
from explorer.io.joins import read_metadata
from explorer.io.scan import FILE_NAME, FolderScan, folder_column
from explorer.io.tables import TableFile, read_table
from explorer.io.text import counted

FOLDER = "folder"


def table_of_folder(scan: FolderScan) -> Path | None:
    """Return the folder's only table, when there are no images beside it or its image paths lead to them."""
    if scan.metadata or len(scan.tables) != 1:
        return None
    path = scan.root / scan.tables[0]
    if not scan.paths:
        return path
    try:
        file = read_table(path)
        image = guess_columns(file.table).image
        first = file.strings(image)[0].as_py() if image else ""
    except InputError:
        return None
    return path if first and (path.parent / first).is_file() else None


def guess_folder(scan: FolderScan) -> tuple[Columns, pa.Table | None, list[str]]:
    """Return (columns guessed among the metadata, the metadata or None, notes)."""
    metadata, notes = read_metadata(scan)
    if metadata is None:
        return Columns(), None, notes
    return guess_columns(metadata.drop_columns([FILE_NAME]), images=False), metadata, notes


def items_of_folder(scan: FolderScan, columns: Columns | None, before: Columns | None = None) -> Incoming:
    """Make an item of each image; columns: which of the metadata is what, None to take `before` if it fits or guess.

    The id is the path, or what the metadata's id column says; other metadata columns and the folder are attributes.
    """
    guess, metadata, notes = guess_folder(scan)
    columns = columns or _still_fitting(before, metadata)
    paths = pa.chunked_array([pa.array(scan.paths, pa.string())])
    joined, more = _join(metadata, paths, columns or guess)
    chosen = replace(columns or _usable(guess, joined), image=None)
    text = joined.strings(chosen.text) if chosen.text else pa.chunked_array([pa.array([""] * len(paths), pa.string())])
    fixed = {ID: _ids(joined, paths, chosen.id), PATH: paths, TEXT: text}
    folders = folder_column(paths)
    if FOLDER not in joined.table.column_names and pc.any(pc.not_equal(folders, "")).as_py():
        fixed[FOLDER] = folders
    used = {FILE_NAME, chosen.id, chosen.text, *chosen.vectors}
    attributes, renamed = attributes_of(joined, used, RESERVED)
    table = pa.table(fixed | dict(zip(attributes.column_names, attributes.columns, strict=True)))
    return Incoming(
        kind="folder",
        table=table,
        rows=np.arange(len(paths), dtype=np.int64),
        file_root=scan.root,
        staged=False,
        columns=chosen,
        vectors=vectors_of(joined, chosen, scan.root),
        notes=(*notes, *more, *_passed_over(scan), *renamed),
        skipped=tuple((path, path, reason) for path, reason in scan.skipped),
    )


def _still_fitting(before: Columns | None, metadata: pa.Table | None) -> Columns | None:
    if before is None or metadata is None:
        return None
    names = {before.id, before.text, *before.vectors} - {None}
    return before if names and names <= set(metadata.column_names) else None


def _join(metadata: pa.Table | None, paths: pa.ChunkedArray, columns: Columns) -> tuple[TableFile, list[str]]:
    """The metadata of each path, null where there is none; notes on rows that name no image."""
    if metadata is None:
        table = pa.table({FILE_NAME: paths})
        check_columns(replace(columns, image=FILE_NAME), table, "The folder (it has no metadata.csv)")
        return TableFile(table), []
    check_columns(replace(columns, image=FILE_NAME), metadata, "The metadata")
    names = metadata.column(FILE_NAME)
    places = pc.index_in(paths, value_set=names.combine_chunks()).combine_chunks()
    rows = pc.indices_nonzero(pc.invert(pc.is_in(names, value_set=paths.combine_chunks())))
    notes = []
    if len(rows):
        first = names[rows[0].as_py()].as_py()
        notes.append(f"{counted(len(rows), 'row')} of the metadata without an image; the first is for {first!r}.")
    return TableFile(metadata.take(places)), notes


def _usable(guess: Columns, joined: TableFile) -> Columns:
    """A guessed id column counts only when it is filled and unique."""
    if guess.id is None:
        return guess
    ids = joined.strings(guess.id)
    fine = pc.all(pc.not_equal(ids, "")).as_py() and pc.count_distinct(ids).as_py() == len(ids)
    return guess if fine else replace(guess, id=None)


def _ids(joined: TableFile, paths: pa.ChunkedArray, name: str | None) -> pa.ChunkedArray:
    """Of images without metadata the path is the id."""
    if name is None:
        return paths
    ids = joined.strings(name)
    return check_ids(pc.if_else(pc.equal(ids, ""), paths, ids), name, "The metadata")


def _passed_over(scan: FolderScan) -> list[str]:
    notes = []
    if scan.tables:
        shown = ", ".join(scan.tables[:3])
        notes.append(f"{shown}: not used; a table that describes the images is called metadata.csv.")
    if scan.others:
        notes.append(f"{counted(scan.others.total(), 'file')} passed over: no images.")
    return notes
