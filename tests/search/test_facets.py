"""Columns in parts: what is counted is what the filter of the part keeps."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.dataset import Dataset
from explorer.search.bins import MOST_BINS, edges, time_edges, whole_edges
from explorer.search.facet_words import axis_ends, bound_text, facet_ends, part_names, setting_words
from explorer.search.facets import Facet, facet_of
from explorer.search.filters import Filter, mask
from explorer.search.picking import (
    parsed_bound,
    pick_bins,
    pick_bounds,
    pick_value,
    picked_parts,
    split_filters,
    with_setting,
)

CELLS = {
    "whole": (st.integers(-(2**63), 2**63 - 1), pa.int64()),
    "ids": (st.integers(1009513310189256287, 1009513310189257000), pa.int64()),
    "year": (st.integers(1900, 2030), pa.int64()),
    "score": (st.floats(0, 0.004), pa.float64()),
    "half": (st.integers(0, 40).map(lambda n: n / 2), pa.float64()),
    "float": (st.floats(), pa.float64()),
    "text": (st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=3), pa.string()),
    "flag": (st.booleans(), pa.bool_()),
    "day": (st.dates(), pa.date32()),
    "instant": (st.datetimes(timezones=st.just(dt.UTC)), pa.timestamp("us", tz="UTC")),
    "time": (st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2)), pa.timestamp("us")),
    "tags": (st.lists(st.sampled_from(["a", "b", "", None]), max_size=4), pa.list_(pa.string())),
    "numbers": (st.lists(st.integers(0, 9), max_size=3), pa.list_(pa.int64())),
}


@st.composite
def columns(draw: st.DrawFn) -> pa.Array:
    """A column of any kind with 1 to 60 items, some or all of them missing."""
    cells, kind = CELLS[draw(st.sampled_from(sorted(CELLS)))]
    few = draw(st.lists(cells, min_size=1, max_size=5))
    either = st.sampled_from(few) | st.none()
    return pa.array(draw(st.lists(draw(st.sampled_from([cells, either])), min_size=1, max_size=60)), kind)


def dataset_of(column: pa.Array) -> Dataset:
    empty = [""] * len(column)
    ids = [str(row) for row in range(len(column))]
    return Dataset(pa.table({"id": ids, "path": empty, "text": empty, "hash": empty, "x": column}))


def kept(dataset: Dataset, setting: Filter | None) -> int:
    return int(mask(dataset, [setting] if setting else []).sum())


def facet(values: list[Any], kind: pa.DataType | None = None) -> Facet:
    return facet_of("x", pa.array(values, kind))


@settings(max_examples=150, deadline=None)
@given(columns(), st.data())
def test_a_part_counts_the_items_that_its_filter_keeps(column: pa.Array, data: st.DataObject) -> None:
    found, dataset = facet_of("x", column), dataset_of(column)
    for place, value in enumerate(found.values):
        setting = pick_value(found, None, value, add=False)
        assert kept(dataset, setting) == found.totals[place]
        assert np.flatnonzero(picked_parts(found, setting)).tolist() == [place]
    if found.bins:
        first = data.draw(st.integers(0, found.bins - 1))
        last = data.draw(st.integers(first, found.bins - 1))
        setting = pick_bins(found, None, first, last)
        # The whole range leaves out what has no place on it, infinity; no filter at all does not.
        inside = int(found.totals[first : last + 1].sum())
        assert setting is None or kept(dataset, setting) == inside + _infinite(column, setting)
        if setting:
            full = np.flatnonzero(found.totals[first : last + 1]) + first
            assert set(full) <= set(np.flatnonzero(picked_parts(found, setting)))
            assert pick_bins(found, setting, first, last) is None
    assert len(part_names(found)) == found.bins if found.bins else True


def _infinite(column: pa.Array, setting: Filter) -> int:
    values = [value for value in column.to_pylist() if isinstance(value, float) and math.isinf(value)]
    return sum((value > 0 and setting.high is None) or (value < 0 and setting.low is None) for value in values)


@settings(max_examples=60, deadline=None)
@given(columns(), st.data())
def test_the_parts_of_some_items_are_counted_like_a_column_of_them_alone(column: pa.Array, data: st.DataObject) -> None:
    found = facet_of("x", column)
    inside = np.array(data.draw(st.lists(st.booleans(), min_size=len(column), max_size=len(column))))
    dataset = dataset_of(column)
    for place, value in enumerate(found.values):
        setting = pick_value(found, None, value, add=False)
        assert setting is not None
        assert found.count(inside)[place] == np.count_nonzero(inside & mask(dataset, [setting]))
    assert (found.count(np.ones(len(column), dtype=bool)) == found.totals).all()


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**64))
def test_whole_edges_hold_all_between(low: int, spread: int) -> None:
    high = min(low + spread, 2**63 - 1)
    found = whole_edges(low, high)
    assert found[0] <= low <= high < found[-1]
    assert len(found) <= MOST_BINS + 2
    assert len({right - left for left, right in zip(found[:-1], found[1:], strict=True)}) == 1


FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@given(FLOATS, FLOATS)
def test_edges_of_floats_rise_and_hold_all_between(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    if low < high:
        found = edges(low, high)
        assert found[0] <= low < high <= found[-1]
        assert list(found) == sorted(set(found))
        assert 2 <= len(found) <= MOST_BINS + 3


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (dt.datetime(2019, 3, 5), dt.datetime(2024, 7, 1), ("2019-01", "2024-10")),
        (dt.datetime(1950, 1, 1), dt.datetime(2024, 7, 1), ("1950", "2025")),
        (dt.datetime(2024, 1, 3), dt.datetime(2024, 1, 20), ("2024-01-03", "2024-01-21")),
        (dt.datetime(2024, 1, 3, 9, 10), dt.datetime(2024, 1, 3, 14, 0), ("2024-01-03 09:00", "2024-01-03 14:15")),
    ],
)
def test_times_are_parted_at_round_moments(low: dt.datetime, high: dt.datetime, expected: tuple[str, str]) -> None:
    spread = high - low
    found = facet([low + spread * part / 40 for part in range(41)])
    assert axis_ends(found) == expected
    assert list(found.edges) == list(
        time_edges(low.replace(tzinfo=dt.UTC).timestamp(), high.replace(tzinfo=dt.UTC).timestamp())
    )


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2, 3] * 5, "values"),
        (list(range(20)), "whole"),
        ([0.5, 1.5] * 4, "values"),
        ([row / 7 for row in range(20)], "numbers"),
        ([1009513310189256287 + 977 * row for row in range(8)], "whole"),
        ([f"note {row}" for row in range(100)], "texts"),
        ([f"name {row % 80}" for row in range(160)], "values"),
        ([[f"tag {row % 300}"] for row in range(900)], "values"),
        ([dt.date(2024, 1, 1 + row) for row in range(9)], "days"),
        ([dt.datetime(2024, 1, 1, 3, row) for row in range(9)], "times"),
        ([dt.date(2024, 1, 1)] * 3, "none"),
        ([True, False, None], "values"),
    ],
)
def test_the_kind_of_a_column(values: list[Any], kind: str) -> None:
    assert facet(values).kind == kind


def test_what_tells_nothing_apart_is_no_filter() -> None:
    assert not facet(["a", "a"]).parts_items
    assert not facet([None, None], pa.float64()).parts_items
    assert not facet([math.nan, None]).parts_items
    assert facet(["a", None]).parts_items
    assert facet([["a"], ["a"], []]).parts_items


def test_texts_come_by_number_and_numbers_in_their_order() -> None:
    assert facet(["b", "a", "a", "c", "c", None]).values == ("a", "c", "b", None)
    assert facet([10, 9, 9, 9]).values == ("9", "10")


def test_an_entry_that_stands_twice_in_a_list_is_one_item() -> None:
    assert facet([["a", "a"], ["a", "b"], [], None]).totals.tolist() == [2, 1, 1]


def test_clicks_on_values() -> None:
    found = facet(["red", "blue", "blue", None])
    alone = pick_value(found, None, "red", add=False)
    assert alone == Filter(column="x", kind="values", values=("red",))
    assert pick_value(found, alone, "red", add=False) is None
    assert pick_value(found, alone, "blue", add=False) == Filter(column="x", kind="values", values=("blue",))
    both = pick_value(found, alone, None, add=True)
    assert both == Filter(column="x", kind="values", values=("red", None))
    assert pick_value(found, both, "red", add=True) == Filter(column="x", kind="values", values=(None,))
    assert pick_value(found, Filter(column="x", kind="contains", text="r"), "red", add=True) == alone


def test_a_range_of_an_older_link_marks_the_values_in_it() -> None:
    found = facet([1, 2, 3, 3, 2, 1])
    setting = Filter(column="x", kind="range", low=2, high=3)
    assert picked_parts(found, setting).tolist() == [False, True, True]
    assert pick_value(found, setting, "1", add=True) == Filter(column="x", kind="values", values=("2", "3", "1"))


def test_clicks_on_bins() -> None:
    found = facet([*range(9), None])
    assert part_names(found) == [str(number) for number in range(9)]
    three = pick_bins(found, None, 3, 3)
    assert three == Filter(column="x", kind="range", low=3, high=3)
    assert pick_bins(found, three, 5, 5, add=True) == Filter(column="x", kind="range", low=3, high=5)
    assert pick_bins(found, three, 0, 8) is None
    assert pick_bins(found, None, 6, 2) == Filter(column="x", kind="range", low=2, high=6)
    assert picked_parts(found, pick_value(found, None, None, add=False)).tolist() == [False] * 9 + [True]


@pytest.mark.parametrize(
    ("values", "low", "high", "count"),
    [
        ([1009513310189256287 + 977 * row for row in range(9)], "1009513310189257264", "", 8),
        ([1009513310189256287 + 977 * row for row in range(9)], "1009513310189257264", "1009513310189257264", 1),
        ([row / 7 for row in range(15)], "1", " 0.5 ", 4),
        ([dt.date(2024, 1, 1 + row) for row in range(9)], "2024-01-03", "2024-01-04", 2),
        ([dt.date(2024, 1 + row, 5) for row in range(9)], "2024-02", "2024-03", 2),
        ([dt.date(2020 + row, 1, 5) for row in range(9)], "2021", "2022", 2),
        ([dt.datetime(2024, 1, 1, 3, row, 0, 500) for row in range(9)], "", "2024-01-01 03:02:00", 3),
        ([row / 7 for row in range(15)], "many", "nan", 15),
        ([dt.date(2024, 1, 1 + row) for row in range(9)], "2024-13", "x", 9),
    ],
)
def test_typed_bounds(values: list[Any], low: str, high: str, count: int) -> None:
    assert kept(dataset_of(pa.array(values)), pick_bounds(facet(values), low, high)) == count


@given(st.sampled_from(["whole", "score", "float", "day"]), st.data())
def test_a_bound_reads_back_as_it_is_written(name: str, data: st.DataObject) -> None:
    cells, kind = CELLS[name]
    found = facet(data.draw(st.lists(cells, min_size=20, max_size=30, unique_by=repr)), kind)
    for end in (*found.lows, *found.highs) if found.kind != "none" else ():
        if not math.isnan(end):
            assert parsed_bound(found, bound_text(found, end)) == end


def test_ends_have_the_digits_that_the_range_needs() -> None:
    assert facet_ends(facet([9.1e-8, *(row * 1e-4 for row in range(1, 41))])) == ("0", "0.004")
    assert facet_ends(facet([1e-300 * row for row in range(1, 21)])) == ("1e-300", "2e-299")
    assert facet_ends(facet([1e308, -1e308, *range(20)], pa.float64())) == ("-1e+308", "1e+308")


def test_words() -> None:
    found = facet([dt.date(2024, 1, 1 + row) for row in range(9)])
    assert facet_ends(found) == ("2024-01-01", "2024-01-09")
    assert setting_words(found, pick_bounds(found, "2024-01-02", "2024-01-02")) == "2024-01-02"  # type: ignore[arg-type]
    assert setting_words(found, pick_bounds(found, "2024-01-02", "")) == "from 2024-01-02"  # type: ignore[arg-type]
    many = Filter(column="x", kind="values", values=("a", "", None, "b", "c"))
    assert setting_words(found, many) == "a, (empty), no value and 2 more"
    assert setting_words(found, Filter(column="x", kind="contains", text="b")) == "contains “b”"


def test_one_filter_a_column() -> None:
    one, other = (Filter(column=name, kind="contains", text="t") for name in ("x", "y"))
    text = with_setting("", "x", one)
    both = with_setting(text, "y", other)
    assert split_filters(both, "x") == (with_setting("", "y", other), one)
    assert with_setting(both, "y", None) == text
    assert with_setting("%%%", "x", one) == text
