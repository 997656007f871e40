"""Tours on the pages: shown from the address, left and come back to, made of what the pages show, checked."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.tour.check import lacking
from explorer.workspace.folder import Workspace
from explorer.workspace.managing import rename_workspace
from explorer.workspace.saved import load_views
from explorer.workspace.tours import Tour, parse_stop, stop_of
from explorer.workspace.tours_store import load_tour, make_tour, own_names
from explorer.workspace.trash import delete_workspace
from tests.pages.visits import APP, TIMEOUT, component, make_discs, texts, visit

CAPTION = "Discs *as* they [are](x)."
STOPS = (
    stop_of("Explore", {"ws": ["discs"], "model": ["histogram"], "q": ["item:1:disc-3"]}, CAPTION),
    stop_of("Compare", {"ws": ["discs"], "model": ["histogram"], "view": ["many"]}, "Two."),
    stop_of("Explore", {"ws": ["discs"], "model": ["histogram"], "q": ["item:1:gone"]}, "Three."),
)


@pytest.fixture
def ws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """12 discs and a tour of three stops, the last of which shows an item that is not there."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    made = make_discs(tmp_path / "workspaces" / "discs", tmp_path, 12, lambda number: 4 + number, lambda n: {"n": n})
    make_tour(Tour("talk", STOPS))
    yield made


def at(test: AppTest, number: int, **changed: str) -> AppTest:
    """The page as it shows a stop, with some of its parameters changed."""
    test.query_params.update({**STOPS[number - 1].params, "tour": ["talk"], "stop": [str(number)], **changed})
    return test.run()


def band(test: AppTest) -> dict[str, object]:
    return component(test, "explorer_tour_band")


def home(**params: str) -> AppTest:
    test = AppTest.from_file(APP, default_timeout=TIMEOUT)
    test.query_params.update({"ws": "discs", **params})
    return test.run()


def test_a_stop_has_its_caption_and_the_way_to_the_first(ws: Workspace) -> None:
    with visit("1_Explore", "discs") as test:
        at(test, 1)
        shown = band(test)
        assert (shown["captions"], shown["stop"], shown["away"]) == ([CAPTION, "Two.", "Three."], 1, False)
        page, _, query = str(shown["first"]).partition("?")
        assert page == "Explore" and parse_qs(query) == STOPS[0].params | {"tour": ["talk"], "stop": ["1"]}
        assert set(shown["pages"]) >= {"", "Explore", "MAP-Elites"}  # type: ignore[call-overload]
        assert not test.warning


def test_a_click_away_keeps_the_tour_and_names_the_way_back(ws: Workspace) -> None:
    with visit("1_Explore", "discs") as test:
        at(test, 1, q="text:1:red")
        assert band(test)["away"] is True
        links = {one.proto.label: parse_qs(one.proto.query_string) for one in test.get("page_link")}
        assert (links["Conditional"]["tour"], links["Conditional"]["stop"]) == (["talk"], ["1"])
        test.query_params.clear()
        test.query_params["ws"] = "discs"
        test.run()
        assert (test.query_params["tour"], test.query_params["stop"]) == ("talk", "1")
        assert band(test)["away"] is True


def test_what_a_stop_lacks_is_said_with_the_way_on(ws: Workspace) -> None:
    with visit("1_Explore", "discs") as test:
        at(test, 3)
        assert "Not all of this stop is here." in texts(test) and "discs has no item gone" in texts(test)
        assert test.button(key="tour.on").label == "Go on to stop 1"
        at(test, 3, stop="9")
        assert "The tour has 3 stops, and no stop 9." in texts(test) and test.button(key="tour.on")
        at(test, 1, tour="no such *one*")
        assert "The tour “no such *one*” cannot be shown." in texts(test)
        assert "cannot be shown" not in texts(test.run()) and "tour" not in test.query_params


def test_a_stop_finds_a_renamed_workspace_and_leads_on_from_a_deleted_one(ws: Workspace) -> None:
    new = rename_workspace(ws, "rings")
    with visit("1_Explore", "discs") as test:
        at(test, 1)
        assert test.query_params["ws"] == "rings" and not test.warning
        assert band(test.run())["away"] is False
        delete_workspace(new)
        at(test, 1)
        assert "There is no workspace named 'discs'" in texts(test)
        assert test.button(key="tour.on").label == "Go on to stop 2"


