from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.maps.naming import (
    NO_NAME,
    ClusterName,
    distinct,
    mutual,
    name_by_columns,
    percent,
    plain_names,
    sure_share,
)
from explorer.maps.term_names import name_by_texts
from explorer.maps.word_names import name_by_words


def columns(**values: Sequence[object]) -> dict[str, pa.ChunkedArray]:
    return {name: pa.chunked_array([pa.array(one)]) for name, one in values.items()}


def shorts(names: list[ClusterName]) -> list[str]:
    return [name.short for name in names]


GROUPS = np.repeat([0, 1, 2, -1], [25, 25, 25, 25])


def test_a_column_names_with_the_share_of_the_cluster_and_of_all() -> None:
    style = ["sketch"] * 24 + ["photo"] + ["photo"] * 25 + ["painting"] * 25 + ["photo"] * 25
    first, second, third = name_by_columns(columns(style=style), GROUPS)
    assert first == ClusterName("sketch 96 %", "sketch · 96 % of these, 24 % of all (by style)", "column")
    assert (second.short, third.short) == ("photo 100 %", "painting 100 %")


def test_of_several_columns_the_one_that_tells_the_cluster_best_names() -> None:
    broad = ["a"] * 50 + ["b"] * 50
    exact = ["one"] * 25 + ["two"] * 25 + ["three"] * 25 + ["four"] * 25
    assert shorts(name_by_columns(columns(broad=broad, exact=exact), GROUPS)) == [
        "one 100 %",
        "two 100 %",
        "three 100 %",
    ]


def test_a_value_that_is_common_everywhere_names_nothing() -> None:
    split = (["train"] * 23 + ["test"] * 2) * 4
    assert name_by_columns(columns(split=split, same=["x"] * 100), GROUPS) == [NO_NAME] * 3


def test_what_is_no_name_names_nothing() -> None:
    codes = [f"47e81c7f-2d04-4a60-a8ff-9913c36d834{group}" for group in GROUPS]
    own = [f"item {row}" for row in range(100)]
    measured = [float(group) for group in GROUPS]
    empty = ["" if group == 0 else None for group in GROUPS]
    lists = [["x"] if group == 0 else ["y"] for group in GROUPS]
    found = name_by_columns(columns(codes=codes, own=own, measured=measured, empty=empty, lists=lists), GROUPS)
    assert found == [NO_NAME] * 3


def test_few_items_by_chance_name_nothing() -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(50), 12)
    noise = {f"column {number}": [str(value) for value in random.integers(0, 4, 600)] for number in range(10)}
    assert name_by_columns(columns(**noise), labels) == [NO_NAME] * 50


def test_numbers_and_truth_values_are_said_with_their_column() -> None:
    count = [3] * 25 + [7] * 75
    found = name_by_columns(columns(count=count, rare=[True] * 25 + [False] * 75), GROUPS)
    assert found[0].short == "count 3 · 100 %"
    assert name_by_columns(columns(rare=[True] * 25 + [False] * 75), GROUPS)[0].short == "rare true 100 %"


@given(st.floats(0, 1))
def test_a_share_is_whole_only_when_it_is(share: float) -> None:
    assert (percent(share) == "100 %") == (share == 1) and (percent(share) == "0 %") == (share == 0)


def test_normalised_mutual_information_has_its_fixed_points() -> None:
    found = mutual(np.array([1.0, 0.2, 0.0]), np.array([0.1, 0.2, 0.2]), np.array([0.1, 0.5, 0.5]))
    np.testing.assert_allclose(found, [1, 0, 0], atol=1e-12)


def test_the_sure_share_is_wilsons() -> None:
    assert sure_share(np.array([0.8]), np.array([10.0]))[0] == pytest.approx(0.4902, abs=1e-4)


def test_two_clusters_with_one_name_are_numbered() -> None:
    one = ClusterName("a", "a in full", "column")
    assert shorts(distinct([one, NO_NAME, one, NO_NAME])) == ["a", "", "a (2)", ""]


