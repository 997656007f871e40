"""Rows of a damaged database are saved around the damage; the damaged file is kept."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from explorer.io.salvage import salvage
from explorer.io.sqlite import damage_of_database

PAGE, ROWS = 4096, 4000
SCHEMA = """
CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, answer TEXT NOT NULL);
CREATE UNIQUE INDEX one ON events (person, answer);
CREATE TRIGGER no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'only ever added'); END;
CREATE TABLE tagged (tag TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (tag, item)) WITHOUT ROWID;
PRAGMA user_version = 3;
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "judgments.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        connection.executemany(
            "INSERT INTO events (person, answer) VALUES (?, ?)", ((f"p{n}", f"answer {n}") for n in range(ROWS))
        )
        connection.executemany("INSERT INTO tagged VALUES ('t', ?)", ((f"item {n:05}",) for n in range(ROWS)))
        connection.commit()
    return path


def pages_with(path: Path, text: str) -> list[int]:
    """Numbers of the pages that hold the text."""
    data = path.read_bytes()
    return [number for number in range(len(data) // PAGE) if text.encode() in data[number * PAGE :][:PAGE]]


def harm(path: Path, *pages: int) -> None:
    """Put zeros in the place of whole pages."""
    data = bytearray(path.read_bytes())
    for page in pages:
        data[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    path.write_bytes(data)


def read(path: Path, query: str) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(query)]


def test_rows_before_between_and_behind_damaged_pages_are_saved(database: Path) -> None:
    first = {page for text in ("answer 1000", "answer 3000") for page in pages_with(database, text)}
    harm(database, *first, *pages_with(database, "item 02000"))
    assert damage_of_database(database)
    saved = salvage(database)
    assert saved and saved.kept.name == "judgments.sqlite.damaged" and damage_of_database(saved.kept)
    assert damage_of_database(database) == ""
    numbers = read(database, "SELECT seq FROM events ORDER BY seq")
    assert ROWS - 600 < len(numbers) == saved.rows["events"] < ROWS
    assert {1, 2000, ROWS} <= set(numbers) and 1001 not in numbers and 3001 not in numbers
    items = read(database, "SELECT item FROM tagged ORDER BY item")
    assert ROWS - 600 < len(items) == saved.rows["tagged"] < ROWS and items[0] == "item 00000"
    assert read(database, "PRAGMA user_version") == [3]
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("INSERT INTO events (person, answer) VALUES ('x', 'y')").lastrowid == ROWS + 1
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            connection.execute("DELETE FROM events")


@pytest.mark.parametrize("answer", ["answer 0", f"answer {ROWS - 1}"])
def test_damage_at_either_end(database: Path, answer: str) -> None:
    harm(database, *pages_with(database, answer))
    saved = salvage(database)
    assert saved and ROWS - 600 < saved.rows["events"] < ROWS and saved.rows["tagged"] == ROWS


def test_what_a_log_holds_is_saved_too_and_a_second_damage_is_kept_beside_the_first(database: Path) -> None:
    kept = []
    for number in range(2):
        connection = sqlite3.connect(database)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("INSERT INTO events (person, answer) VALUES ('late', ?)", (str(number),))
        connection.commit()
        log = database.with_name("judgments.sqlite-wal").read_bytes()
        connection.close()
        database.with_name("judgments.sqlite-wal").write_bytes(log)
        saved = salvage(database)
        assert saved and len(read(database, "SELECT seq FROM events WHERE person = 'late'")) == number + 1
        kept.append(saved.kept.name)
    assert kept == ["judgments.sqlite.damaged", "judgments.sqlite.damaged2"]


def test_a_file_without_a_table_that_can_be_read_stays_as_it_is(database: Path) -> None:
    harm(database, 0)
    before = database.read_bytes()
    database.with_name("judgments.sqlite-wal").write_bytes(b"log")
    assert salvage(database) is None
    assert database.read_bytes() == before
    assert sorted(path.name for path in database.parent.iterdir()) == ["judgments.sqlite", "judgments.sqlite-wal"]
