"""Columns whose values are made: ranges of numbers and dates, lists as a whole."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from explorer.features.conditional.column_bins import MOST_NUMBERS, RANGES, as_values


def made(values: Sequence[object]) -> list[str | None]:
    return list(map(str, as_values(pa.chunked_array([pa.array(values)])).to_pylist()))


def test_many_numbers_stand_in_ranges_of_equal_size() -> None:
    numbers = np.random.default_rng(0).normal(size=800).tolist()
    found = made([*numbers, None, float("nan")])
    assert found[-2:] == ["None", "None"], "what is missing stays missing"
    names, counts = np.unique(list(map(str, found[:-2])), return_counts=True)
    assert len(names) == RANGES and counts.min() > 90
    low = found[int(np.argmin(numbers))]
    assert low is not None and float(low.split(" to ")[0]) < -2


def test_few_numbers_and_words_stay_as_they_are() -> None:
    assert made(list(range(MOST_NUMBERS))) == [str(n) for n in range(MOST_NUMBERS)]
    assert made(["a", "b"] * 30) == ["a", "b"] * 30


def test_a_number_that_most_items_have_keeps_a_range_of_its_own_neighbours() -> None:
    found = made([0] * 500 + list(range(1, 101)))
    assert len(set(found)) >= 2 and len(set(found[:500])) == 1


def test_dates_stand_in_ranges_of_days() -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(400)]
    found = made([*days, None])
    assert found[0] == "2020-01-01 to 2020-02-20" and found[-1] == "None" and len(set(found)) == RANGES + 1


def test_a_list_counts_as_a_whole_in_any_order() -> None:
    assert made([["cat", "dog"], ["dog", "cat"], ["cat"], [], None]) == ["cat, dog", "cat, dog", "cat", "None", "None"]
