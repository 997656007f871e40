"""Sliders and typed bounds for any numbers and dates."""

import math
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer.app.explore.columns import ColumnInfo, describe_column, step_of
from explorer.app.explore.range_filters import moment, number_format, outward, parsed_bound, seconds

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def described(values: list[object], kind: pa.DataType | None = None) -> ColumnInfo:
    return describe_column("x", pa.chunked_array([pa.array(values, kind)]))


def test_small_scores_have_steps_and_digits() -> None:
    column = described([0.0, 0.0044])
    assert column.kind == "range"
    assert column.step == pytest.approx(1e-5)
    assert number_format(column) == "%.5f"
    assert outward(column.low, column.high, column.step) == pytest.approx((0.0, 0.0044))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1009513310189256287, 1009513310189257264], "bounds"),
        ([-(2**63), 2**63 - 1], "bounds"),
        ([0, 2**53 - 1], "range"),
        ([1, 10**11], "range"),
        ([1e308, -1e308], "bounds"),
        ([1e17, 1e17 + 16], "bounds"),
        ([5e-324, 0.0], "bounds"),
        ([1e-300, 2e-300], "range"),
        ([7, 7, None], "none"),
        ([None, None], "none"),
        ([math.nan, math.inf], "none"),
    ],
)
def test_which_numbers_a_slider_can_show(values: list[object], kind: str) -> None:
    assert described(values, None if values[0] is not None else pa.float64()).kind == kind


@given(FLOATS, FLOATS)
def test_a_slider_spans_all_values_in_few_steps(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    step = step_of(low, high)
    assume(step > 0)
    first, last = outward(low, high, step)
    assert first <= low
    assert last >= high
    assert 50 < (last - first) / step < 1100


@pytest.mark.parametrize(
    ("text", "whole", "value"),
    [
        ("1009513310189256287", True, 1009513310189256287),
        (" 1 000 ", True, 1000),
        ("-5", True, -5),
        ("1.5", True, 1.5),
        ("1e300", False, 1e300),
        ("nan", False, None),
        ("many", False, None),
        ("", True, None),
    ],
)
def test_typed_bounds(text: str, whole: bool, value: float | None) -> None:
    assert parsed_bound(text, whole) == value


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_come_back(value: datetime) -> None:
    assert abs((moment(seconds(value)) - value).total_seconds()) < 1e-3


def test_the_ends_of_the_calendar() -> None:
    assert moment(1e20).year == 9999
    assert moment(-1e20).year == 1
    assert seconds(datetime(1970, 1, 2)) == 86_400


def test_many_tags_are_chosen_from_and_more_are_looked_into() -> None:
    assert described([[f"tag {number}"] for number in range(300)]).kind == "values"
    assert described([[f"tag {number}"] for number in range(600)]).kind == "contains"
    assert described([["a"], ["a"]]).kind == "values"
    assert described([[], None], pa.list_(pa.string())).kind == "none"
