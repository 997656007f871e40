"""Reading what a user brings (folder, zip, table, Hugging Face folder) into one form: `Incoming`."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from explorer.base.dataset import PATH
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.settings import data_root
from explorer.io.archive import extract_zip, litter_of_zip
from explorer.io.columns import NOT_SAID, Columns
from explorer.io.crop_files import keep_only
from explorer.io.crops import Cutting
from explorer.io.folder_tables import FolderTable, table_of_folder
from explorer.io.formats.registry import format_named, recognised
from explorer.io.from_folder import guess_folder, items_of_folder
from explorer.io.from_table import items_of_table
from explorer.io.hf import is_saved_dataset, read_saved_dataset
from explorer.io.hub_origin import origin_note
from explorer.io.incoming import Incoming, Place
from explorer.io.label_files import read_label_file
from explorer.io.label_xml import is_label_xml
from explorer.io.matching import EXAMPLES
from explorer.io.projector import known_columns, projector_of
from explorer.io.roles import settle
from explorer.io.scan import FolderScan, check_some_image, litter_notes, scan_folder
from explorer.io.tables import TABLE_ENDINGS, is_table_name, read_table
from explorer.io.text import counted


def kind_of(source: Path) -> str:
    """Return "zip", "table", "hf", "folder" or the name of a format; InputError when it is missing or none of these."""
    if not source.exists():
        raise InputError(f"{source}: expected a folder, a zip or a table, but there is nothing there.")
    if (known := recognised(source)) is not None:
        return known.name
    if source.is_dir():
        return "hf" if is_saved_dataset(source) else "folder"
    if source.suffix.lower() == ".zip":
        return "zip"
    if is_table_name(source.name) or is_label_xml(source):
        return "table"
    raise InputError(
        f"{source.name}: expected a folder of images, a .zip of one, or a table ({', '.join(TABLE_ENDINGS)}, "
        "the .xml of CVAT for images)."
    )


def read_source(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    """Read the source; columns: what the user named, the rest is guessed. InputError names file or row and the cure."""
    kind = kind_of(place.source)
    read = READ.get(kind) or format_named(kind).reader()
    incoming = read(place, columns, progress)
    return replace(incoming, notes=(*origin_note(place.source), *incoming.notes))


def guess_source(source: Path) -> tuple[Columns, pa.Table | None, list[str]]:
    """Return (the columns as guessed, the table or None for plain folders and archives, notes), to show first."""
    kind = kind_of(source)
    if kind not in READ:
        return Columns(), None, [f"{format_named(kind).title}: what is in it is seen when it is read."]
    if kind == "zip":
        return Columns(), None, ["What is in the zip is seen when it is unpacked."]
    if kind == "folder":
        return guess_folder(scan_folder(source, within=data_root()))
    labels = read_label_file(source) if kind == "table" else None
    if labels is not None:
        return Columns(), labels.table, ["It describes the images below its folder."]
    file = read_table(source) if kind == "table" else read_saved_dataset(source)
    roles = settle(file, source if kind == "table" else None, NOT_SAID, None, source.name)
    return roles.columns, file.table, [*file.notes, *roles.notes]


def _read_folder(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    scan = scan_folder(place.source, place.leave_out, place.root)
    table = table_of_folder(scan, place.root)
    if table is not None:
        return _read_folder_table(scan, table, place, columns, progress)
    check_some_image(scan)
    return items_of_folder(scan, columns, place.before, _cutting(place, progress))


def _cutting(place: Place, progress: Progress) -> Cutting | None:
    return Cutting(place.staging, progress) if place.crops else None


def _read_folder_table(
    scan: FolderScan, table: FolderTable, place: Place, columns: Columns | None, progress: Progress
) -> Incoming:
    """The items of a folder's table, with a word on all that lies beside it."""
    inside = replace(place, source=table.path or place.source, root=place.root or place.source)
    said = with_known(columns, table.known, place.before)
    incoming = items_of_table("table", table.file, said, inside, path=table.path, progress=progress)
    skipped = tuple((path, path, reason) for path, reason in (*scan.skipped, *table.skipped))
    left = replace(scan, arrays=[one for one in scan.arrays if one not in table.used])
    notes = (*incoming.notes, *_not_named(scan, incoming), *left.passed_over())
    return replace(incoming, notes=notes, skipped=(*incoming.skipped, *skipped))


def _not_named(scan: FolderScan, incoming: Incoming) -> list[str]:
    """A note on images that no row of the table names."""
    if not scan.paths or incoming.staged:
        return []
    root = Path(os.path.relpath(scan.root.resolve(), incoming.file_root))
    named = set(incoming.table.column(PATH).to_pylist())
    left = [path for path in scan.paths if (root / path).as_posix() not in named]
    shown = ", ".join(left[:EXAMPLES]) + (", ..." if len(left) > EXAMPLES else "")
    notes = [f"{counted(len(left), 'image')} that no row of the table names: {shown}."] if left else []
    beside = len(scan.captions) + len(scan.sidecars)
    return notes + (
        [f"{counted(beside, 'text')} beside the images not read: the table describes them."] if beside else []
    )


def _read_zip(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    extract_zip(place.source, place.staging, progress)
    try:
        incoming = _read_folder(replace(place, source=place.staging, root=place.staging), columns, progress)
    except InputError as error:
        # The unpacked folder is gone when the user reads this.
        raise InputError(str(error).replace(str(place.staging), place.source.name)) from error
    if place.crops:
        keep_only(place.staging, incoming.table.column(PATH).to_pylist())
    notes = (*incoming.notes, *litter_notes(litter_of_zip(place.source)))
    return replace(incoming, kind="zip", staged=True, notes=notes)


def _read_table(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    if read_label_file(place.source) is not None:
        return _read_labels(place, columns, progress)
    exported = projector_of(place.source)
    file = exported or read_table(place.source)
    said = with_known(columns, known_columns(file.table), place.before) if exported else columns
    return items_of_table("table", file, said, place, path=place.source, progress=progress)


def _read_labels(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    """The images below the folder of a label file (COCO, FiftyOne), described by it alone."""
    scan = scan_folder(place.source.parent, place.leave_out, place.root)
    check_some_image(scan)
    described = replace(scan, metadata=[], tables=[place.source.name])
    return items_of_folder(described, columns, place.before, _cutting(place, progress))


def with_known(said: Columns | None, known: Columns, before: Columns | None) -> Columns:
    """What the user said, with what is known of an export."""
    said = said or NOT_SAID
    text = known.text if said.text is None and before is None else said.text
    return replace(said, text=text, vectors=said.vectors or known.vectors)


def _read_hf(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    file = read_saved_dataset(place.source)
    return items_of_table("hf", file, columns, place, path=None, progress=progress)


READ: dict[str, Callable[[Place, Columns | None, Progress], Incoming]] = {
    "folder": _read_folder,
    "zip": _read_zip,
    "table": _read_table,
    "hf": _read_hf,
}
