"""Conditions on attributes as they are written in Python: `where={"year": (2010, 2020), "colour": ["red", "blue"]}`,
and as they are typed: "year=2010..2020", "colour=red,blue".
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.search.filters import Filter, format_filters

Value = str | int | float | bool | date | None
Condition = Value | Iterable[Value]
Where = Mapping[str, Condition]
Typed = list[str] | tuple[float | str | None, float | str | None]
RANGE = ".."


def filters_of(dataset: Dataset, where: Where | None) -> str:
    """The written form of the filters.

    A pair (low, high) is a range of numbers or dates, both ends included and None for open; a list or set names values,
    a single value is a list of one, None stands for a missing value.
    Raises InputError for an unknown column, a range on a column without an order, or one from high to low.
    """
    return format_filters([_filter(dataset, name, wanted) for name, wanted in (where or {}).items()])


def typed_condition(text: str, what: str = "Condition") -> tuple[str, Typed]:
    """A column and what is wanted of it: "year=2010..2020", "year=2010..", "colour=red,blue"; InputError for others,
    which begins with `what`.
    """
    name, equals, wanted = text.partition("=")
    if not equals or not name or not wanted:
        raise InputError(f"{what}: expected column=value, column=low..high or column=a,b; got {text[:80]!r}.")
    return name, typed_wish(wanted)


def typed_wish(wanted: str) -> Typed:
    """What is wanted of a column, as it is typed: "2010..2020", "2010..", "red,blue"."""
    if RANGE in wanted:
        low, _, high = wanted.partition(RANGE)
        return _end(low), _end(high)
    return wanted.split(",")


def _end(text: str) -> float | str | None:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _filter(dataset: Dataset, name: str, wanted: Condition) -> Filter:
    if name not in dataset.attributes:
        raise InputError(f"where: there is no column {name!r}. Expected one of: {', '.join(dataset.attributes)}.")
    if isinstance(wanted, tuple):
        if len(wanted) != 2:
            raise InputError(f"where[{name!r}]: expected a pair (low, high) or a list of values, got {wanted!r}.")
        return _range(name, *wanted)
    values = [wanted] if wanted is None or isinstance(wanted, str | int | float | date) else list(wanted)
    return Filter(
        column=name, kind="values", values=tuple(_written(value, dataset.table.column(name).type) for value in values)
    )


def _range(name: str, first: Value, last: Value) -> Filter:
    low, high = _number(first, name), _number(last, name)
    if low is not None and high is not None and low > high:
        raise InputError(
            f"where[{name!r}]: expected a range from its lower to its upper end, got {_told(first)}..{_told(last)}. "
            f"Write {_told(last)}..{_told(first)}."
        )
    return Filter(column=name, kind="range", low=low, high=high)


def _told(end: Value) -> str:
    return f"{end:g}" if isinstance(end, float) else str(end)


def _number(value: Value, name: str) -> float | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC).timestamp()
    if isinstance(value, str):
        return _number(_date(value, name), name)
    return None if value is None else float(value)


def _date(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"where[{name!r}]: expected numbers or dates as the ends of a range, got {text!r}.") from error


def _written(value: Value, kind: pa.DataType) -> str | None:
    """A value as the filters write it: as its column's type becomes text."""
    if value is None or isinstance(value, str):
        return value
    try:
        return str(pc.cast(pa.array([value]).cast(kind), pa.string())[0].as_py())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        return str(value)
