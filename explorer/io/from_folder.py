"""Items from the images of a folder, joined with what describes them."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.dataset import ID, PATH, RESERVED, TEXT
from explorer.io.attributes import attributes_of
from explorer.io.captions import read_captions
from explorer.io.columns import NOT_SAID, Columns, check_columns, guess_columns
from explorer.io.crops import Cutting, cut_boxes
from explorer.io.descriptions import Descriptions, read_descriptions
from explorer.io.from_table import check_ids, usable_vectors
from explorer.io.incoming import Incoming
from explorer.io.matching import EXAMPLES
from explorer.io.roles import PARTS, Roles, remembered
from explorer.io.rows_each import one_row_each
from explorer.io.scan import FILE_NAME, FolderScan, folder_column
from explorer.io.splits import SPLIT, splits_of
from explorer.io.table_file import TableFile
from explorer.io.text import counted

FOLDER = "folder"


def guess_folder(scan: FolderScan) -> tuple[Columns, pa.Table | None, list[str]]:
    """Return (columns guessed among the metadata, the metadata or None, notes)."""
    described = read_descriptions(scan)
    return _guess(described.file), described.file and described.file.table, list(described.notes)


def items_of_folder(
    scan: FolderScan, columns: Columns | None, before: Columns | None = None, cutting: Cutting | None = None
) -> Incoming:
    """Make an item of each image; columns: what the user named, the rest as in the last import (`before`), or guessed.

    The id is the path, or what the metadata's id column says; other metadata columns, the folder and the split are
    attributes. A text beside an image counts where the metadata has none. cutting: make an item of each box instead.
    """
    described = read_descriptions(scan, whole=cutting is not None)
    said = replace(columns or NOT_SAID, image=None)
    guess = _guess(described.file, _wish(said, before, described.file))
    paths = pa.chunked_array([pa.array(scan.paths, pa.string())])
    joined, notes = _join(described, paths, guess)
    joined = _with_splits(joined, paths)
    if not said.id:
        guess = _usable(guess, joined)
    vectors, roles = usable_vectors(joined, Roles(guess, said), scan.root)
    chosen = roles.columns
    texts, more, unread = _texts(scan, joined, chosen)
    ids = _ids(joined, paths, chosen.id)
    fixed = {ID: ids, PATH: paths, TEXT: texts, **_folders(paths, joined.table.column_names)}
    used = {FILE_NAME, chosen.id, chosen.text, *chosen.vectors}
    attributes, renamed = attributes_of(joined, used, RESERVED)
    table = pa.table(fixed | dict(zip(attributes.column_names, attributes.columns, strict=True)))
    incoming = Incoming(
        kind="folder",
        table=table,
        rows=np.arange(len(paths), dtype=np.int64),
        file_root=scan.root,
        staged=False,
        columns=remembered(roles, before),
        vectors=vectors,
        notes=(*described.notes, *notes, *roles.notes, *more, *scan.passed_over(), *renamed),
        skipped=tuple((path, path, reason) for path, reason in (*scan.skipped, *described.skipped, *unread)),
        linked=tuple(scan.linked),
    )
    return cut_boxes(incoming, joined, cutting) if cutting else incoming


def _guess(file: TableFile | None, given: Columns = NOT_SAID) -> Columns:
    if file is None:
        return Columns(given.id or None, None, given.text or None, tuple(filter(None, given.vectors)))
    return guess_columns(file.table.drop_columns([FILE_NAME]), images=False, given=replace(given, image=None))


def _wish(said: Columns, before: Columns | None, file: TableFile | None) -> Columns:
    """What the user said, and what the last import took as far as it is there."""
    if before is None or file is None:
        return said
    here = {"", *file.table.column_names}
    parts = {part: getattr(before, part) for part in PARTS if getattr(before, part) in here}
    kept = {part: value for part, value in parts.items() if getattr(said, part) is None}
    return replace(said, **kept, vectors=said.vectors or tuple(name for name in before.vectors if name in here))


def _join(described: Descriptions, paths: pa.ChunkedArray, columns: Columns) -> tuple[TableFile, list[str]]:
    """The metadata of each path, null where there is none; notes on what has several rows or none."""
    if described.file is None:
        table = pa.table({FILE_NAME: paths})
        check_columns(replace(columns, image=FILE_NAME), table, "The folder (it has no metadata.csv)")
        return TableFile(table), []
    check_columns(replace(columns, image=FILE_NAME), described.file.table, "The metadata")
    file, notes = one_row_each(described.file, columns.text)
    places = pc.index_in(paths, value_set=file.table.column(FILE_NAME).combine_chunks()).combine_chunks()
    if places.null_count:
        bare = paths.filter(pc.is_null(places))
        shown = ", ".join(bare.slice(0, EXAMPLES).to_pylist()) + (", ..." if len(bare) > EXAMPLES else "")
        notes.append(f"{counted(len(bare), 'image')} without a row in the metadata: {shown}.")
    raw = None if file.raw is None else file.raw.take(places)
    return TableFile(file.table.take(places), raw=raw), notes


def _texts(
    scan: FolderScan, joined: TableFile, chosen: Columns
) -> tuple[pa.ChunkedArray, list[str], list[tuple[str, str]]]:
    """The text of each image: of the metadata, else of the file beside it."""
    empty = pa.chunked_array([pa.array([""] * len(scan.paths), pa.string())])
    texts = joined.strings(chosen.text) if chosen.text else empty
    beside, notes, unread = read_captions(scan)
    if beside:
        own = pa.chunked_array([pa.array([beside.get(path, "") for path in scan.paths], pa.string())])
        texts = pc.if_else(pc.equal(texts, ""), own, texts)
    return texts, notes, unread


def _folders(paths: pa.ChunkedArray, taken: list[str]) -> dict[str, pa.ChunkedArray]:
    """The columns `folder` and `split`, where they say something and the metadata has none of that name."""
    folders = folder_column(paths)
    different = pc.unique(folders).to_pylist()
    splits = {} if SPLIT in taken else splits_of(different)
    columns = {}
    if splits:
        place = pc.index_in(folders, value_set=pa.array(different, pa.string()))
        names, rest = zip(*(splits[folder] for folder in different), strict=True)
        columns[SPLIT] = pa.array(names, pa.string()).take(place.combine_chunks())
        folders = pa.array(rest, pa.string()).take(place.combine_chunks())
    if FOLDER not in taken and pc.any(pc.not_equal(folders, "")).as_py():
        columns = {FOLDER: folders, **columns}
    return columns


def _with_splits(joined: TableFile, paths: pa.ChunkedArray) -> TableFile:
    """The metadata with the splits of the folders where it says some splits and not all."""
    names = joined.table.column_names
    said = joined.table.column(SPLIT) if SPLIT in names else None
    if said is None or not said.null_count or not pa.types.is_string(said.type):
        return joined
    column = _folders(paths, []).get(SPLIT)
    if column is None:
        return joined
    filled = pc.coalesce(said.combine_chunks(), column)
    return replace(joined, table=joined.table.set_column(names.index(SPLIT), SPLIT, filled))


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
