"""Words of a query are found in labels, folders, captions and file names, and each find is a filter that keeps it."""

from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from explorer.base.dataset import Dataset
from explorer.base.memory import Memory
from explorer.search.filters import mask
from explorer.search.named import FEW, Named, named
from explorer.search.query import QueryPart

LABELS = ["pigeon", "rock_pigeon", "Milk", None, "<b>ant</b>"]
COUNT = 5 * (FEW // 5 + 1)


@pytest.fixture(scope="module")
def opened() -> Any:
    rows = range(COUNT)
    table = pa.table(
        {
            "id": [str(row) for row in rows],
            "path": [f"pigeons/IMG_{row}.jpg" if row else "x/red_boat-1.jpg" for row in rows],
            "text": [""] * COUNT,
            "hash": [""] * COUNT,
            "label": pa.array([LABELS[row % 5] for row in rows]).dictionary_encode(),
            "coarse": [str(LABELS[row % 5]).upper() if LABELS[row % 5] else "" for row in rows],
            "tags": [["boat", "Red boat"] if row < 3 else [] for row in rows],
            "year": list(rows),
            "caption": [f"Two pigeons and an elephant, number {row}" if row % 2 else f"A {row}" for row in rows],
        }
    )
    return SimpleNamespace(tagged=Dataset(table), memory=Memory(), tags=0, tag_column="my tags")


def find(opened: Any, *texts: str) -> tuple[Named, ...]:
    found: tuple[Named, ...] = named(opened, tuple(QueryPart("text", text) for text in texts))
    for one in found:
        assert int(mask(opened.tagged, [one.keeps]).sum()) == one.items > 0
    return found


def test_a_label_is_found_in_singular_and_plural_and_once_for_equal_columns(opened: Any) -> None:
    for typed in ("pigeon", "Pigeons", "show me a photo of a pigeon", '"pigeon"'):
        label, caption = find(opened, typed)
        assert (label.column, label.items, label.values) == ("label", COUNT // 5 * 2, ("pigeon", "rock_pigeon"))
        assert caption.column == "caption" and caption.items == COUNT // 2 and not caption.values
        assert caption.sentence.endswith("hold “pigeon” in the caption".replace("pigeon", caption.words))


def test_words_count_whole_and_in_order(opened: Any) -> None:
    assert [one.column for one in find(opened, "elephant")] == ["caption"]
    assert [one.values for one in find(opened, "ant")] == [("<b>ant</b>",)]
    assert find(opened, "pigeon rock")[0].values == ("pigeon",)
    assert find(opened, "asdf qwer") == () == find(opened, "a") == find(opened, "7")


def test_names_that_stand_in_a_longer_query_are_found_where_nothing_holds_all_of_it(opened: Any) -> None:
    (milk,) = find(opened, "a carton of milk")
    assert milk.sentence == f"{COUNT // 5:,} items have label Milk"


def test_lists_count_items_and_file_names_leave_folders_out(opened: Any) -> None:
    tags, files = find(opened, "red boat")
    assert (tags.column, tags.items, tags.values) == ("tags", 3, ("Red boat",))
    assert files.sentence == "1 item holds “red boat” in the file name"
    assert [one.items for one in find(opened, "boats")][0] == 3


def test_items_and_what_is_taken_away_name_nothing(opened: Any) -> None:
    parts = (QueryPart("item", "pigeon"), QueryPart("text", "pigeon", -1.0), QueryPart("text", "pigeon", 0.0))
    assert named(opened, parts) == ()
