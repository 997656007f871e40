"""What cards say: the column that names items best, or the one that was chosen; values as people read them."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from explorer.app.frame.gallery import Cards, card_values
from explorer.base.dataset import Dataset
from explorer.base.memory import Memory
from explorer.search.captions import best_caption, captions, shown_value

ROWS = np.array([2, 0])


def opened(text: str = "", path: str = "a/{}.png", **columns: list[Any]) -> Any:
    known = {
        "id": [f"a/{row}.png" for row in range(3)],
        "path": [path.format(row) for row in range(3)],
        "text": [text.format(row) for row in range(3)],
        "hash": [""] * 3,
    }
    dataset = Dataset(pa.table(known | columns))
    return SimpleNamespace(dataset=dataset, tagged=dataset, memory=Memory())


@pytest.mark.parametrize(
    ("columns", "best"),
    [
        ({"colour": ["red"] * 3, "label": ["cat"] * 3}, "label"),
        ({"label": ["cat"] * 3, "Book Title": ["A", "B", "C"]}, "Book Title"),
        ({"label": [3, 4, 5]}, "id"),
        ({"label": ["cat", "", None]}, "id"),
        ({"untitled": ["x"] * 3}, "id"),
        ({"label": pa.array(["cat"] * 3).dictionary_encode()}, "label"),
    ],
)
def test_a_title_or_label_that_most_items_have_names_them(columns: dict[str, Any], best: str) -> None:
    assert best_caption(opened(**columns)) == best


def test_a_picture_is_named_by_its_text_and_a_text_by_its_id() -> None:
    assert best_caption(opened(text="words {}")) == "text"
    assert best_caption(opened(text="words {}", path="")) == "id"


def test_a_chosen_column_is_shown_and_the_id_where_it_is_empty() -> None:
    some = opened(label=["cat"] * 3, tag=[["good", "late"], None, []])
    assert captions(some, ROWS) == ["cat", "cat"]
    assert captions(some, ROWS, "tag") == ["2.png", "good, late"]
    assert captions(some, ROWS, "id") == ["2.png", "0.png"]
    assert captions(some, ROWS, "gone") == ["cat", "cat"]


def test_a_text_stands_once_on_a_card() -> None:
    pictured = card_values(opened(text="words {}"), Cards(ROWS), set(), "")
    assert [(card["text"], card["caption"]) for card in pictured] == [("", "words 2"), ("", "words 0")]
    alone = card_values(opened(text="words {}", path=""), Cards(ROWS), set(), "text")
    assert [(card["text"], card["caption"]) for card in alone] == [("words 2", ""), ("words 0", "")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, ""), (float("nan"), ""), (True, "yes"), (0.25, "0.25"), (3, "3"), (["a", None, "b"], "a, b"), ("x", "x")],
)
def test_values_are_written_as_people_read_them(value: Any, shown: str) -> None:
    assert shown_value(value) == shown
