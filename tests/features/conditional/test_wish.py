"""A wish in words that a column knows is asked of the column."""

import pytest

from explorer.encoders import canonical
from explorer.features.conditional import service
from explorer.features.conditional.chosen import choose
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.wish import usable_columns, wish_of_column
from explorer.workspace.opened import Opened

SPEC = canonical("sentence")


def wish(words: str) -> Condition:
    return Condition("text", words, change=True)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (wish("in blue"), ("colour", "blue")),
        (wish("Make it RED, please"), ("colour", "red")),
        (Condition("aspect", "colour", True, "green"), ("colour", "green")),
        (wish("not blue"), None),
        (wish("in bluegreen"), None),
        (wish("at night"), None),
        (Condition("text", "blue"), None),
        (Condition("column", "colour", True, "blue"), None),
    ],
)
def test_words_that_name_a_value(texts: Opened, condition: Condition, expected: tuple[str, str] | None) -> None:
    found = wish_of_column(texts, condition)
    assert found == (None if expected is None else Condition("column", expected[0], True, expected[1]))


def test_like_it_but_in_blue_finds_blue_ones(texts: Opened) -> None:
    colours = [str(value) for value in texts.dataset.column("colour")]
    row = colours.index("red")
    found = service.neighbours(texts, SPEC, row=row, condition=wish("in blue"), count=4)
    assert {colours[one] for one in found.rows} == {"blue"}
    chosen = choose(texts, SPEC, wish("in blue"))
    assert chosen.method == "column-means" and chosen.why == "Read as the value blue of the column colour."


def test_columns_that_hardly_repeat_are_not_offered(texts: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    assert usable_columns(texts) == ("colour", "thing")
    monkeypatch.setattr("explorer.features.conditional.wish.REPEATED", 1.1)
    assert usable_columns(Opened(texts.workspace, "anew")) == ()
