"""Reading what a user brings (folder, zip, table, Hugging Face folder) into one form: `Incoming`."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.archive import extract_zip
from explorer.io.columns import Columns
from explorer.io.from_folder import guess_folder, items_of_folder, table_of_folder
from explorer.io.from_table import guess_table, items_of_table
from explorer.io.hf import is_saved_dataset, read_saved_dataset
from explorer.io.incoming import Incoming, Place
from explorer.io.scan import check_some_image, scan_folder
from explorer.io.tables import READERS, is_table_name, read_table


def kind_of(source: Path) -> str:
    """Return "zip", "table", "hf" or "folder"; InputError when the source is missing or none of these."""
    if not source.exists():
        raise InputError(f"{source}: expected a folder, a zip or a table, but there is nothing there.")
    if source.is_dir():
        return "hf" if is_saved_dataset(source) else "folder"
    if source.suffix.lower() == ".zip":
        return "zip"
    if is_table_name(source.name):
        return "table"
    raise InputError(f"{source.name}: expected a folder of images, a .zip of one, or a table ({', '.join(READERS)}).")


def read_source(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    """Read the source; `columns` None means to guess. InputError names the file or row and what was expected."""
    return READ[kind_of(place.source)](place, columns, progress)


def guess_source(source: Path) -> tuple[Columns, pa.Table | None, list[str]]:
    """Return (the columns as guessed, the table or None for plain folders and archives, notes), to show first."""
    kind = kind_of(source)
    if kind == "zip":
        return Columns(), None, ["What is in the zip is seen when it is unpacked."]
    if kind == "folder":
        return guess_folder(scan_folder(source))
    file = read_table(source) if kind == "table" else read_saved_dataset(source)
    return guess_table(file, source if kind == "table" else None), file.table, list(file.notes)


def _read_folder(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    scan = scan_folder(place.source, place.leave_out)
    table = table_of_folder(scan)
    if table is not None:
        inside = replace(place, source=table, root=place.root or place.source)
        incoming = _read_table(inside, columns, progress)
        return replace(incoming, notes=(f"The items are the rows of {table.name}.", *incoming.notes))
    check_some_image(scan)
    return items_of_folder(scan, columns, place.before)


def _read_zip(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    extract_zip(place.source, place.staging, progress)
    try:
        incoming = _read_folder(replace(place, source=place.staging, root=place.staging), columns, progress)
    except InputError as error:
        # The unpacked folder is gone when the user reads this.
        raise InputError(str(error).replace(str(place.staging), place.source.name)) from error
    return replace(incoming, kind="zip", staged=True)


def _read_table(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    file = read_table(place.source)
    chosen = columns or place.before or guess_table(file, place.source)
    return items_of_table("table", file, chosen, place, base=place.source.absolute().parent, progress=progress)


def _read_hf(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    file = read_saved_dataset(place.source)
    chosen = columns or place.before or guess_table(file, None)
    return items_of_table("hf", file, chosen, place, base=place.source.absolute(), progress=progress)


READ: dict[str, Callable[[Place, Columns | None, Progress], Incoming]] = {
    "folder": _read_folder,
    "zip": _read_zip,
    "table": _read_table,
    "hf": _read_hf,
}
