"""Items from the rows of a table."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Mask
from explorer.base.dataset import ID, PATH, RESERVED, TEXT
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.attributes import attributes_of
from explorer.io.columns import NOT_SAID, Columns, check_columns
from explorer.io.crops import NO_BOXES
from explorer.io.incoming import Incoming, Place
from explorer.io.joins import check_unique
from explorer.io.roles import Roles, ids_wanting, remembered, settle
from explorer.io.table_images import TableImages, images_of
from explorer.io.tables import TableFile
from explorer.io.vectors import OwnVectors, own_vectors, read_npy

UNNAMED = "There is no id column: the row numbers are the ids, so add new rows at the end."


@dataclass(frozen=True)
class TableIds:
    """values: (n,) ids; reasons: (n,) why a row cannot be an item, "" when it can; numbered: they are row numbers."""

    values: pa.ChunkedArray
    reasons: list[str]
    numbered: bool = False


def items_of_table(
    kind: str, file: TableFile, said: Columns | None, place: Place, *, path: Path | None, progress: Progress
) -> Incoming:
    """Make items of the rows; said: the columns that the user named; path: the table's file, None for a folder.

    Relative paths start at the table's folder.
    Rows that cannot be an item are left out with their reason. Columns that were only guessed and cannot be used
    become attributes, with a note. InputError when no item is left, or when what the user named cannot be used.
    """
    what = place.source.name
    if place.crops:
        raise InputError(f"{what}: {NO_BOXES}.")
    base = path.absolute().parent if path else place.source.absolute()
    roles = settle(file, path, said or NOT_SAID, place.before, what)
    root = (place.root or base).resolve()
    vectors, roles = usable_vectors(file, roles, base)
    check_columns(roles.columns, file.table, what)
    images, roles = _usable_images(file, roles, place, base=base, root=root, progress=progress)
    columns = roles.columns
    text = file.strings(columns.text) if columns.text else _empty(file.table.num_rows)
    ids = _table_ids(file, roles, images, what)
    attributes, more = attributes_of(file, {columns.id, columns.image, columns.text, *columns.vectors}, RESERVED)
    fixed = {ID: ids.values, PATH: images.paths, TEXT: text}
    incoming = Incoming(
        kind=kind,
        table=pa.table(fixed | dict(zip(attributes.column_names, attributes.columns, strict=True))),
        rows=np.arange(file.table.num_rows, dtype=np.int64),
        file_root=place.staging if images.staged else root,
        staged=images.staged,
        columns=remembered(roles, place.before),
        vectors=vectors,
        notes=(*file.notes, *roles.notes, *([UNNAMED] if ids.numbered else []), *more),
    )
    reasons = [one or other for one, other in zip(images.reasons, ids.reasons, strict=True)]
    return _drop_unusable(incoming, reasons, what)


def _empty(count: int) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([""] * count, pa.string())])


def usable_vectors(file: TableFile, roles: Roles, base: Path) -> tuple[tuple[OwnVectors, ...], Roles]:
    """The vectors in columns and .npy files; what was only guessed and cannot be used is dropped with a note."""
    found: dict[str, OwnVectors] = {}
    notes = []
    for name in roles.columns.vectors:
        try:
            found[name] = _vectors(file, name, base)
        except InputError as error:
            if name in roles.said.vectors:
                raise
            notes.append(f"{error} It is not used as vectors.")
    columns = replace(roles.columns, vectors=tuple(found))
    return tuple(found.values()), replace(roles, columns=columns, notes=(*roles.notes, *notes))


def _vectors(file: TableFile, name: str, base: Path) -> OwnVectors:
    """Vectors of a column, or of .npy files beside the table."""
    if name in file.table.column_names:
        return own_vectors(name, file.table.column(name))
    if name in file.beside:
        return own_vectors(name.removesuffix(".npy"), file.beside[name])
    if Path(name).name != name:
        raise InputError(f"{name}: expected the name of an .npy file beside the table.")
    return own_vectors(name.removesuffix(".npy"), read_npy(base / name, file.table.num_rows))


def _usable_images(
    file: TableFile, roles: Roles, place: Place, *, base: Path, root: Path, progress: Progress
) -> tuple[TableImages, Roles]:
    """The images of the rows; a guessed column of which none can be used is none, where there is other content."""
    columns = roles.columns
    if columns.image is None:
        return TableImages(_empty(file.table.num_rows), [""] * file.table.num_rows), roles
    images = images_of(file, columns.image, place.staging, base=base, root=root, progress=progress)
    wanted = roles.said.image or not (columns.text or columns.vectors)
    if wanted or images.any_there(place.staging if images.staged else root):
        return images, roles
    note = (
        f"{columns.image}: none of the images can be used ({images.first_reason(root)}); the items come without them."
    )
    without = replace(roles, columns=replace(columns, image=None), notes=(*roles.notes, note))
    return TableImages(_empty(file.table.num_rows), [""] * file.table.num_rows), without


def _drop_unusable(incoming: Incoming, reasons: list[str], what: str) -> Incoming:
    """Leave out rows that have a reason, and those with neither image, text nor vector."""
    table = incoming.table
    content = pc.binary_join_element_wise(table.column(PATH), pc.utf8_trim_whitespace(table.column(TEXT)), "")
    empty: Mask = np.asarray(pc.equal(content, "").to_numpy())
    for one in incoming.vectors:
        empty = empty & ~one.present
    bad = np.array([bool(reason) for reason in reasons]) | empty
    if not bad.any():
        return incoming
    rows = np.flatnonzero(bad)
    lines = table.select([ID, PATH]).take(pa.array(rows)).to_pylist()
    missing = "neither an image, a text nor a vector" if incoming.vectors else "neither an image nor a text"
    skipped = tuple(
        (line[ID], line[PATH], reasons[row] or f"row {row + 1} has {missing}")
        for row, line in zip(rows, lines, strict=True)
    )
    if bad.all():
        raise InputError(f"{what}: expected at least one item with an image or a text; {skipped[0][2]}.")
    return replace(incoming.keep(~bad), skipped=skipped)


def _table_ids(file: TableFile, roles: Roles, images: TableImages, what: str) -> TableIds:
    count = file.table.num_rows
    if roles.columns.id:
        ids = file.strings(roles.columns.id)
        if not roles.kept_id:
            return TableIds(check_ids(ids, roles.columns.id, what), [""] * count)
        wanting = ids_wanting(ids).to_pylist()
        reason = f"has no id of its own in {roles.columns.id!r}, by which the items are known"
        return TableIds(ids, [f"row {row} {reason}" if bad else "" for row, bad in enumerate(wanting, start=1)])
    paths = images.paths
    unique = pc.all(pc.not_equal(paths, "")).as_py() and pc.count_distinct(paths).as_py() == len(paths)
    if unique and not images.staged and count:
        return TableIds(paths, [""] * count)
    numbers = pa.chunked_array([pa.array(np.arange(1, count + 1)).cast(pa.string())])
    return TableIds(numbers, [""] * count, numbered=True)


def check_ids(values: pa.ChunkedArray, name: str, what: str) -> pa.ChunkedArray:
    """Return `values` if they are filled and unique; otherwise InputError names the rows."""
    empty = pc.indices_nonzero(pc.equal(values, ""))
    if len(empty):
        raise InputError(f"{what}: expected an id in every row of {name!r}, got none in row {empty[0].as_py() + 1}.")
    check_unique(values, name, what)
    return values
