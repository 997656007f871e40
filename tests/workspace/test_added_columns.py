"""Accepted columns: joined by id, through imports, and taken away without a trace."""

from pathlib import Path

import pyarrow as pa
import pytest

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError, Refused
from explorer.base.permission import Actor, Role, acting
from explorer.workspace.added_columns import ColumnStore, with_columns


@pytest.fixture
def store(tmp_path: Path) -> ColumnStore:
    return ColumnStore(tmp_path / "columns.sqlite")


def items(ids: str, **columns: list[str]) -> Dataset:
    blank = [""] * len(ids)
    return Dataset(pa.table({"id": list(ids), "path": blank, "text": blank, "hash": list(ids), **columns}))


def test_without_columns_the_items_are_as_they_are(store: ColumnStore) -> None:
    dataset = items("abc")
    assert (
        with_columns(dataset, store) is dataset
        and store.version() == 0
        and not store.of_item("a")
        and not store.path.exists()
    )


def test_values_follow_their_ids(store: ColumnStore) -> None:
    store.add("kind", {"c": "cat", "a": "ant", "gone": "dog"}, {"method": "logistic"})
    assert with_columns(items("abc"), store).table["kind"].to_pylist() == ["ant", None, "cat"]
    back = with_columns(items("cg", size=["1", "2"]), store)
    assert back.attributes == ["size", "kind"] and back.table["kind"].to_pylist() == ["cat", None]
    assert store.of_item("a") == {"kind": "ant"} and store.of_item("b") == {}
    assert store.columns()[0].told == {"method": "logistic"} and store.columns()[0].values == 3


def test_a_column_of_the_data_keeps_its_name(store: ColumnStore) -> None:
    store.add("kind", {"a": "ant"}, {})
    assert with_columns(items("a", kind=["own"]), store).attributes == ["kind", "kind accepted"]


def test_taken_away_nothing_else_is_touched(store: ColumnStore) -> None:
    store.add("kind", {"a": "ant"}, {})
    store.add("size", {"a": "small"}, {})
    before = store.version()
    store.remove("kind")
    assert with_columns(items("a"), store).attributes == ["size"] and store.version() > before
    with pytest.raises(InputError, match="no accepted column 'kind'. Accepted columns: size"):
        store.remove("kind")


def test_names_are_unique_and_viewers_do_not_write(store: ColumnStore) -> None:
    store.add("kind", {"a": "ant"}, {})
    with pytest.raises(InputError, match="There is a column 'kind' already"):
        store.add("kind", {}, {})
    with acting(Actor(Role.VIEWER, "")), pytest.raises(Refused):
        store.remove("kind")
