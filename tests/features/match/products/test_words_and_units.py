"""What a listing says: words, codes, numbers and quantities."""

import pytest

from explorer.features.match.products.units import Quantity, agreeing
from explorer.features.match.products.words import NOTHING, cleaned, listed, stem, words_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1,000 sheets", "1000 sheets"),
        ("3,5 l", "3,5 l"),
        ('16" x 5"', "16 inch  x 5 inch "),
        ("10 x 5 X 2 cm", "10×5×2 cm"),
        ("1 ½ cup", "1.5 cup"),
        ("½ cup", "0.5 cup"),
    ],
)
def test_numbers_are_written_one_way(written: str, read: str) -> None:
    assert cleaned(written) == read


@pytest.mark.parametrize(
    ("word", "found"),
    [("bags", "bag"), ("cookies", "cooky"), ("brushes", "brushe"), ("glass", "glass"), ("gas", "gas"), ("us", "us")],
)
def test_plurals_lose_their_ending(word: str, found: str) -> None:
    assert stem(word) == found


def test_a_number_and_its_unit_are_two_words() -> None:
    assert words_of("Storage Bags 80ct (40oz.)") == ["storage", "bag", "80", "ct", "40", "oz"]


@pytest.mark.parametrize("code", ["TO3250XSB", "FFCD2418UB", "58149", "TOB-40N"])
def test_codes_are_found(code: str) -> None:
    assert listed(f"Oven {code}, black").codes == {code.lower()}


@pytest.mark.parametrize("other", ["700W", "40oz", "1500", "Oven", "10x5", "3-Cup"])
def test_numbers_with_units_and_words_are_no_codes(other: str) -> None:
    assert listed(f"Oven {other} black").codes == frozenset()


def test_numbers_are_bare_ones_only() -> None:
    found = listed("8 slice oven 700 W, pack of 6, model 58149")
    assert found.numbers == ("8", "6")
    assert Quantity("w", (700.0,)) in found.quantities


@pytest.mark.parametrize(
    ("first", "second"),
    [("1 lb", "16 oz"), ('12"', "1 ft"), ("2 l", "2000 ml"), ("1.5 kW", "1500 watts"), ("16 fl oz", "1 pint")],
)
def test_units_are_compared_in_their_base(first: str, second: str) -> None:
    assert agreeing(listed(first).quantities, listed(second).quantities) == (1, 2)


@pytest.mark.parametrize(("value", "near"), [(100, 1), (104, 1), (106, 0), (96, 1), (95, 0)])
def test_values_agree_within_five_percent_of_the_second(value: float, near: int) -> None:
    assert agreeing((Quantity("g", (float(value),)),), (Quantity("g", (100.0,)),)) == (near, 2)


def test_sizes_are_compared_value_by_value_and_never_with_a_single_one() -> None:
    size, single = listed("10x5 cm").quantities, listed("10 cm").quantities
    assert agreeing(size, listed("5 x 10 cm").quantities) == (2, 4)
    assert agreeing(size, single) == (0, 2)
    assert agreeing((), single) == (0, 1)


def test_an_empty_text_says_nothing() -> None:
    assert listed("  ") == NOTHING
