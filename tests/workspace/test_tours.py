import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.base.errors import InputError, NotThere, WorkspaceError
from explorer.workspace import tours_store
from explorer.workspace.folder import Workspace
from explorer.workspace.managing import rename_workspace
from explorer.workspace.tours import MOST_STOPS, Stop, Tour, parse_stop, read_tour, stop_of, write_tour
from explorer.workspace.tours_store import (
    add_stop,
    bring_tour,
    change_stops,
    delete_tour,
    has_earlier,
    load_tour,
    make_tour,
    own_names,
    tour_names,
    tours_folder,
    undo_change,
)

PAGES = {"Home", "Explore", "Conditional", "Relational", "Compare", "MAP-Elites", "Annotate", "Agreement"}


@pytest.fixture
def ws(text_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace `texts` of a home."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    return text_workspace


def a_stop(caption: str = "Look here.", page: str = "Explore") -> Stop:
    return stop_of(page, {"ws": ["texts"], "q": ["text:1:a & b"]}, caption)


def test_a_stop_says_what_its_address_says() -> None:
    stop = stop_of(
        "Explore", {"ws": ["a b"], "q": ["text:1:ü & +", "item:1:x"], "tour": ["t"], "stop": ["3"]}, " Two \n words "
    )
    assert (stop.page, stop.workspace, stop.caption) == ("Explore", "a b", "Two words")
    assert stop.params == {"ws": ["a b"], "q": ["text:1:ü & +", "item:1:x"]}
    assert parse_stop(stop.address, "Two words") == stop
    home = parse_stop("?ws=a&tab=all", "Home")
    assert home.page == "Home" and parse_stop("/Home?ws=a&tab=all", "Home") == home


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.test/Explore?ws=a",
        "//elsewhere.test/Explore?ws=a",
        "javascript:alert(1)//Explore?ws=a",
        "data:text/html,x?ws=a",
        "Explore/../Home?ws=a",
        "\\\\elsewhere.test\\Explore?ws=a",
        "Settings?ws=a",
        "answer/a/b?ws=a",
        "Explore?ws=a#x",
        "Explore?ws=../a",
        "Explore?ws=a&ws=/etc",
        "Explore?q=text:1:a",
        "Explore?ws=a\ud800",
        "Explore?ws=a&" + "&".join(f"a{n}=1" for n in range(600)),
        "Explore?ws=a&q=" + "x" * 9_000,
        "http://[x",
    ],
)
def test_only_our_own_pages_are_addresses(address: str) -> None:
    with pytest.raises(InputError, match="Expected"):
        parse_stop(address, "Look.")


@pytest.mark.parametrize("caption", ["", " \n ", "x" * 241, "a\ud800"])
def test_a_caption_is_there_and_fits(caption: str) -> None:
    with pytest.raises(InputError, match="Expected a caption of 1 to 240 characters"):
        parse_stop("Explore?ws=a", caption)


