"""Columns as texts that say by a short name of their kind how they become the same columns again.

For formats that know texts and numbers alone: lists are JSON, dates and times ISO 8601, nothing is an empty text.
"""

import json
from collections.abc import Mapping

import pyarrow as pa

from explorer.io.arrow_kinds import is_list

PLAIN = {
    "text": pa.string(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "time": pa.timestamp("us"),
    "instant": pa.timestamp("us", tz="UTC"),
}
TEXT, GAPS = "text", "text with gaps"
LIST = "list of "
Kinds = Mapping[str, str]


def kinds_of(table: pa.Table) -> dict[str, str]:
    """The kind of each column, in the words of `PLAIN`; lists as "list of text", texts with gaps apart from others."""
    kinds = {field.name: _kind(field.type) for field in table.schema}
    return {name: GAPS if kind == TEXT and table[name].null_count else kind for name, kind in kinds.items()}


def texts_of(column: pa.ChunkedArray) -> list[str]:
    """(n,) the values as texts; what is empty or missing is ""."""
    kind = _kind(column.type)
    values = column.to_pylist()
    if kind.startswith(LIST):
        return ["" if one is None else json.dumps(one, ensure_ascii=False, default=str) for one in values]
    if kind in ("date", "time", "instant"):
        return ["" if one is None else one.isoformat() for one in values]
    return ["" if one is None else repr(one) if kind == "number" else str(one) for one in values]


def column_of(texts: pa.ChunkedArray, kind: str) -> pa.ChunkedArray:
    """The column that `texts_of` wrote; the texts themselves where they are not of the kind, or there is none such."""
    try:
        return pa.chunked_array([_array(texts.to_pylist(), kind)])
    except (ValueError, TypeError, KeyError, OverflowError, pa.ArrowException):
        return texts


def _array(texts: list[str | None], kind: str) -> pa.Array:
    if kind == TEXT:
        return pa.array(texts, pa.string())
    filled = [text or None for text in texts]
    if kind == GAPS:
        return pa.array(filled, pa.string())
    if kind.startswith(LIST):
        lists = [None if text is None else json.loads(text) for text in filled]
        return pa.array(lists, pa.list_(PLAIN[kind.removeprefix(LIST)]))
    if kind == "flag":
        return pa.array([None if text is None else text == "True" for text in filled], pa.bool_())
    return pa.array(filled, pa.string()).cast(PLAIN[kind])


def _kind(kind: pa.DataType) -> str:
    if is_list(kind):
        return f"{LIST}{_kind(kind.value_type)}"
    return next((name for name, known in PLAIN.items() if known == kind), "text")
