"""Filters on attributes: which items pass, and a form for URLs that any character survives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Mask, check_choice
from explorer.base.dataset import PATH, Dataset
from explorer.base.errors import InputError
from explorer.search.wording import words_pattern

FILTER_KINDS = ("values", "range", "contains", "words")
LARGEST_EXACT = 2**53  # whole numbers beyond lose digits as floats
NULL = "!"  # percent-encoding never leaves it, so it stands for a missing value


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Keeps the items whose `column` has one of `values`, lies in `low` to `high`, or contains `text` or its words.

    kind: "values", "range", "contains" or "words". values: as strings whatever the column's type, None for a missing
    value. low, high: both included, None for open; seconds since 1970 for dates and times; whole numbers beyond 2^53 as
    int. text: letter case is ignored; as "words", its words one after the other, whole, in singular or plural. Of
    paths, words are looked for in the file's name alone.
    Of a column of lists, an item passes when any of its entries does. Missing values pass only with None in `values`.
    """

    column: str
    kind: str
    values: tuple[str | None, ...] = ()
    low: float | None = None
    high: float | None = None
    text: str = ""

    def __post_init__(self) -> None:
        """Raise InputError for a filter that means nothing."""
        check_choice(self.kind, FILTER_KINDS, f"Filter on {self.column}")
        if self.kind == "values" and not self.values:
            raise InputError(f"Filter on {self.column}: expected at least one value, got none.")
        if self.kind in ("contains", "words") and not self.text:
            raise InputError(f"Filter on {self.column}: expected a text to look for, got none.")
        if any(bound is not None and isnan(bound) for bound in (self.low, self.high)):
            raise InputError(f"Filter on {self.column}: expected numbers as bounds, got NaN.")


def mask(dataset: Dataset, filters: Sequence[Filter]) -> Mask:
    """(n,) True for the items that pass all `filters`; all items when there are none.

    Raises InputError when a column is missing, or of a type that the filter cannot be used on.
    """
    passed = np.ones(len(dataset), dtype=bool)
    for one in filters:
        if one.column not in dataset.table.column_names:
            known = ", ".join(dataset.attributes) or "none"
            raise InputError(f"Filter: there is no column {one.column[:60]!r}. Expected one of: {known}.")
        chunks = dataset.table.column(one.column).chunks
        passed &= np.concatenate([_passes(chunk, one) for chunk in chunks] or [np.zeros(0, dtype=bool)])
    return passed


def format_filters(filters: Sequence[Filter]) -> str:
    """Return `filters` as `column:values:a,b;column:range:low,high;column:contains:text`, each name percent-encoded."""
    return ";".join(f"{_encode(one.column)}:{one.kind}:{_format_body(one)}" for one in filters)


def parse_filters(text: str) -> list[Filter]:
    """Return what `format_filters` was given; InputError shows the part that cannot be read."""
    return [_parse_filter(part) for part in text.split(";") if part]


def _format_body(one: Filter) -> str:
    if one.kind == "range":
        return ",".join(map(_format_bound, (one.low, one.high)))
    if one.kind in ("contains", "words"):
        return _encode(one.text)
    return ",".join(NULL if value is None else _encode(value) for value in one.values)


def _format_bound(bound: float | None) -> str:
    if isinstance(bound, int) and abs(bound) > LARGEST_EXACT:
        return str(bound)
    return "" if bound is None else repr(float(bound)).replace("+", "")


def _parse_bound(text: str) -> float | None:
    if text.lstrip("-").isdigit() and abs(int(text)) > LARGEST_EXACT:
        return int(text)
    return float(text) if text else None


def _parse_filter(part: str) -> Filter:
    try:
        column, kind, body = part.split(":")
        column = unquote(column, errors="strict")
        if kind == "range":
            low, high = map(_parse_bound, body.split(","))
            return Filter(column=column, kind=kind, low=low, high=high)
        if kind in ("contains", "words"):
            return Filter(column=column, kind=kind, text=unquote(body, errors="strict"))
        values = tuple(None if value == NULL else unquote(value, errors="strict") for value in body.split(","))
        return Filter(column=column, kind=kind, values=values)
    except ValueError as error:
        raise InputError(f"Filter: expected column:kind:value as the app writes it, got {part[:60]!r}.") from error


