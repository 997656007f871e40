"""What counts as an answer, per task."""

from typing import Any

import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.values import TASKS, Answer, check_answer, clean_tag, passed_check

ITEMS = ("a", "b", "c")
GOOD: dict[str, tuple[tuple[str, ...], Any]] = {
    "odd_one_out": (ITEMS, "b"),
    "triplet": (ITEMS, ["a", "c", "b"]),
    "pair_rating": (("a", "b"), 3),
    "tags": (("a",), {"ratings": {"round": 4}, "flags": ["big"], "added": ["Red  Thing"]}),
    "arrangement": (ITEMS, [[0, 0], [0.5, 1], [1, 0.25]]),
}
BAD: list[tuple[str, tuple[str, ...], Any, str]] = [
    ("odd_one_out", ITEMS, "d", "Expected the id of one of a, b, c; got 'd'"),
    ("odd_one_out", ITEMS, 1, "got 1"),
    ("odd_one_out", ("a", "b"), "a", "needs three items, got 2"),
    ("triplet", ITEMS, ["b", "a", "c"], r"Expected \[reference, nearer, farther\] of a, b, c; got b, a, c"),
    ("triplet", ITEMS, ["a", "b", "b"], "got a, b, b"),
    ("pair_rating", ("a", "b"), 8, "from 1 to 7, got 8"),
    ("pair_rating", ("a", "b"), True, "expected a number, got True"),
    ("pair_rating", ("a", "b"), float("nan"), "expected a number"),
    ("tags", ("a",), {"ratings": {"round": 6}}, "expected 1 to 5, got 6"),
    ("tags", ("a",), {"ratings": {}, "flags": [], "added": []}, "at least one tag"),
    ("tags", ("a",), {"added": ["<b>bold</b>"]}, "plain words"),
    ("tags", ("a",), {"added": "red"}, "added as a list"),
    ("arrangement", ITEMS, [[0, 0], [0, 1]], "one place for each of the 3 items"),
    ("arrangement", ITEMS, [[0, 0], [0, 1], [0, 1.5]], "Place of 'c': expected numbers from 0 to 1"),
    ("nothing", ITEMS, "a", "task: expected one of odd_one_out"),
]


@pytest.mark.parametrize("task", TASKS)
def test_good_answers_come_back_in_plain_form(task: str) -> None:
    items, answer = GOOD[task]
    plain = check_answer(task, items, answer, (1, 7))
    assert check_answer(task, items, plain, (1, 7)) == plain
    if task == "tags":
        assert plain == {"ratings": {"round": 4}, "flags": ["big"], "added": ["red thing"]}


@pytest.mark.parametrize(("task", "items", "answer", "message"), BAD)
def test_bad_answers_are_named(task: str, items: tuple[str, ...], answer: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_answer(task, items, answer, (1, 7))


def test_questions_are_equal_whatever_the_order_but_a_reference_stays_one() -> None:
    def question(task: str, *items: str) -> Any:
        return Answer(campaign="c", task=task, annotator="p", trial="0", items=items, answer=None).question

    assert question("odd_one_out", "a", "b", "c") == question("odd_one_out", "c", "a", "b")
    assert question("triplet", "a", "b", "c") == question("triplet", "a", "c", "b")
    assert question("triplet", "a", "b", "c") != question("triplet", "b", "a", "c")


def test_a_check_is_passed_when_the_twin_is_seen() -> None:
    assert passed_check("odd_one_out", ("a", "b", "a"), "b", 7)
    assert not passed_check("odd_one_out", ("a", "b", "a"), "a", 7)
    assert passed_check("triplet", ("a", "b", "a"), ["a", "a", "b"], 7)
    assert not passed_check("triplet", ("a", "b", "a"), ["a", "b", "a"], 7)
    assert passed_check("pair_rating", ("a", "a"), 7, 7) and not passed_check("pair_rating", ("a", "a"), 6, 7)


def test_tags_are_cleaned() -> None:
    assert clean_tag("  Dark   BLUE ") == "dark blue"
    with pytest.raises(InputError, match="1 to 60 characters, got 0"):
        clean_tag("  ")
