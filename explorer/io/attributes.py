"""Attribute columns in the few kinds that the rest of the program knows: strings, integers, floats, yes/no."""

import json

import pyarrow as pa

from explorer.io.tables import TableFile, unique_name


def attributes_of(file: TableFile, used: set[str | None], taken: tuple[str, ...]) -> tuple[pa.Table, list[str]]:
    """Return (the columns that are not `used`, tidied and with names that are not `taken`; notes)."""
    names = [name for name in file.table.column_names if name not in used]
    columns, notes = {}, []
    for name in names:
        tidied = _tidy(file.table.column(name))
        if tidied is None:
            notes.append(f"The column {name!r} ({file.table.column(name).type}) was left out: it is no attribute.")
        else:
            columns[name] = tidied
    table, more = clear_names(pa.table(columns), taken)
    return table, notes + more


def clear_names(table: pa.Table, taken: tuple[str, ...]) -> tuple[pa.Table, list[str]]:
    """Rename columns that meet one of `taken`; return the table and a note for each."""
    names: list[str] = []
    notes = []
    for name in table.column_names:
        new = unique_name(name, (*taken, *table.column_names)) if name in taken else name
        if new != name:
            notes.append(f"The column {name!r} is called {new!r} here: the name has a meaning of its own.")
        names.append(new)
    return table.rename_columns(names), notes


def _tidy(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_boolean(kind):
        return column
    if pa.types.is_integer(kind):
        return column.cast(pa.float64() if kind == pa.uint64() else pa.int64(), safe=False)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64(), safe=False)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return None
    if pa.types.is_nested(kind):
        return _as_json(column)
    return column.cast(pa.string())


def _as_json(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Short lists and structs as JSON texts; those with bytes inside are no attribute."""
    if "binary" in str(column.type):
        return None
    values = column.to_pylist()
    texts = [None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in values]
    return pa.chunked_array([pa.array(texts, pa.string())])
