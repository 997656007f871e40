"""Judgments in a file: old, newer and damaged ones."""

import sqlite3
from pathlib import Path

import pytest

from explorer.base.errors import WorkspaceError
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.migrations import FIRST, MIGRATIONS
from tests.features.judgments.test_store import answer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "judgments.sqlite"


@pytest.fixture
def store(path: Path) -> Store:
    return Store.of_file(path)


def test_a_newer_schema_is_refused_and_left_alone(store: Store, path: Path) -> None:
    store.add_answers([answer(1)])
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(WorkspaceError, match=f"version {len(MIGRATIONS) + 1}; this program knows versions up to"):
        store.answers()


def test_an_older_file_is_brought_up_to_date(store: Store, path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(FIRST + "PRAGMA user_version = 1;")
    connection.close()
    store.add_answers([answer(1)])
    with store.connect() as opened:
        assert opened.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)


def test_the_log_is_written_ahead_and_the_file_is_whole(store: Store) -> None:
    store.add_answers([answer(1)])
    with store.connect(write=True) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_damaged_file_is_a_message(store: Store, path: Path) -> None:
    path.write_bytes(b"no database at all, " * 100)
    with pytest.raises(WorkspaceError, match="is damaged"):
        store.answers()
