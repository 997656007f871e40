"""What the attribute columns hold, for the filters: values with counts, or a range, or free text."""

from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

MOST_VALUES = 60
Kind = Literal["values", "range", "dates", "contains", "none"]


@dataclass(frozen=True, kw_only=True)
class ColumnInfo:
    """One attribute column and how it can be filtered.

    values: (value as text, count), the commonest first. low, high: of numbers, or seconds since 1970 of dates.
    whole: the numbers are integers. missing: items without a value.
    """

    name: str
    kind: Kind
    values: tuple[tuple[str, int], ...] = ()
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    missing: int = 0


def describe_column(name: str, column: pa.ChunkedArray) -> ColumnInfo:
    """How one column can be filtered: few values by choosing, numbers by a range, other texts by what they contain."""
    missing, kind = int(column.null_count), column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _range(
            name, pc.cast(column, pa.float64(), safe=False), "range", bool(pa.types.is_integer(kind)), missing
        )
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        micros = pc.cast(pc.cast(column, pa.timestamp("us")), pa.int64())
        return _range(name, pc.divide(pc.cast(micros, pa.float64(), safe=False), 1e6), "dates", False, missing)
    text = _texts(column)
    if text is None:
        return ColumnInfo(name=name, kind="none", missing=missing)
    if pc.count_distinct(text).as_py() > MOST_VALUES:
        return ColumnInfo(name=name, kind="contains" if pa.types.is_string(kind) else "none", missing=missing)
    values = _counts(text)
    return ColumnInfo(
        name=name, kind="values" if len(values) + bool(missing) > 1 else "none", values=values, missing=missing
    )


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.list_flatten(column)
    try:
        return pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _counts(text: pa.ChunkedArray) -> tuple[tuple[str, int], ...]:
    pairs: list[dict[str, Any]] = pc.value_counts(text.drop_null()).to_pylist()
    return tuple(sorted(((str(p["values"]), int(p["counts"])) for p in pairs), key=lambda pair: (-pair[1], pair[0])))


def _range(name: str, column: pa.ChunkedArray, kind: Kind, whole: bool, missing: int) -> ColumnInfo:
    ends = pc.min_max(pc.if_else(pc.is_finite(column), column, None)).as_py()
    if ends["min"] is None or ends["min"] == ends["max"]:
        return ColumnInfo(name=name, kind="none", missing=missing)
    low, high = float(ends["min"]), float(ends["max"])
    return ColumnInfo(name=name, kind=kind, low=low, high=high, whole=whole, missing=missing)
