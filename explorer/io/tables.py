"""Tables of any of the supported kinds as Arrow tables: CSV, TSV, JSON, Parquet; texts also packed as .gz."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from explorer.base.errors import InputError
from explorer.io.csv_tables import read_csv
from explorer.io.json_tables import read_json
from explorer.io.parquet_tables import read_parquet
from explorer.io.readable import check_table_size, readable
from explorer.io.table_file import TableFile, unique_name, unique_names
from explorer.io.table_names import TABLE_ENDINGS, is_table_name, table_ending

__all__ = ["READERS", "TABLE_ENDINGS", "TableFile", "is_table_name", "read_table", "unique_name"]


def read_table(path: Path) -> TableFile:
    """Read a .csv, .tsv, .jsonl (.ndjson), .json or .parquet file, the text kinds also as .gz.

    Names of columns are unique and not empty afterwards. Raises InputError naming file and line.
    """
    reader = READERS.get(table_ending(path.name))
    if reader is None:
        raise InputError(f"{path.name}: expected a table that ends in {', '.join(TABLE_ENDINGS)}.")
    if not path.is_file():
        raise InputError(f"{path}: expected a table, but there is no such file.")
    with readable(path.name, "a table"):
        result = _with_unique_names(reader(path))
    check_table_size(result.table.num_rows, result.table.num_columns, path.name)
    if not result.table.num_rows or not result.table.num_columns:
        raise InputError(f"{path.name}: expected at least one row below the header, got none.")
    return result


def _with_unique_names(file: TableFile) -> TableFile:
    names, notes = unique_names(file.table.column_names)
    if names == file.table.column_names:
        return file
    return replace(file, table=file.table.rename_columns(names), notes=(*file.notes, *notes))


READERS: dict[str, Callable[[Path], TableFile]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_json,
    ".ndjson": read_json,
    ".json": read_json,
    ".parquet": read_parquet,
}
