"""What the attribute columns hold, for the filters: values with counts, or a range, or free text."""

from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

MOST_VALUES, MOST_ENTRIES = 60, 500
LARGEST_EXACT = 2**53 - 1  # whole numbers beyond lose digits in a browser
STEPS = 100  # about how many places a slider has
Kind = Literal["values", "range", "bounds", "dates", "contains", "none"]


@dataclass(frozen=True, kw_only=True)
class ColumnInfo:
    """One attribute column and how it can be filtered.

    kind: "range" by a slider, "bounds" by typing them, where a slider cannot show the numbers.
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

    @property
    def step(self) -> float:
        """A round step of the slider: 1 of whole numbers, else a power of ten, about a hundredth of the range."""
        return 1.0 if self.whole else step_of(self.low, self.high)


def describe_column(name: str, column: pa.ChunkedArray) -> ColumnInfo:
    """How one column can be filtered: few values by choosing, numbers by a range, other texts by what they contain."""
    missing, kind = int(column.null_count), column.type
    if pa.types.is_integer(kind):
        ends = pc.min_max(column).as_py()
        return _range(name, ends, "range" if _is_exact(ends) else "bounds", True, missing)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        ends = _finite_ends(pc.cast(column, pa.float64(), safe=False))
        slides = ends["min"] is not None and step_of(ends["min"], ends["max"]) > 0
        return _range(name, ends, "range" if slides else "bounds", False, missing)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        micros = pc.cast(pc.cast(column, pa.timestamp("us")), pa.int64())
        ends = _finite_ends(pc.divide(pc.cast(micros, pa.float64(), safe=False), 1e6))
        return _range(name, ends, "dates", False, missing)
    return _of_values(name, column, missing)


def step_of(low: float, high: float) -> float:
    """A power of ten about a hundredth of the range; 0 where floats are too coarse for one."""
    spread = high - low
    if not isfinite(spread) or spread <= 0:
        return 0.0
    step = 10.0 ** floor(log10(spread / STEPS)) if spread / STEPS > 0 else 0.0
    largest = max(abs(low), abs(high))
    return step if step > 0 and largest + step != largest and largest < 1e300 else 0.0


def _of_values(name: str, column: pa.ChunkedArray, missing: int) -> ColumnInfo:
    lists = pa.types.is_list(column.type) or pa.types.is_large_list(column.type)
    text = _texts(pc.list_flatten(column) if lists else column)
    if text is None:
        return ColumnInfo(name=name, kind="none", missing=missing)
    if pc.count_distinct(text).as_py() > (MOST_ENTRIES if lists else MOST_VALUES):
        looked_into = pa.types.is_string(column.type.value_type if lists else column.type)
        return ColumnInfo(name=name, kind="contains" if looked_into else "none", missing=missing)
    values = _counts(text)
    chosen = bool(values) and len(values) + bool(missing) + lists > 1
    return ColumnInfo(name=name, kind="values" if chosen else "none", values=values, missing=missing)


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    try:
        return pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _counts(text: pa.ChunkedArray) -> tuple[tuple[str, int], ...]:
    pairs: list[dict[str, Any]] = pc.value_counts(text.drop_null()).to_pylist()
    return tuple(sorted(((str(p["values"]), int(p["counts"])) for p in pairs), key=lambda pair: (-pair[1], pair[0])))


def _finite_ends(column: pa.ChunkedArray) -> dict[str, Any]:
    ends: dict[str, Any] = pc.min_max(pc.if_else(pc.is_finite(column), column, None)).as_py()
    return ends


def _is_exact(ends: dict[str, Any]) -> bool:
    return all(end is not None and abs(end) <= LARGEST_EXACT for end in ends.values())


def _range(name: str, ends: dict[str, Any], kind: Kind, whole: bool, missing: int) -> ColumnInfo:
    if ends["min"] is None or ends["min"] == ends["max"]:
        return ColumnInfo(name=name, kind="none", missing=missing)
    return ColumnInfo(name=name, kind=kind, low=ends["min"], high=ends["max"], whole=whole, missing=missing)
