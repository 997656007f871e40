"""The tab Together of the page Match: baskets, the chosen item, what goes with it and what stands in for it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.match.links_sources import keep_file
from explorer.app.match.together_found import caption_column, items_with
from explorer.base.dataset import TEXT
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import component, make_discs, opened, texts, visit

PAGE = "12_Match"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen discs: four of each of four colours."""
    root = tmp_path_factory.mktemp("together")
    (root / "files").mkdir()

    def columns(number: int) -> dict[str, object]:
        return {"name": f"**disc** {number}"}

    make_discs(root / "workspaces" / "shelf", root / "files", 16, lambda number: 8 + number, columns)
    return root


@pytest.fixture(autouse=True)
def shelf(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    yield open_shared(home / "workspaces" / "shelf")


@pytest.fixture
def baskets() -> str:
    """Red goes with green, blue with orange (numbers modulo 4); disc 15 is in no basket."""
    lines = ["basket,item"]
    for number in range(120):
        one = (number % 4) + 4 * (number // 4 % 4)
        other = (one ^ 1) % 4 + 4 * (number // 16 % 4)
        if 15 not in (one, other):
            lines += [f"b{number},disc-{one}", f"b{number},disc-{other}"]
    return f"file:{keep_file('baskets.csv', chr(10).join(lines).encode())}"


def shown_rows(test: AppTest, label: str) -> list[int]:
    for one in test.get("bidi_component"):
        if one.proto.component_name.endswith("explorer_gallery"):
            data = json.loads(one.proto.json)
            if data["label"] == label:
                return [card["row"] for card in data["cards"]]
    return []


def test_without_baskets_it_says_what_to_bring_and_those_of_other_things_are_refused(shelf: Opened) -> None:
    with visit(PAGE, "shelf") as test:
        shown = opened(test, tab="together")
        assert "a row for each item of each basket" in texts(shown) and "disc-0" in texts(shown)
        word = "file:" + keep_file("other.csv", b"order,item\n1,x\n1,y\n")
        assert "at least two things of this collection" in texts(opened(test, baskets=word))


def test_two_columns_of_tiles_for_the_chosen_item(baskets: str) -> None:
    with visit(PAGE, "shelf") as test:
        shown = opened(test, tab="together", baskets=baskets)
        assert len(shown_rows(shown, "Bought most often")) == 12
        assert "15** of 16 items stand in a pair" in texts(shown) and "**16**" in texts(shown)
        chosen = opened(test, item="disc-0")
        beside, instead = shown_rows(chosen, "Goes with it"), shown_rows(chosen, "Stands in for it")
        assert {row % 4 for row in beside[:3]} == {1}
        assert {row % 4 for row in instead[:3]} == {0}
        assert 0 not in beside + instead
        unsold = opened(test, item="disc-15")
        assert "never bought with anything" in texts(unsold) and shown_rows(unsold, "Goes with it")
        alone = opened(test, cold="0")
        assert "Nothing is known of it" in texts(alone) and not shown_rows(alone, "Goes with it")
        unknown = opened(test, item="nobody")
        assert "There is no item nobody" in texts(unknown)
        unknown.text_input(key="match.together.words").set_value("disc-1").run()
        assert component(unknown, "explorer_gallery")["cards"][0]["id"] == "disc-1"


def test_columns_of_a_table_of_orders_can_be_chosen(shelf: Opened) -> None:
    lines = ["order_date,order_id,name,disc"]
    lines += [f"day {number % 3},o{number},d,disc-{(number + step) % 8}" for number in range(40) for step in (0, 1)]
    lines += ["day 1,single,d,disc-1"]
    word = f"file:{keep_file('orders.csv', chr(10).join(lines).encode())}"
    with visit(PAGE, "shelf") as test:
        shown = opened(test, tab="together", baskets=word)
        chosen = [shown.selectbox(key=f"match.together.column.{which}").value for which in ("basket", "thing")]
        assert chosen == ["order_id", "disc"]
        assert "40 baskets of several items" in texts(shown) and "1 basket with one item" in texts(shown)
        by_day = shown.selectbox(key="match.together.column.basket").set_value("order_date").run()
        assert "3 baskets of several items" in texts(by_day)
        swapped = by_day.selectbox(key="match.together.column.thing").set_value("order_date").run()
        assert not swapped.exception and swapped.query_params["thing_column"] == "order_date"
        assert "basket_column" not in swapped.query_params
        gone = opened(test, basket_column="vanished", thing_column="")
        assert "no column vanished any more" in texts(gone)


def test_a_found_item_takes_the_place_of_the_search_and_all_found_are_counted(shelf: Opened, baskets: str) -> None:
    with visit(PAGE, "shelf") as test:
        shown = opened(test, tab="together", baskets=baskets)
        shown.text_input(key="match.together.words").set_value("disc").run()
        assert "16 items with “disc”" in texts(shown)
        assert "0 items" not in texts(shown) and items_with(shelf, "png").tolist() == []


def test_tiles_show_what_tells_items_apart(home: Path, shelf: Opened) -> None:
    assert caption_column(shelf) == "name"
    root = home / "workspaces" / "kinds"

    def columns(number: int) -> dict[str, object]:
        return {"category": "disc", TEXT: f"disc {number}"}

    make_discs(root, home / "files", 4, lambda number: 8 + number, columns)
    assert caption_column(open_shared(root)) == TEXT
