"""Putting tables together: older and newer items, unique values."""

import json

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.errors import InputError


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
        table = table.set_column(table.column_names.index(name), name, _written(table.column(name)))
    return table


def _written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_nested(column.type):
        return column.cast(pa.string())
    texts = [
        None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in column.to_pylist()
    ]
    return pa.chunked_array([pa.array(texts, pa.string())])
