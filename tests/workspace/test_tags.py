"""Tags: put, taken, renamed, deleted and undone; a column of the items that leaves all else as it was."""

import os
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError, WorkspaceError
from explorer.io.export import export_rows
from explorer.io.tag_names import tag_column
from explorer.search.filters import Filter, format_filters
from explorer.search.find import filter_mask
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.tag_store import KEPT_CHANGES, LONGEST, TagStore
from explorer.workspace.tags import WithTags, tag_store


@pytest.fixture
def store(tmp_path: Path) -> TagStore:
    return TagStore(tmp_path / "tags.sqlite")


def tagged(store: TagStore) -> set[tuple[str, str]]:
    return {(row["tag"], row["item"]) for row in store.pairs().to_pylist()}


def passing(opened: Opened, *values: str | None) -> list[str]:
    wanted = format_filters([Filter(column=opened.tag_column, kind="values", values=values)])
    return sorted(opened.dataset.ids[filter_mask(opened, wanted)])


def test_a_change_says_how_many_items_it_reached(store: TagStore) -> None:
    assert store.version() == 0 and store.last() is None and not store.path.exists()
    assert store.put("cats", ["1", "2", "2"]).items == 2
    again = store.put("cats", ["2", "3"])
    assert (again.items, again.words) == (1, "“cats” was put on 1 item")
    nothing = store.put("cats", ["1"])
    assert (nothing.items, nothing.number) == (0, 0)
    assert store.last() == again and store.version() == 2


def test_an_undo_gives_back_just_what_its_change_took(store: TagStore) -> None:
    store.put("cats", ["1", "2"])
    gone = store.delete("cats")
    assert tagged(store) == set()
    store.put("dogs", ["1"])
    assert store.undo(gone.number) == "“cats” was deleted; it was on 2 items"
    assert tagged(store) == {("cats", "1"), ("cats", "2"), ("dogs", "1")}
    with pytest.raises(InputError, match="undone already"):
        store.undo(gone.number)


def test_an_undo_keeps_what_was_there_before_its_change(store: TagStore) -> None:
    store.put("cats", ["1"])
    wider = store.put("cats", ["1", "2"])
    store.undo(wider.number)
    assert tagged(store) == {("cats", "1")}


def test_a_tag_renamed_to_one_that_is_there_joins_it_and_comes_apart_again(store: TagStore) -> None:
    store.put("cats", ["1", "2"])
    store.put("felines", ["2"])
    joined = store.rename("cats", "Felines")
    assert tagged(store) == {("felines", "1"), ("felines", "2")} and joined.items == 2
    store.undo(joined.number)
    assert tagged(store) == {("cats", "1"), ("cats", "2"), ("felines", "2")}


def test_letter_case_alone_makes_no_second_tag_but_can_be_changed(store: TagStore) -> None:
    store.put("Cats", ["1"])
    store.put("cats", ["2"])
    assert store.names() == ["Cats"]
    store.rename("Cats", "CATS")
    assert store.names() == ["CATS"]


@pytest.mark.parametrize("name", ["", " \n", "x" * (LONGEST + 1), "a\x00b"])
def test_what_is_no_tag_is_refused(store: TagStore, name: str) -> None:
    with pytest.raises(InputError, match=f"1 to {LONGEST} letters"):
        store.put(name, ["1"])


def test_a_tag_that_is_not_there_is_named_with_those_that_are(store: TagStore) -> None:
    store.put("cats", ["1"])
    with pytest.raises(InputError, match="no tag 'dogs'. Tags there are: cats"):
        store.take("dogs", ["1"])


def test_only_the_last_changes_can_be_undone(store: TagStore) -> None:
    first = store.put("cats", ["0"])
    for number in range(KEPT_CHANGES):
        store.put("cats", [str(number + 1)])
    with pytest.raises(InputError, match="too long ago"):
        store.undo(first.number)


def test_nothing_is_lost_when_many_write_at_once(store: TagStore) -> None:
    def work(person: int) -> None:
        for number in range(5):
            store.put(f"tag {number}", [f"{person}"])

    threads = [threading.Thread(target=work, args=(person,)) for person in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tagged(store)) == 30 and store.version() == 30


def test_tags_are_read_where_nothing_can_be_written(store: TagStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put("cats", ["1"])
    monkeypatch.setattr(os, "access", lambda *_: False)
    with store._connect() as connection:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM tagged")
        assert connection.execute("SELECT count(*) FROM tagged").fetchone()[0] == 1
    assert store.names() == ["cats"]


def test_a_damaged_file_is_a_message(store: TagStore) -> None:
    store.path.write_bytes(b"no database at all, " * 100)
    with pytest.raises(WorkspaceError, match=r"tags\.sqlite is damaged"):
        store.names()


def test_tags_are_filtered_by_and_leave_vectors_and_maps_as_they_are(text_workspace: Workspace) -> None:
    before = open_shared(text_workspace.path)
    ids = [str(one) for one in before.dataset.ids]
    kept = before.memory.of("something dear", (), 1, object)
    before.tag_store.put("good", ids[:2])
    before.tag_store.put("late", ids[1:3])
    opened = open_shared(text_workspace.path)
    assert opened is not before and opened.key == before.key and opened.dataset is before.dataset
    assert opened.memory.of("something dear", (), 1, object) is kept
    assert passing(opened, "good") == sorted(ids[:2])
    assert passing(opened, None) == sorted(ids[3:])
    assert opened.tagged.column("tag")[1].tolist() == ["good", "late"]
    before.tag_store.take("good", ids[:1])
    assert passing(open_shared(text_workspace.path), "good") == ids[1:2]


def test_tags_stay_with_their_items_over_an_update_and_are_counted_where_there_are_any(
    text_workspace: Workspace,
) -> None:
    dataset = text_workspace.dataset()
    ids = [str(one) for one in dataset.ids]
    tag_store(text_workspace).put("good", [ids[0], ids[5]])
    turned = dataset.table.take(pa.array(np.arange(4, -1, -1)))
    text_workspace.replace_dataset(Dataset(turned))
    opened = open_shared(text_workspace.path)
    assert passing(opened, "good") == [ids[0]]
    assert opened.tag_counts() == {"good": 1}
    text_workspace.replace_dataset(dataset)
    assert open_shared(text_workspace.path).tag_counts() == {"good": 2}


def test_a_column_of_the_data_keeps_its_name(tmp_path: Path) -> None:
    assert tag_column(["id", "colour"]) == "tag"
    assert tag_column(["Tag"]) == "tags"
    assert tag_column(["tag", "TAGS"]) == "my tags"
    assert tag_column(["tag", "tags", "my tags"]) == "my tags 2"


def test_exports_carry_the_tags(text_workspace: Workspace, tmp_path: Path) -> None:
    store = tag_store(text_workspace)
    ids = [str(one) for one in text_workspace.dataset().ids]
    store.put("good", ids[:2])
    store.put("a, b", ids[1:2])
    export_rows(WithTags(text_workspace), np.arange(3), tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["tag"].to_pylist() == [["good"], ["a, b", "good"], None]
    assert "tag" not in text_workspace.dataset().table.column_names
