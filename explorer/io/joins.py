"""Putting tables together: metadata files, older and newer items, unique values."""

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.errors import InputError
from explorer.io.scan import FILE_NAME, FolderScan
from explorer.io.tables import read_table


def read_metadata(scan: FolderScan) -> tuple[pa.Table | None, list[str]]:
    """Return (one table of all metadata files with `file_name` as a path below the folder, notes).

    Raises InputError when a metadata file has no column `file_name`, or names a file twice.
    """
    tables, notes = [], []
    for relative in scan.metadata:
        file = read_table(scan.root / relative)
        notes += [f"{relative}: {note}" for note in file.notes]
        if FILE_NAME not in file.table.column_names:
            names = ", ".join(file.table.column_names[:20])
            raise InputError(
                f"{relative}: expected a column {FILE_NAME!r} that names the images; the columns are {names}."
            )
        folder = relative.rpartition("/")[0]
        names = _plain_paths(file.strings(FILE_NAME))
        joined = pc.binary_join_element_wise(folder, names, "/") if folder else names
        table = file.table.set_column(file.table.column_names.index(FILE_NAME), FILE_NAME, joined)
        check_unique(joined, FILE_NAME, relative)
        tables.append(table)
    if not tables:
        return None, notes
    merged = concat_tables(tables)
    check_unique(merged.column(FILE_NAME), FILE_NAME, "The metadata files")
    return merged, notes


def _plain_paths(names: pa.ChunkedArray) -> pa.ChunkedArray:
    """Paths as the scan writes them: forward slashes, no doubled ones, no "./"."""
    forward = pc.replace_substring(names, "\\", "/")
    single = pc.replace_substring_regex(forward, r"/(\./|/)+", "/")
    return pc.replace_substring_regex(single, r"^(\./)+", "")


def check_unique(values: pa.ChunkedArray, name: str, what: str, first_row: int = 1) -> None:
    """Raise InputError that names the first three values that occur twice, and their rows."""
    counts = pc.value_counts(values)
    if len(counts) == len(values):
        return
    repeated = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    parts = []
    for value in repeated[:3]:
        rows = pc.indices_nonzero(pc.equal(values, value)).to_pylist()
        parts.append(f"{value.as_py()!r} in rows {', '.join(str(row + first_row) for row in rows[:4])}")
    raise InputError(f"{what}: expected each {name} once; {len(repeated)} occur more often: {'; '.join(parts)}.")


def concat_tables(tables: list[pa.Table]) -> pa.Table:
    """Put tables below one another; missing columns become null, columns of different kinds become strings."""
    try:
        return pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        names = list(dict.fromkeys(name for table in tables for name in table.column_names))
        kinds = {name: {t.schema.field(name).type for t in tables if name in t.column_names} for name in names}
        mixed = {name for name in names if len(kinds[name]) > 1}
        return pa.concat_tables([_as_strings(table, mixed) for table in tables], promote_options="permissive")


def _as_strings(table: pa.Table, names: set[str]) -> pa.Table:
    for name in names & set(table.column_names):
        table = table.set_column(table.column_names.index(name), name, table.column(name).cast(pa.string()))
    return table
