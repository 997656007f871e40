"""How attribute columns become filters."""

from datetime import date

import pyarrow as pa

from explorer.app.explore.columns import ColumnInfo, describe_column


def column(values: list[object], kind: pa.DataType | None = None) -> ColumnInfo:
    return describe_column("name", pa.chunked_array([pa.array(values, kind)]))


def test_few_values_are_counted_the_commonest_first() -> None:
    found = column(["b", "a", "b", None, "c"])
    assert (found.kind, found.values, found.missing) == ("values", (("b", 2), ("a", 1), ("c", 1)), 1)


def test_booleans_and_lists_are_values_too() -> None:
    assert column([True, False, True]).values == (("true", 2), ("false", 1))
    assert column([["x", "y"], ["x"]]).values == (("x", 2), ("y", 1))


def test_numbers_are_a_range_without_what_is_not_finite() -> None:
    found = column([3.5, float("nan"), float("inf"), -1.0])
    assert (found.kind, found.low, found.high) == ("range", -1.0, 3.5)
    assert column([1, 5]).whole


def test_dates_are_a_range_in_seconds() -> None:
    found = column([date(1970, 1, 2), date(1970, 1, 3)])
    assert (found.kind, found.low, found.high) == ("dates", 86_400.0, 172_800.0)


def test_many_texts_are_looked_into() -> None:
    assert column([f"text {number}" for number in range(100)]).kind == "contains"


def test_a_column_without_differences_needs_no_filter() -> None:
    assert column([2, 2]).kind == "none"
    assert column([None, None], pa.float64()).kind == "none"
