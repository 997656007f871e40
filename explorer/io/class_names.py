"""Class labels by their names, where Hugging Face's description of a table has them."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

DESCRIPTION = b"huggingface"
Features = Mapping[str, Any]


def with_class_names(table: pa.Table, metadata: Mapping[bytes, bytes]) -> pa.Table:
    """Put names in the place of class numbers; a number without a name (-1: not labelled) becomes null.

    metadata: of the file's schema; it may hold `datasets`' description of the features.
    """
    for name, feature in _features(metadata).items():
        names = _names(feature)
        if names and name in table.column_names:
            place = table.column_names.index(name)
            named = _named(table.column(place), pa.array(names, pa.string()))
            table = table.set_column(place, name, named)
    return table


def _features(metadata: Mapping[bytes, bytes]) -> Features:
    try:
        features = json.loads(metadata.get(DESCRIPTION, b"{}"))["info"]["features"]
    except (ValueError, KeyError, TypeError):
        return {}
    return features if isinstance(features, dict) else {}


def _names(feature: Any) -> list[str]:
    """The names of a class label, or of the labels in a list; [] of other features."""
    if isinstance(feature, list) and len(feature) == 1:
        return _names(feature[0])
    if not isinstance(feature, dict):
        return []
    names = feature.get("names")
    if feature.get("_type") == "ClassLabel" and isinstance(names, list):
        return [str(name) for name in names]
    return _names(feature["feature"]) if "feature" in feature else []


def _named(column: pa.ChunkedArray, names: pa.Array) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_integer(kind):
        return pa.chunked_array([_take(chunk, names) for chunk in column.chunks], names.type)
    if pa.types.is_list(kind) and pa.types.is_integer(kind.value_type):
        known = names.to_pylist()
        lists = [None if row is None else [_name(one, known) for one in row] for row in column.to_pylist()]
        return pa.chunked_array([pa.array(lists, pa.list_(pa.string()))])
    return column


def _take(codes: pa.Array, names: pa.Array) -> pa.Array:
    known = pc.and_(pc.greater_equal(codes, 0), pc.less(codes, len(names)))
    return names.take(pc.if_else(known, codes, None))


def _name(code: int | None, names: list[str]) -> str | None:
    return names[code] if code is not None and 0 <= code < len(names) else None