def test_views_of_every_page_are_saved_and_put_into_a_tour(ws: Workspace) -> None:
    with visit("4_Compare", "discs") as test:
        at(test, 2, tour="", stop="")

        def press_in_dialog(key: str) -> str:
            test.button(key=f"tour.views.{key}").click().run()
            said = str(test.session_state["tour.said"])
            test.button(key="tour.views").click().run()  # a run of the whole page has closed it
            return said

        test.button(key="tour.views").click().run()
        assert "Give the view a name first" in press_in_dialog("save")
        test.text_input(key="tour.views.name").set_value("all models")
        assert "Saved as “all models”." in press_in_dialog("save")
        saved = load_views(ws)[0]
        assert (saved.name, saved.page, saved.query) == (
            "all models",
            "Compare",
            {"model": ["histogram"], "view": ["many"]},
        )
        assert test.button(key="tour.views.all models.open")
        test.selectbox(key="tour.views.tour").set_value("talk")
        assert "A stop needs a caption." in press_in_dialog("add")
        test.selectbox(key="tour.views.tour").set_value("talk")
        test.text_area(key="tour.views.caption").set_value("All of them.")
        assert "This is stop 4 of the tour “talk” now." in press_in_dialog("add")
    last = load_tour("talk").stops[-1]
    assert last == stop_of("Compare", {"ws": ["discs"], "model": ["histogram"], "view": ["many"]}, "All of them.")


def test_a_tour_is_checked_copied_and_changed_on_the_home_page(ws: Workspace) -> None:
    test = home(tab="tours", chosen="talk")
    test.button(key="tours.check").click().run()
    assert "1 of 3 stops lack something." in texts(test) and "discs has no item gone" in texts(test)
    captions = [
        one for one in test.text_input if str(one.key).endswith(".caption") and one.key != "tours.saved.caption"
    ]
    captions[1].set_value("Second.").run()
    assert [stop.caption for stop in load_tour("talk").stops] == [CAPTION, "Second.", "Three."]
    press(test, ".down", 0)
    assert [stop.caption for stop in load_tour("talk").stops] == ["Second.", CAPTION, "Three."]
    press(test, ".out", 2)
    assert [stop.caption for stop in load_tour("talk").stops] == ["Second.", CAPTION]
    test.button(key="tours.undo").click().run()
    assert len(load_tour("talk").stops) == 3
    test.text_input(key="tours.copy.talk").set_value("second talk").run()
    test.button(key="tours.copy.go").click().run()
    assert own_names() == ["second talk", "talk"] and test.query_params["chosen"] == "second talk"
    test.button(key="tours.delete.go").click().run()
    assert own_names() == ["talk"]
    assert not test.exception


def press(test: AppTest, end: str, place: int) -> None:
    """Press one of the small buttons beside the stops."""
    [one for one in test.button if str(one.key).startswith("tours.") and str(one.key).endswith(end)][
        place
    ].click().run()


def test_a_shipped_tour_has_no_way_to_change_it(ws: Workspace) -> None:
    test = home(tab="tours")
    assert texts(test).count("The dotted line is chance") == 1
    keys = {str(one.key) for one in test.button}
    assert not [key for key in keys if key.endswith((".up", ".down", ".out"))] and "tours.delete.go" not in keys


LACKS = (
    ("Explore?ws=discs&model=histogram&q=item:1:disc-3", ""),
    ("?ws=discs&tab=models", ""),
    ("Annotate?ws=discs", ""),
    ("Explore?ws=elsewhere", "There is no workspace named 'elsewhere'"),
    ("Explore?ws=notes", "make it with: explorer demo notes"),
    ("Explore?ws=discs&model=pocket", "explorer prepare 'discs' --model 'pocket'"),
    ("Explore?ws=discs&vs=pocket", "The model pocket has not looked at discs"),
    ("Explore?ws=discs&q=item:1:disc-3&q=item:-1:gone", "discs has no item gone"),
    ("Explore?ws=discs&view=mine", "no saved view 'mine'"),
    ("Explore?ws=discs&k=7", "k='7'"),
    ("Conditional?ws=discs&item=gone", "no item gone"),
    ("Relational?ws=discs&a=disc-1&a=gone&c=away&head=best", "no item gone, away"),
    ("Relational?ws=discs&head=best", "The model relational:best has not looked"),
    ("Compare?ws=discs&a=histogram&b=other", "The model other has not looked"),
    ("MAP-Elites?ws=discs&run=first", "no MAP-Elites map 'first'"),
    ("Agreement?ws=discs&campaign=hues", "No campaign 'hues' with answers"),
)


def test_the_check_names_what_a_stop_lacks(ws: Workspace) -> None:
    for address, words in LACKS:
        found = lacking(parse_stop(address, "Look."))
        assert words in " ".join(found) if words else found == [], address
