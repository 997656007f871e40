"""Training triples, in triples.sqlite: a query, an item that answers it and one that only seems to. Made by people.

The file is only added to: an undo notes that a collection does not count any more, and nothing is ever rewritten.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.io.sqlite import Connection, connected
from explorer.io.text import counted
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import TRIPLES

TABLES = """
CREATE TABLE collections (number INTEGER PRIMARY KEY AUTOINCREMENT, made TEXT NOT NULL, source TEXT NOT NULL);
CREATE TABLE triples (
    number INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL,
    query TEXT NOT NULL, positive TEXT NOT NULL, negative TEXT NOT NULL
);
CREATE INDEX alike ON triples (query, positive, negative);
CREATE TABLE undone (collection INTEGER PRIMARY KEY, made TEXT NOT NULL);
"""
MIGRATIONS = (TABLES,)
COUNTS = "NOT EXISTS (SELECT 1 FROM undone WHERE undone.collection = triples.collection)"
ADD = f"""
INSERT INTO triples (collection, query, positive, negative) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS
(SELECT 1 FROM triples WHERE query = ?2 AND positive = ?3 AND negative = ?4 AND {COUNTS})
"""
ALL = f"""
SELECT query, positive, negative, source, collections.made FROM triples
JOIN collections ON collections.number = triples.collection WHERE {COUNTS} ORDER BY triples.number
"""
LAST = f"""
SELECT collection, source, count(*) FROM triples JOIN collections ON collections.number = triples.collection
WHERE {COUNTS} GROUP BY collection ORDER BY collection DESC LIMIT 1
"""
COLUMNS = ("query", "positive", "negative", "source", "made")


@dataclass(frozen=True)
class Triple:
    """query: words. positive: id of an item that answers it. negative: of one that does not, "" for none."""

    query: str
    positive: str
    negative: str = ""


@dataclass(frozen=True)
class Collected:
    """Triples that came in together. number: names them for an undo. source: "picked" by a person or "mined"."""

    number: int
    source: str
    triples: int

    @property
    def words(self) -> str:
        """What came in."""
        return f"{counted(self.triples, 'triple')} {self.source}"


class TripleStore:
    """triples.sqlite at `path`; the first triple makes it. Any number of processes may use it.

    Raises WorkspaceError when the file is damaged, of a newer version, or stays locked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, triples: Sequence[Triple], source: str = "picked") -> Collected:
        """Keep triples, those apart that are kept already; InputError for one without a query or a positive."""
        for one in triples:
            if not one.query.strip() or not one.positive or one.positive == one.negative:
                raise InputError("Expected a query, a positive, and another item as its hard negative.")
        with self._connect(write=True) as connection:
            sql = "INSERT INTO collections (made, source) VALUES (?, ?)"
            number = connection.execute(sql, (_now(), source)).lastrowid or 0
            connection.executemany(ADD, ((number, one.query, one.positive, one.negative) for one in triples))
            new = connection.execute("SELECT count(*) FROM triples WHERE collection = ?", (number,)).fetchone()[0]
        return Collected(number, source, int(new))

    def all(self) -> pa.Table:
        """(m,) columns query, positive, negative, source, made: all that count, the oldest first."""
        found: list[sqlite3.Row] = []
        if self.path.is_file():
            with self._connect() as connection:
                found = connection.execute(ALL).fetchall()
        return pa.table({name: pa.array([row[name] for row in found], pa.string()) for name in COLUMNS})

    def count(self) -> int:
        """How many there are."""
        if not self.path.is_file():
            return 0
        with self._connect() as connection:
            return int(connection.execute(f"SELECT count(*) FROM triples WHERE {COUNTS}").fetchone()[0])

    def last(self) -> Collected | None:
        """What came in last and counts; None when nothing does."""
        if not self.path.is_file():
            return None
        with self._connect() as connection:
            row = connection.execute(LAST).fetchone()
        return Collected(*row) if row else None

    def undo(self, number: int) -> Collected:
        """Take back what came in together, and tell what it was; InputError when that is done already."""
        with self._connect(write=True) as connection:
            row = connection.execute(LAST).fetchone()
            if row is None or row[0] != number:
                raise InputError("These triples were taken back already, or others came in after them.")
            connection.execute("INSERT INTO undone VALUES (?, ?)", (number, _now()))
            return Collected(*row)

    def _connect(self, write: bool = False) -> AbstractContextManager[Connection]:
        if write:
            require("collect triples")
        return connected(self.path, MIGRATIONS, write=write)


def triple_store(workspace: Workspace) -> TripleStore:
    """The triples of a workspace; nothing is written before the first one."""
    return TripleStore(workspace.path / TRIPLES)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