APPLES = ["a red apple on the table", "sweet red apple", "one red apple", "red apple pie"] * 5
TRAINS = ["the old steam train", "a steam train arrives", "steam and smoke", "train"] * 5
OTHERS = [f"and then {word} came along" for word in ("rain", "snow", "wind", "fog")] * 25


def test_texts_name_by_their_own_terms_with_the_share_that_holds_them() -> None:
    labels = np.repeat([0, 1, 2], [20, 20, 100])
    first, second, _ = name_by_texts(APPLES + TRAINS + OTHERS, labels)
    assert first.short == "apple 100 %" and first.full.startswith("apple 100 % · red 100 %") and first.kind == "texts"
    assert second.short == "steam 75 %" and second.full.startswith("steam 75 % · train 75 %")


def test_a_term_of_few_texts_names_nothing_however_often_they_say_it() -> None:
    loud = ["zebra " * 50] * 2 + [f"word{row} thing{row}" for row in range(38)]
    assert name_by_texts(loud + OTHERS, np.repeat([0, 1], [40, 100]))[0] == NO_NAME


def test_terms_do_not_repeat_the_name_beside_them() -> None:
    labels = np.repeat([0, 1, 2], [20, 20, 100])
    first, *_ = name_by_texts(APPLES + TRAINS + OTHERS, labels, ["Red Apples 98 %", "", ""])
    assert "red" not in first.short and "apple" not in first.short


@pytest.mark.parametrize("texts", [["", "", "", "", ""], ["12 34"] * 5, ["of the and"] * 5])
def test_texts_without_words_name_nothing(texts: list[str]) -> None:
    assert name_by_texts(texts, np.array([0, 0, 1, 1, 1])) == [NO_NAME] * 2


def gap_space() -> tuple[Floats, Rows, Floats, list[str]]:
    """Images and words share directions, but each side is shifted by an offset far larger than the directions."""
    random = np.random.default_rng(0)
    meanings = unit_rows(random.normal(size=(200, 40)))
    image_gap, text_gap = 3 * unit_rows(random.normal(size=(2, 40)))
    labels = np.repeat(np.arange(10), 15)
    images = unit_rows(meanings[labels] + image_gap + 0.03 * random.normal(size=(150, 40)))
    return images, labels, unit_rows(meanings + text_gap), [f"word {number}" for number in range(200)]


def test_words_that_fit_name_across_the_gap() -> None:
    images, labels, word_vectors, words = gap_space()
    names = name_by_words(images, labels, word_vectors, words)
    assert shorts(names) == words[:10]
    assert names[0].full == "word 0 · the model’s nearest word for 100 % of these" and names[0].kind == "words"


def test_words_that_do_not_fit_name_nothing() -> None:
    """Items of directions that no word has get no name, though some word is always the nearest."""
    images, labels, word_vectors, words = gap_space()
    strange = np.random.default_rng(1).normal(size=(10, 40))[labels] + 0.1 * images
    assert name_by_words(unit_rows(strange), labels, word_vectors, words) == [NO_NAME] * 10


def test_one_cluster_few_words_or_equal_items_are_named_by_no_word() -> None:
    images, labels, word_vectors, words = gap_space()
    assert name_by_words(images, np.zeros(150, dtype=int), word_vectors, words) == [NO_NAME]
    assert name_by_words(images, labels, word_vectors[:50], words[:50]) == [NO_NAME] * 10
    assert name_by_words(np.ones((150, 40)), labels, word_vectors, words) == [NO_NAME] * 10


def test_plain_names_leave_out_the_shares_and_number_what_then_repeats() -> None:
    said = [
        "face 99 %",
        "folder-00 · 97 %",
        "",
        "folder-00 · 93 %",
        "folder-00 · 93 % (2)",
        "count 2 · 95 %: giant 60 %",
    ]
    said += ["milk 3 % 97 %", "rare under 1 %", "item (2)"]
    names = [ClusterName(short, short, "column") for short in said]
    assert plain_names(names) == [
        *("face", "folder-00", "", "folder-00 (2)", "folder-00 (3)", "count 2: giant", "milk 3 %", "rare", "item (2)")
    ]
    assert plain_names(names, once=True)[:6] == ["face", "folder-00", "", "", "", "count 2: giant"]
