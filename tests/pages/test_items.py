"""Items on the Explore page: the table, tags, what cards show, one item in full."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.explore import state
from explorer.app.explore.compare_panel import shared_words
from explorer.app.explore.state import Context
from explorer.app.explore.view import View
from explorer.search.query import QueryPart
from explorer.workspace.finding import workspace_folder
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import COLOURS, component, make_discs, opened, texts, visit

COUNT = 12
RED = "item:1:disc-0"


@pytest.fixture
def explore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page on twelve discs in four colours, not yet run."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    (tmp_path / "pictures").mkdir()
    make_discs(
        tmp_path / "home" / "workspaces" / "discs",
        tmp_path / "pictures",
        COUNT,
        lambda number: 8 + number,
        lambda number: {"colour": COLOURS[number % 4], "empty": ""},
    )
    with visit("1_Explore", "discs") as test:
        yield test


def discs() -> Opened:
    return open_shared(workspace_folder("discs"))


def test_the_table_shows_what_is_filled_and_its_first_column_can_be_chosen(explore: AppTest) -> None:
    opened(explore, q=RED, **{"as": "table"}, card="colour")
    table = explore.dataframe[0].value
    assert list(table.columns) == ["picture", "similarity", "colour", "id"]
    assert table["picture"][0].startswith("/thumbs/discs/0?size=128")
    assert table["similarity"].is_monotonic_decreasing


def test_a_tag_is_put_on_the_results_filtered_by_and_taken_back(explore: AppTest) -> None:
    discs().tag_store.put("round", ["disc-3"])
    opened(explore, q=RED, k="12", **{"as": "tag"})
    assert "1 of these · 1 in all" in texts(explore)
    explore.selectbox(key="explore.tag.results.new").set_value("round").run()
    explore.button(key="explore.tag.results.put").click().run()
    assert "“round” was put on 11 items" in texts(explore) and "12 of these · 12 in all" in texts(explore)
    discs().tag_store.take("round", [f"disc-{number}" for number in range(2, 12)])
    explore.button(key="explore.tag.results.round.only").click().run()
    assert explore.query_params["f"] == "tag:values:round"
    assert "2 of 12 items pass" in texts(explore)
    explore.text_input(key="explore.tag.results.round.name").set_value("disc")
    explore.button(key="explore.tag.results.round.rename").click().run()
    assert explore.query_params["f"] == "tag:values:disc" and "2 of 12 items pass" in texts(explore)
    explore.button(key="explore.tag.results.disc.delete").click().run()
    assert "f" not in explore.query_params and discs().tag_counts() == {}
    explore.button(key="explore.tag.results.undo").click().run()
    assert discs().tag_counts() == {"disc": 2}
    explore.button(key="explore.tag.results.disc.take").click().run()
    assert discs().tag_counts() == {}


def test_an_item_is_shown_in_full_and_one_goes_on_to_the_next_of_its_list(explore: AppTest) -> None:
    explore.session_state[state.DETAILS] = ("disc-4", ["disc-0", "disc-4", "gone", "disc-8"])
    opened(explore)
    assert component(explore, "explorer_picture")["url"].startswith("/image/discs/4?v=")
    assert component(explore, "explorer_picture")["next"].startswith("/image/discs/8?v=")
    shown = texts(explore)
    assert "2 of 3" in shown and "disc-4" in shown and "colour:gray" not in shown
    assert explore.button(key="explore.details.next").disabled is False
    explore.button(key="explore.details.next").click()
    explore.session_state[state.DETAILS] = ("disc-8", ["disc-4", "disc-8"])
    explore.run()
    assert explore.button(key="explore.details.next").disabled is True


def test_cards_show_what_the_address_says(explore: AppTest) -> None:
    opened(explore, q=RED, card="colour", fit="whole")
    data = component(explore, "explorer_gallery")
    assert data["whole"] is True
    assert [card["caption"] for card in data["cards"][:2]] == ["red", "red"]
    explore.query_params["card"] = ["no such column"]
    explore.run()
    assert component(explore, "explorer_gallery")["cards"][0]["caption"] == "disc-0"


def test_the_items_asked_for_are_not_counted_as_shared_results(explore: AppTest) -> None:
    opened(explore)
    view = View(parts=(QueryPart("item", "disc-0"),))
    context = Context(discs(), "histogram", view)
    said = shared_words(context, np.array([0, 1, 2, 3]), np.array([0, 3, 4, 5]))
    assert said.startswith("**1 of 3 results are the same**") and "share about 0.8)" in said
