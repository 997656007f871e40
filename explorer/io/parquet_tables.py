"""Parquet files as tables."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.errors import InputError
from explorer.io.arrow_kinds import plain_table
from explorer.io.readable import check_table_size, told
from explorer.io.table_file import TableFile, unique_names


def read_parquet(path: Path) -> TableFile:
    """Read a .parquet file; columns that this version of Arrow cannot read are left out with a note.

    Raises InputError when the file is damaged.
    """
    try:
        with pq.ParquetFile(path, memory_map=True) as file:
            check_table_size(file.metadata.num_rows, file.metadata.num_columns, path.name)
            uuids = _uuid_columns(file)
            table, notes = _read(file)
    except MemoryError:
        raise
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"{path.name}: expected a Parquet file, got one that cannot be read ({told(error)})."
        ) from error
    names, more = unique_names(table.column_names)
    renamed = table.rename_columns(names).replace_schema_metadata(table.schema.metadata)
    table, kinds = plain_table(renamed, uuids)
    return TableFile(table, (*notes, *more, *kinds))


def _read(file: pq.ParquetFile) -> tuple[pa.Table, list[str]]:
    try:
        return file.read(), []
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # not for want of memory
        pass
    kept: dict[str, pa.ChunkedArray] = {}
    notes = []
    for name in dict.fromkeys(file.schema_arrow.names):
        try:
            kept |= {name: file.read(columns=[name]).column(0)}
        except (pa.ArrowException, IndexError) as error:
            notes.append(f"The column {name!r} was left out: it cannot be read ({str(error).splitlines()[0]}).")
    return pa.table(kept).replace_schema_metadata(file.schema_arrow.metadata), notes


def _uuid_columns(file: pq.ParquetFile) -> frozenset[str]:
    """Columns that the file marks as UUIDs, also where Arrow reads them as plain bytes."""
    columns = [file.schema.column(place) for place in range(len(file.schema.names))]
    return frozenset(one.path for one in columns if one.logical_type.type == "UUID")
