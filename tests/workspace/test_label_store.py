"""Labels by people: one an item and labeller, every change kept, each of which can be undone."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.errors import InputError, Refused, WorkspaceError
from explorer.base.permission import Actor, Role, acting
from explorer.workspace.label_store import KEPT, SKIPPED, LabelStore


@pytest.fixture
def store(tmp_path: Path) -> LabelStore:
    return LabelStore(tmp_path / "labels.sqlite")


def now(store: LabelStore, labeller: str = "ann") -> Mapping[str, str]:
    return {one.item: one.label for one in store.given("kind") if one.labeller == labeller}


def test_reading_makes_no_file(store: LabelStore) -> None:
    assert not store.labellings() and not store.names("kind") and not store.given("kind")
    assert store.version() == 0 and store.last("kind", "ann") is None
    assert not store.path.exists()


def test_each_labeller_has_one_label_an_item(store: LabelStore) -> None:
    store.give("kind", "ann", {"a": "cat", "b": "dog"})
    store.give("kind", "ann", {"a": "dog"})
    store.give("kind", "bob", {"a": "cat"})
    store.give("size", "ann", {"a": "small"})
    assert now(store) == {"a": "dog", "b": "dog"} and now(store, "bob") == {"a": "cat"}
    assert store.labellings() == ["kind", "size"] and store.names("kind") == ["cat", "dog"]


def test_labels_stand_in_the_order_in_which_they_came(store: LabelStore) -> None:
    store.add_names("kind", ["zebra"])
    store.give("kind", "ann", {str(number): f"label {number}" for number in range(30, 0, -1)})
    assert store.names("kind") == ["zebra", *(f"label {number}" for number in range(30, 0, -1))]


def test_what_was_kept_says_so_until_it_is_undone(store: LabelStore) -> None:
    store.give("kind", "ann", {"a": "cat"})
    assert store.give("kind", "ann", {"a": "cat"}, KEPT).items == 1
    assert [one.source for one in store.given("kind")] == [KEPT]
    store.undo("kind", "ann")
    assert [(one.label, one.source) for one in store.given("kind")] == [("cat", "by hand")]


def test_what_is_so_already_is_no_change(store: LabelStore) -> None:
    first = store.give("kind", "ann", {"a": "cat"})
    again = store.give("kind", "ann", {"a": "Cat"})
    assert (first.items, again.items, again.number) == (1, 0, 0)
    assert store.names("kind") == ["cat"]


def test_undo_goes_back_step_by_step_and_keeps_what_others_did(store: LabelStore) -> None:
    store.give("kind", "ann", {"a": "cat"})
    store.give("kind", "ann", {"a": "dog", "b": "dog"})
    store.give("kind", "bob", {"a": "bird"})
    assert store.undo("kind", "ann").changed == {"a": "cat", "b": None}
    assert store.undo("kind", "ann").changed == {"a": None}
    assert now(store) == {} and now(store, "bob") == {"a": "bird"}
    with pytest.raises(InputError, match="no such change of labels to undo"):
        store.undo("kind", "ann")


def test_an_undo_leaves_what_was_changed_since(store: LabelStore) -> None:
    lasso = store.give("kind", "ann", {"a": "cat", "b": "cat"}, "lasso")
    store.give("kind", "ann", {"a": "dog"})
    assert store.undo("kind", "ann", lasso.number).changed == {"b": None}
    assert now(store) == {"a": "dog"}
    assert store.undo("kind", "ann").changed == {"a": None}, "not the cat that was taken back"


def test_an_undo_out_of_order_leaves_later_changes_that_can_still_be_undone(store: LabelStore) -> None:
    numbers = [store.give("kind", "ann", {"a": label}).number for label in ("cat", "dog", "cow")]
    assert store.undo("kind", "ann", numbers[1]).changed == {}
    assert now(store) == {"a": "cow"}
    assert store.undo("kind", "ann").changed == {"a": "cat"}, "what stands below the cow now"
    assert store.undo("kind", "ann").changed == {"a": None}


def test_what_changes_nothing_says_so(store: LabelStore) -> None:
    store.give("kind", "ann", {"a": "cat"})
    again = store.give("kind", "ann", {"a": "Cat"})
    assert (again.number, again.items) == (0, 0) and again.words.startswith("Nothing changed")


def test_a_change_is_undone_once(store: LabelStore) -> None:
    change = store.give("kind", "ann", {"a": "cat"})
    store.undo("kind", "ann", change.number)
    with pytest.raises(InputError, match="undone already"):
        store.undo("kind", "ann", change.number)
    with pytest.raises(InputError):
        store.undo("kind", "bob", change.number)


def test_events_are_only_added(store: LabelStore) -> None:
    store.give("kind", "ann", {"a": "cat"})
    store.undo("kind", "ann")
    with sqlite3.connect(store.path) as connection:
        lines = connection.execute("SELECT change, item, before, after FROM lines ORDER BY change").fetchall()
    connection.close()
    assert lines == [(1, "a", None, "cat"), (2, "a", "cat", None)]


def test_a_skip_is_kept_and_undone(store: LabelStore) -> None:
    store.give("kind", "ann", {"a": SKIPPED})
    assert now(store) == {"a": SKIPPED} and store.names("kind") == []
    store.undo("kind", "ann")
    assert now(store) == {}


@pytest.mark.parametrize(
    ("labeller", "label", "what"), [("ann", "\n", "label"), ("", "cat", "name"), ("a", "x" * 81, "label")]
)
def test_names_without_letters_are_refused(store: LabelStore, labeller: str, label: str, what: str) -> None:
    with pytest.raises(InputError, match=f"Expected a {what} of 1 to 80 letters"):
        store.give("kind", labeller, {"a": label})
    assert store.labellings() == []


def test_viewers_look_and_do_not_write(store: LabelStore) -> None:
    store.give("kind", "ann", {"a": "cat"})
    with acting(Actor(Role.VIEWER, "")):
        assert now(store) == {"a": "cat"}
        with pytest.raises(Refused):
            store.give("kind", "x", {"a": "dog"})
        with pytest.raises(Refused):
            store.undo("kind", "ann")


def test_two_tabs_lose_nothing(store: LabelStore) -> None:
    store.add_names("kind", ["cat"])

    def tab(name: str) -> None:
        for number in range(20):
            store.give("kind", "ann", {f"{name}{number}": "cat"})

    tabs = [Thread(target=tab, args=(name,)) for name in "ab"]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert len(now(store)) == 40


def test_a_kill_loses_nothing_that_was_given(store: LabelStore) -> None:
    code = (
        "import sys; from pathlib import Path; from explorer.workspace.label_store import LabelStore\n"
        "store = LabelStore(Path(sys.argv[1]))\n"
        "for number in range(10**6):\n"
        "    store.give('kind', 'ann', {f'i{number}': 'cat', f'j{number}': 'cat'}); print(number, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(store.path)], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout
        said = [int(worker.stdout.readline()) for _ in range(5)]
        os.kill(worker.pid, signal.SIGKILL)
        said += [int(line) for line in worker.stdout if line.strip()]
    found = now(store)
    assert {f"{kind}{number}" for number in said for kind in "ij"} <= set(found)
    assert len(found) % 2 == 0


def test_a_damaged_file_is_a_message(store: LabelStore) -> None:
    store.path.write_bytes(b"no database" * 100)
    with pytest.raises(WorkspaceError, match=r"labels\.sqlite is damaged"):
        store.given("kind")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["cat", "dog", ""]), min_size=1), max_size=5))
def test_as_many_undos_as_changes_lead_back(
    tmp_path_factory: pytest.TempPathFactory, changes: list[dict[str, str]]
) -> None:
    store = LabelStore(tmp_path_factory.mktemp("labels") / "labels.sqlite")
    states = [dict(now(store))]
    for one in changes:
        if store.give("kind", "ann", one).number:
            states.append(dict(now(store)))
    while len(states) > 1:
        assert now(store) == states.pop()
        store.undo("kind", "ann")
    assert now(store) == states[0]
