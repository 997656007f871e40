"""Arrow's many kinds of columns as the plain ones that the rest of the program knows."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.io.class_names import with_class_names

Settings = Mapping[str, Any]
EXTENSION = b"ARROW:extension:name"
EXTENSION_DETAILS = b"ARROW:extension:metadata"


def plain_table(table: pa.Table, uuids: frozenset[str] = frozenset()) -> tuple[pa.Table, list[str]]:
    """Return (the table with each column unwrapped, notes on what was mended).

    Extension types become what they store (UUIDs and periods as they are written), dictionaries and run-end codes the
    values they stand for, views plain arrays; class labels of Hugging Face their names.
    uuids: columns of 16 bytes that are UUIDs.
    """
    columns, notes = [], []
    for field, column in zip(table.schema, table.columns, strict=True):
        plain = _uuids(column) if field.name in uuids and _is_sixteen_bytes(column.type) else _plain(column, field)
        mended = _valid_texts(plain)
        if mended is not plain:
            notes.append(f"{field.name}: some texts are no UTF-8; what cannot be read is shown as \ufffd.")
        columns.append(mended)
    unwrapped = pa.Table.from_arrays(columns, table.column_names)
    return with_class_names(unwrapped, table.schema.metadata or {}), notes


def check_whole(table: pa.Table) -> None:
    """ArrowInvalid when a column of a table from a file leads outside of its own data, which nothing looks at later.

    Texts that are no UTF-8 are let through: `plain_table` mends them.
    """
    for column in table.columns:
        for chunk in column.chunks:
            chunk.view(_with_bytes(chunk.type)).validate(full=True)


def is_bytes(kind: pa.DataType) -> bool:
    """True for the kinds that hold bytes."""
    types = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(test(kind) for test in types)


def is_list(kind: pa.DataType) -> bool:
    """True for lists, whatever their layout."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def is_number(kind: pa.DataType) -> bool:
    """True for integers and floats."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def is_text(kind: pa.DataType) -> bool:
    """True for texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _plain(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    details = field.metadata or {}
    name, settings = details.get(EXTENSION, b"").decode(), _settings(details.get(EXTENSION_DETAILS, b""))
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        name, settings = kind.extension_name, {part: getattr(kind, part, None) for part in ("shape", "freq")}
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type)
    unwrap = _EXTENSIONS.get(name)
    if unwrap is not None:
        return unwrap(column, settings)
    return _decoded(column)


def _settings(text: bytes) -> Settings:
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _decoded(column.cast(kind.value_type))
    if pa.types.is_run_end_encoded(kind):
        return _decoded(pa.chunked_array([pc.run_end_decode(chunk) for chunk in column.chunks], kind.value_type))
    if pa.types.is_string_view(kind):
        return column.cast(pa.string())
    if pa.types.is_binary_view(kind):
        return column.cast(pa.large_binary())
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        return pa.chunked_array([pa.array(column.to_pylist(), pa.list_(kind.value_type))])
    return column


def _is_sixteen_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_fixed_size_binary(kind)) and kind.byte_width == 16


def _uuids(column: pa.ChunkedArray, settings: Settings | None = None) -> pa.ChunkedArray:
    if isinstance(column.type, pa.BaseExtensionType):
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], column.type.storage_type)
    texts = [None if value is None else str(UUID(bytes=value)) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _periods(column: pa.ChunkedArray, settings: Settings) -> pa.ChunkedArray:
    """Periods of pandas (numbers since 1970 in months, quarters, ...) as they are written: "2024-05"."""
    import pandas as pd

    frequency = settings.get("freq") or "D"
    numbers = column.to_pylist()
    try:
        texts = [None if one is None else str(pd.Period(ordinal=one, freq=frequency)) for one in numbers]
    except (ValueError, TypeError, OverflowError):
        return column
    return pa.chunked_array([pa.array([None if text == "NaT" else text for text in texts], pa.string())])


def _tensors(column: pa.ChunkedArray, settings: Settings) -> pa.ChunkedArray:
    """Tensors of one dimension are lists; others lists of lists in their shape."""
    shape = settings.get("shape") or []
    if len(shape) < 2:
        return column
    values = [None if flat is None else np.reshape(flat, shape).tolist() for flat in column.to_pylist()]
    return pa.chunked_array([pa.array(values)])


def _flags(column: pa.ChunkedArray, settings: Settings) -> pa.ChunkedArray:
    return column.cast(pa.bool_())


_EXTENSIONS: dict[str, Callable[[pa.ChunkedArray, Settings], pa.ChunkedArray]] = {
    "arrow.uuid": _uuids,
    "arrow.bool8": _flags,
    "arrow.fixed_shape_tensor": _tensors,
    "pandas.period": _periods,
}


def _valid_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same column, or one with readable texts where some bytes of its texts are no UTF-8."""
    bare = _with_bytes(column.type)
    if bare == column.type:
        return column
    try:
        for chunk in column.chunks:
            chunk.validate(full=True)
        return column
    except pa.ArrowInvalid:
        texts = [_readable(value, column.type) for value in column.cast(bare).to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string() if is_text(column.type) else column.type)])


def _with_bytes(kind: pa.DataType) -> pa.DataType:
    """The same kind with bytes where it has texts."""
    if is_text(kind):
        return pa.large_binary() if pa.types.is_large_string(kind) else pa.binary()
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_with_bytes(field.type)) for field in kind])
    if pa.types.is_map(kind):
        return pa.map_(_with_bytes(kind.key_type), _with_bytes(kind.item_type))
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(kind.value_field.with_type(_with_bytes(kind.value_type)), kind.list_size)
    if pa.types.is_large_list(kind):
        return pa.large_list(kind.value_field.with_type(_with_bytes(kind.value_type)))
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_with_bytes(kind.value_type)))
    return kind


def _readable(value: Any, kind: pa.DataType) -> Any:
    """A value of `_with_bytes(kind)` as one of `kind`."""
    if value is None:
        return None
    if is_text(kind):
        return value.decode("utf-8", "replace")
    if pa.types.is_struct(kind):
        return {field.name: _readable(value[field.name], field.type) for field in kind}
    if pa.types.is_map(kind):
        return [(_readable(key, kind.key_type), _readable(one, kind.item_type)) for key, one in value]
    return [_readable(one, kind.value_type) for one in value] if is_list(kind) else value
