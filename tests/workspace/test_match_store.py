"""Decisions on pairs: the latest counts, each person undoes their own, nothing is lost."""

import sqlite3
from pathlib import Path
from threading import Thread

import pytest

from explorer.base.errors import InputError, Refused, WorkspaceError
from explorer.base.permission import Actor, Role, acting
from explorer.workspace.folder import Workspace
from explorer.workspace.managing import duplicate_workspace, rename_workspace
from explorer.workspace.match_store import OPEN, OTHER, SAME, MatchStore, match_store


@pytest.fixture
def store(tmp_path: Path) -> MatchStore:
    return MatchStore(tmp_path / "matches.sqlite")


def test_reading_makes_no_file(store: MatchStore) -> None:
    assert not store.decisions("firms")
    assert store.version() == 0
    assert not store.path.exists()


def test_the_latest_decision_of_a_pair_counts(store: MatchStore) -> None:
    store.decide("firms", "ann", {("a", "x"): SAME, ("b", "y"): OTHER})
    store.decide("firms", "bob", {("a", "x"): OTHER})
    store.decide("shelf", "ann", {("a", "x"): SAME})
    assert store.decisions("firms") == {("a", "x"): OTHER, ("b", "y"): OTHER}


def test_a_pair_can_be_opened_again(store: MatchStore) -> None:
    store.decide("firms", "ann", {("a", "x"): SAME})
    store.decide("firms", "ann", {("a", "x"): OPEN})
    assert store.decisions("firms") == {}


def test_an_undo_gives_back_what_was_said_before_one_after_the_other(store: MatchStore) -> None:
    for verdict in (SAME, OTHER, SAME):
        store.decide("firms", "ann", {("a", "x"): verdict})
    assert store.undo("firms", "ann").verdict == SAME
    assert store.decisions("firms") == {("a", "x"): OTHER}
    assert store.undo("firms", "ann").verdict == OTHER
    assert store.decisions("firms") == {("a", "x"): SAME}
    store.undo("firms", "ann")
    assert store.decisions("firms") == {}
    with pytest.raises(InputError, match="no decision of yours"):
        store.undo("firms", "ann")


def test_an_undo_is_for_ones_own_decisions(store: MatchStore) -> None:
    store.decide("firms", "ann", {("a", "x"): SAME})
    store.decide("firms", "bob", {("b", "y"): SAME})
    assert store.undo("firms", "ann").left == "a"
    assert store.decisions("firms") == {("b", "y"): SAME}


def test_every_change_has_another_version(store: MatchStore) -> None:
    seen = [store.version()]
    store.decide("firms", "ann", {("a", "x"): SAME})
    seen.append(store.version())
    store.undo("firms", "ann")
    seen.append(store.version())
    assert seen == sorted(set(seen))


def test_what_makes_no_sense_is_refused(store: MatchStore) -> None:
    with pytest.raises(InputError, match="verdict"):
        store.decide("firms", "ann", {("a", "x"): "perhaps"})
    with pytest.raises(InputError, match="name"):
        store.decide("firms", "  ", {("a", "x"): SAME})
    assert store.decisions("firms") == {}


def test_viewers_decide_nothing(store: MatchStore) -> None:
    with acting(Actor(Role.VIEWER, "eve")), pytest.raises(Refused):
        store.decide("firms", "eve", {("a", "x"): SAME})
    assert not store.path.exists()


def test_several_people_at_once_lose_nothing(store: MatchStore) -> None:
    def say(person: str) -> None:
        for number in range(20):
            store.decide("firms", person, {(person, str(number)): SAME})

    people = [Thread(target=say, args=(name,)) for name in ("ann", "bob", "cy")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(store.decisions("firms")) == 60


def test_a_damaged_file_is_told(store: MatchStore) -> None:
    store.path.write_bytes(b"not a database" * 100)
    with pytest.raises(WorkspaceError, match=r"matches\.sqlite is damaged"):
        store.decisions("firms")


def test_a_file_of_a_newer_version_is_left_alone(store: MatchStore) -> None:
    store.decide("firms", "ann", {("a", "x"): SAME})
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(WorkspaceError, match="version 9"):
        store.decisions("firms")


def test_what_was_decided_before_a_collection_was_renamed_holds_on(
    text_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = text_workspace.path.parent
    monkeypatch.setenv("EXPLORER_HOME", str(root.parent))
    market = duplicate_workspace(text_workspace, "market")
    store = match_store(text_workspace)
    store.decide("texts and market", "me", {("a", "b"): SAME})
    store.decide("texts with itself", "me", {("a", "c"): OTHER})
    store.decide("market and elsewhere", "me", {("x", "y"): SAME})
    rename_workspace(market, "bazaar")
    assert store.decisions("texts and bazaar") == {("a", "b"): SAME}
    renamed = match_store(rename_workspace(text_workspace, "notes"))
    assert renamed.decisions("notes and bazaar") == {("a", "b"): SAME}
    assert renamed.decisions("notes with itself") == {("a", "c"): OTHER}
    assert renamed.decisions("bazaar and elsewhere") == {("x", "y"): SAME}
    assert renamed.decisions("bazaar with itself") == {}
    renamed.decide("notes and bazaar", "me", {("a", "b"): OTHER})
    assert renamed.decisions("notes and bazaar") == {("a", "b"): OTHER}
    assert [renamed.undo("notes and bazaar", "me").verdict for _ in range(2)] == [OTHER, SAME]
    duplicate_workspace(Workspace.open(root / "bazaar"), "market")
    assert renamed.decisions("bazaar and elsewhere") == {}, "another collection bears the name now"