def test_a_tour_comes_back_from_its_file() -> None:
    tour = Tour("Ünser", (a_stop("“Quoted” <b>"), stop_of("Home", {"ws": ["x"]}, "Home")))
    assert read_tour("Ünser", write_tour(tour)) == tour


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Expected a tour as JSON"),
        ("[]", "Expected a tour: an object"),
        ('{"schema": 9, "stops": []}', "schema version 9, this program reads 1: upgrade"),
        ('{"schema": 1}', "Expected a tour: an object"),
        ('{"schema": 1, "stops": [1]}', 'Stop 1: expected an object with the texts "address" and "caption"'),
        ('{"schema": 1, "stops": [{"address": "Explore?ws=a", "caption": 3}]}', "Stop 1: expected"),
        ('{"schema": 1, "stops": [{"address": "Nowhere?ws=a", "caption": "x"}]}', "Stop 1: Expected one of the pages"),
        ("[" * 100_000, "Expected a tour as JSON"),
        (" " * 1_000_001, "at most 1,000,000 characters"),
    ],
)
def test_a_file_that_is_no_tour_is_told_why(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_tour("x", text)


def test_the_shipped_tour_has_twelve_stops_on_all_pages() -> None:
    tour = load_tour("demo")
    assert tour.built_in and len(tour.stops) == 12
    assert {stop.page for stop in tour.stops} == PAGES
    assert {stop.workspace for stop in tour.stops} == {"scenes", "notes"}


def test_stops_are_added_changed_and_taken_back(ws: Workspace) -> None:
    first, second = a_stop("one"), a_stop("two", "Compare")
    add_stop("talk", first)
    tour = add_stop("talk", second)
    assert own_names() == ["talk"] and tour_names() == ["demo", "talk"]
    assert load_tour("talk") == tour == Tour("talk", (first, second))
    turned = change_stops(tour, lambda stops: stops[::-1])
    assert turned.stops == (second, first) and has_earlier("talk")
    with pytest.raises(InputError, match="Somebody has changed the tour 'talk' meanwhile"):
        change_stops(tour, lambda stops: [])
    assert undo_change("talk") == tour == load_tour("talk")
    with pytest.raises(InputError, match=f"at most {MOST_STOPS} stops, got 202"):
        change_stops(tour, lambda stops: stops * 101)


def test_a_deleted_tour_comes_back(ws: Workspace) -> None:
    tour = add_stop("talk", a_stop())
    delete_tour("talk")
    assert own_names() == []
    with pytest.raises(NotThere, match="There is no tour 'talk'. There are: demo"):
        load_tour("talk")
    with pytest.raises(NotThere, match="no tour 'talk'"):
        delete_tour("talk")
    assert undo_change("talk") == tour == load_tour("talk")
    with pytest.raises(NotThere, match="Nothing is known of the tour 'other'"):
        undo_change("other")


def test_a_shipped_tour_stays_as_it_is_and_can_be_copied(ws: Workspace) -> None:
    changes: tuple[Callable[[], object], ...] = (
        lambda: add_stop("demo", a_stop()),
        lambda: delete_tour("demo"),
        lambda: undo_change("demo"),
    )
    for change in changes:
        with pytest.raises(InputError, match="ships with the program. Make a copy"):
            change()
    with pytest.raises(InputError, match="a tour called 'demo' already"):
        make_tour(Tour("demo", (a_stop(),)))
    make_tour(Tour("mine", (a_stop(),)))
    assert load_tour("mine").stops == (a_stop(),) and not load_tour("mine").built_in


def test_what_is_brought_in_shows_workspaces_that_are_here(ws: Workspace) -> None:
    good = write_tour(Tour("x", (a_stop(),))).encode()
    assert bring_tour("talk", b"\xef\xbb\xbf" + good) == load_tour("talk")
    foreign = json.dumps({"schema": 1, "stops": [{"address": "Explore?ws=elsewhere", "caption": "x"}]}).encode()
    with pytest.raises(InputError, match="Stop 1: There is no workspace named 'elsewhere'"):
        bring_tour("other", foreign)
    with pytest.raises(InputError, match="already"):
        bring_tour("talk", good)
    with pytest.raises(InputError, match="JSON in UTF-8"):
        bring_tour("other", b"\xff\xfe{")
    with pytest.raises(InputError, match="Expected a name"):
        bring_tour("../other", good)
    with pytest.raises(InputError, match="at most 1,000,000 bytes"):
        bring_tour("other", b" " * 1_000_001)
    rename_workspace(ws, "letters")
    bring_tour("other", good)
    assert sorted(path.name for path in tours_folder().glob("*.json")) == ["other.json", "talk.json"]


def test_damage_is_named_and_the_last_states_are_kept(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tours_store, "KEPT_STATES", 2)
    for number in range(4):
        add_stop("talk", a_stop(str(number)))
    assert len(list((tours_folder() / ".history" / "talk").iterdir())) == 2
    path = tours_folder() / "talk.json"
    path.write_text("{", encoding="utf-8")
    for action in (load_tour, lambda name: add_stop(name, a_stop())):
        with pytest.raises(WorkspaceError, match=r"talk\.json cannot be used: .*explorer tour undo 'talk'"):
            action("talk")
    assert path.read_text(encoding="utf-8") == "{"
    assert [stop.caption for stop in undo_change("talk").stops] == ["0", "1", "2"]


def test_adding_at_the_same_time_loses_nothing(ws: Workspace) -> None:
    threads = [threading.Thread(target=add_stop, args=("talk", a_stop(str(number)))) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {stop.caption for stop in load_tour("talk").stops} == set(map(str, range(8)))
