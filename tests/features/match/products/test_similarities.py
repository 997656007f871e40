"""Similarities as ProMap works them out, each trap of its code and files."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics.pairwise import cosine_similarity

from explorer.features.match.products.comparing import weighed
from explorer.features.match.products.prices import price_fits, price_of, prices_of
from explorer.features.match.products.similarities import (
    apart,
    code_ratio,
    cosines,
    descriptives,
    match_ratio,
    numbers_apart,
    specification_matches,
    specification_of,
    word_ratios,
)
from explorer.features.match.products.words import listed

NAMES = ["Lemon wipes 80 ct", "Lemon wipes 40 ct", "Steel toaster oven", "", "oven oven oven", "wipes"]


def test_words_go_from_minus_one_to_one() -> None:
    assert match_ratio({"a", "b"}, {"a", "b"}) == 1
    assert match_ratio({"a"}, {"b"}) == -1
    assert match_ratio({"a", "b", "c"}, {"a"}) == 0
    assert match_ratio({"a"}, set()) == -1
    assert match_ratio(set(), set()) == 0


def test_a_code_within_another_counts() -> None:
    assert code_ratio({"to3250"}, {"to3250xsb"}) == 1
    assert match_ratio({"to3250"}, {"to3250xsb"}) == -1
    assert code_ratio({"a1", "a12"}, {"a123"}) == 1  # both are within it; never above 1
    assert code_ratio(set(), set()) == 0


def test_numbers_are_a_distance_and_nothing_in_common_is_zero_too() -> None:
    assert numbers_apart(["6", "80"], ["6", "80"]) == 0
    assert numbers_apart(["6", "80"], ["6", "2"]) == 0.5
    assert numbers_apart(["6"], ["2"]) == 0
    assert numbers_apart([], ["2"]) == 0
    assert numbers_apart(["6", "6"], ["6"]) == pytest.approx(1 / 3)  # things in common count once, all of them three
    assert apart(3, 4) < 0


def test_words_and_cosines_equal_a_plain_count_of_each_pair() -> None:
    read = [listed(one) for one in NAMES]
    both = weighed(read, read)
    rows, columns = (one.ravel() for one in np.meshgrid(np.arange(6), np.arange(6)))
    sets = [set(one.words) for one in read]
    plain = [match_ratio(sets[a], sets[b]) for a, b in zip(rows, columns, strict=True)]
    np.testing.assert_allclose(word_ratios(both.left, both.right, rows, columns), plain, atol=1e-6)
    expected = 2 * cosine_similarity(both.left, both.right)[rows, columns] - 1
    expected[(rows == 3) & (columns == 3)] = 0
    np.testing.assert_allclose(cosines(both.left, both.right, rows, columns), expected, atol=1e-6)


def test_descriptive_words_are_fifty_rare_ones() -> None:
    long = [" ".join(f"word{n}" for n in range(60)), " ".join(f"word{n}" for n in range(60)), "alone", "other", "last"]
    read = [listed(f"{one} shop") for one in long]
    both = weighed(read, [listed("shop")] * 3)
    rows, columns = np.array([0, 0]), np.array([1, 2])
    found = descriptives(both.left, both.left, rows, columns)
    assert found.tolist() == [1, -1]  # 50 of the 60 in common; "shop" is in every text and counts for none


def test_no_words_at_all() -> None:
    both = weighed([listed("")], [listed("")])
    for measure in (word_ratios, cosines, descriptives):
        assert measure(both.left, both.right, np.array([0]), np.array([0])).tolist() == [0]
    empty = np.empty(0, np.int64)
    assert cosines(csr_matrix((0, 1)), csr_matrix((0, 1)), empty, empty).shape == (0,)


@pytest.mark.parametrize(
    "written",
    [
        '[{"key": "Colour", "value": "red"}]',
        '{"Colour": "red"}',
        {"Colour": "red"},
        [{"key": "Colour", "value": "red"}],
    ],
)
def test_specifications_are_read_in_every_form(written: object) -> None:
    assert specification_of(written) == {"Colour": "red"}


@pytest.mark.parametrize("written", ["", "[", "red", None, 3.0, "[1, 2]", float("nan")])
def test_what_is_no_specification_is_an_empty_one(written: object) -> None:
    assert specification_of(written) == {}


def test_specifications_count_keys_and_keys_with_their_value() -> None:
    first = {"Colour": "Red", "Weight": "100", "Depth": "3"}
    assert specification_matches(first, {"colours": "red", "Weight": "109", "Height": "3"}) == (2 / 3, 2 / 3)
    assert specification_matches(first, {"Weight": "112"}) == (1 / 3, 0)
    assert specification_matches({}, first) == (0, 0)
    assert specification_matches(first, {}) == (0, 0)


@pytest.mark.parametrize(
    ("written", "price"),
    [
        (16.99, 16.99),
        ("$1,299.00", 1299),
        ("1.299,00 €", 1299),
        ("12,5", 12.5),
        ("1,299", 1299),
        ("0,299", 0.299),
        ("1.234.567", 1234567),
        ("CHF 1'299.50", 1299.5),
        ("5", 5),
    ],
)
def test_prices_as_shops_write_them(written: object, price: float) -> None:
    assert price_of(written) == pytest.approx(price)


@pytest.mark.parametrize("written", [None, "", "nan", float("nan"), float("inf"), 0, -3, "-3.50", "free", True])
def test_what_is_no_price(written: object) -> None:
    assert np.isnan(price_of(written))


def test_a_price_fits_from_half_to_twice_and_an_unknown_one_always() -> None:
    left, right = prices_of([10, 10, 10, 10, None, 10]), prices_of([5, 20, 4.99, 20.01, 1, ""])
    assert price_fits(left, right).tolist() == [True, True, False, False, True, True]