def _encode(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _passes(chunk: pa.Array, one: Filter) -> Mask:
    kind = chunk.type
    if pa.types.is_null(kind):
        return np.full(len(chunk), None in one.values)
    if pa.types.is_dictionary(kind):
        return _passes(chunk.cast(kind.value_type), one)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _any_entry_passes(chunk, one)
    return _numpy(_TESTS[one.kind](chunk, one))


def _any_entry_passes(lists: pa.Array, one: Filter) -> Mask:
    passed = np.zeros(len(lists), dtype=bool)
    parents = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    passed[parents[_passes(pc.list_flatten(lists), one)]] = True
    if None in one.values:
        passed |= _numpy(lists.is_null())
    return passed


def _has_value(values: pa.Array, one: Filter) -> pa.Array:
    known = _typed([value for value in one.values if value is not None], values.type, one.column)
    passed = pc.fill_null(pc.is_in(values, value_set=known), False)
    return pc.or_(passed, values.is_null(nan_is_null=True)) if None in one.values else passed


def _typed(values: list[str], kind: pa.DataType, column: str) -> pa.Array:
    """Return `values` in the column's type; whole numbers may be written as 3.0."""
    wanted = pa.array(values, pa.string())
    written_as_float = pa.types.is_integer(kind) and any("." in value or "e" in value.lower() for value in values)
    try:
        return (wanted.cast(pa.float64()) if written_as_float else wanted).cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(f"Filter on {column}: expected {_in_words(kind)}, got {', '.join(values)}.") from error


def _in_range(values: pa.Array, one: Filter) -> pa.Array:
    whole = pa.types.is_integer(values.type) and _are_whole(one)
    values = values if whole else _as_numbers(values, one.column)
    low, high = (bound if bound is None or whole else float(bound) for bound in (one.low, one.high))
    passed = pc.is_valid(values)
    if pa.types.is_floating(values.type):
        passed = pc.and_(passed, pc.invert(pc.is_nan(values)))
    if low is not None:
        passed = pc.and_(passed, pc.greater_equal(values, pa.scalar(low)))
    if high is not None:
        passed = pc.and_(passed, pc.less_equal(values, pa.scalar(high)))
    return passed


def _are_whole(one: Filter) -> bool:
    """True when a bound is a whole number that 64 bits hold and a float may not."""
    bounds = [bound for bound in (one.low, one.high) if bound is not None]
    return any(isinstance(bound, int) for bound in bounds) and all(
        isinstance(bound, int) and -(2**63) <= bound < 2**63 for bound in bounds
    )


def _as_numbers(values: pa.Array, column: str) -> pa.Array:
    if pa.types.is_temporal(values.type) and not (pa.types.is_time(values.type) or pa.types.is_duration(values.type)):
        return pc.divide(values.cast(pa.timestamp("us")).cast(pa.int64()).cast(pa.float64(), safe=False), 1e6)
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type) or pa.types.is_decimal(values.type)):
        raise InputError(
            f"Filter on {column}: expected a column of numbers or dates for a range, got one of "
            f"{_in_words(values.type)}."
        )
    return values.cast(pa.float64(), safe=False)


def _contains(values: pa.Array, one: Filter) -> pa.Array:
    return pc.match_substring(_texts(values, one.column), one.text, ignore_case=True)


def _has_words(values: pa.Array, one: Filter) -> pa.Array:
    texts = _texts(values, one.column)
    names = file_stems(texts) if one.column == PATH else texts
    return pc.match_substring_regex(names, words_pattern(one.text), ignore_case=True)


def file_stems(paths: pa.Array) -> pa.Array:
    """Names of files without their folders and endings."""
    return pc.replace_substring_regex(paths, r"^.*/|\.[^./]*$", "")


def _texts(values: pa.Array, column: str) -> pa.Array:
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        raise InputError(
            f"Filter on {column}: expected a column of text to look in, got one of {_in_words(values.type)}."
        )
    return values


def _in_words(kind: pa.DataType) -> str:
    """What a column of this type holds, as people say it."""
    return next((words for holds, words in _WORDS if holds(kind)), str(kind))


def _numpy(passed: pa.Array) -> Mask:
    filled: NDArray[Any] = pc.fill_null(passed, False).to_numpy(zero_copy_only=False)
    return np.asarray(filled, dtype=bool)


_WORDS: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (pa.types.is_integer, "whole numbers"),
    (lambda kind: pa.types.is_floating(kind) or pa.types.is_decimal(kind), "numbers"),
    (pa.types.is_boolean, "true or false"),
    (pa.types.is_date, "dates such as 2020-12-31"),
    (pa.types.is_timestamp, "times such as 2020-12-31 12:00"),
    (lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind), "texts"),
)
_TESTS: dict[str, Callable[[pa.Array, Filter], pa.Array]] = {
    "values": _has_value,
    "range": _in_range,
    "contains": _contains,
    "words": _has_words,
}
