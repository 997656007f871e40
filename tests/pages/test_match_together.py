"""The tab Together of the page Match: baskets, the chosen item, what goes with it and what stands in for it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.match.links_sources import keep_file
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
