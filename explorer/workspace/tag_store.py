"""The tags of a workspace, in tags.sqlite: which item carries which, and the last changes, each of which can be undone.

They are made by hand. A change is one transaction that keeps the very rows it put and took, so an undo gives back just
those, whatever others did meanwhile. Tags of ids that are gone from the data are kept for when they come back.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.io.sqlite import Connection, connected
from explorer.io.text import counted

TABLES = """
CREATE TABLE tagged (tag TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (tag, item)) WITHOUT ROWID;
CREATE TABLE changes (number INTEGER PRIMARY KEY AUTOINCREMENT, words TEXT NOT NULL, items INTEGER NOT NULL);
CREATE TABLE lines (
    change INTEGER NOT NULL, tag TEXT NOT NULL, item TEXT NOT NULL, put INTEGER NOT NULL,
    PRIMARY KEY (change, tag, item)
) WITHOUT ROWID;
CREATE TABLE version (number INTEGER NOT NULL);
INSERT INTO version VALUES (0);
"""
MIGRATIONS = (TABLES,)
PUT = """
INSERT OR IGNORE INTO lines SELECT ?1, ?2, ?3, 1 WHERE NOT EXISTS (SELECT 1 FROM tagged WHERE tag = ?2 AND item = ?3)
"""
TAKE = "INSERT OR IGNORE INTO lines SELECT ?1, tag, item, 0 FROM tagged WHERE tag = ?2 AND item = ?3"
REMOVE = "DELETE FROM tagged WHERE (tag, item) IN (SELECT tag, item FROM lines WHERE change = ? AND put = ?)"
ADD = "INSERT OR IGNORE INTO tagged SELECT tag, item FROM lines WHERE change = ? AND put = ?"
COUNT = "SELECT count(DISTINCT item) FROM lines WHERE change = ?"
KEPT_CHANGES, LONGEST = 50, 80
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class TagChange:
    """A change of tags. number: names it for an undo, 0 when nothing changed. words: what was done. items: how many."""

    number: int
    words: str
    items: int


class TagStore:
    """tags.sqlite at `path`; the first tag makes it. Any number of processes may use it.

    Raises WorkspaceError when the file is damaged, of a newer version, or stays locked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def version(self) -> int:
        """Another number after every change; 0 before the first."""
        if not self.path.is_file():
            return 0
        with self._connect() as connection:
            return int(connection.execute("SELECT number FROM version").fetchone()[0])

    def pairs(self) -> pa.Table:
        """(m,) columns `tag` and `item`, in order of the tags."""
        found: list[sqlite3.Row] = []
        if self.path.is_file():
            with self._connect() as connection:
                found = connection.execute("SELECT tag, item FROM tagged ORDER BY tag, item").fetchall()
        tags, items = ([row[place] for row in found] for place in (0, 1))
        return pa.table({"tag": pa.array(tags, pa.string()), "item": pa.array(items, pa.string())})

    def names(self) -> list[str]:
        """All tags, in order; those too whose items are gone."""
        if not self.path.is_file():
            return []
        with self._connect() as connection:
            return [str(row[0]) for row in connection.execute("SELECT DISTINCT tag FROM tagged ORDER BY tag")]

    def of_item(self, item: str) -> list[str]:
        """Tags of one item, in order."""
        if not self.path.is_file():
            return []
        with self._connect() as connection:
            sql = "SELECT tag FROM tagged WHERE item = ? ORDER BY tag"
            return [str(row[0]) for row in connection.execute(sql, (item,))]

    def put(self, tag: str, items: Sequence[str]) -> TagChange:
        """Put a tag on items; a tag that differs in letter case alone is taken for the same.

        InputError when the tag has no letters or too many.
        """
        name = clean_tag(tag)
        with self._connect(write=True) as connection:
            name = _as_known(connection, name)
            return _change(connection, ((name, one) for one in items), (), f"“{name}” was put on {{}}")

    def put_all(self, pairs: Sequence[tuple[str, str]], words: str) -> TagChange:
        """Put tags on items, (tag, item) each, as one change; words: what was done, with a place for how many items.

        InputError as of `put`.
        """
        cleaned = {tag: clean_tag(tag) for tag, _ in pairs}
        with self._connect(write=True) as connection:
            known = {tag: _as_known(connection, name) for tag, name in cleaned.items()}
            return _change(connection, ((known[tag], one) for tag, one in pairs), (), words)

    def take(self, tag: str, items: Sequence[str]) -> TagChange:
        """Take a tag off items; InputError when there is no such tag."""
        with self._connect(write=True) as connection:
            name = _known(connection, tag)
            return _change(connection, (), ((name, one) for one in items), f"“{name}” was taken off {{}}")

    def rename(self, tag: str, new: str) -> TagChange:
        """Give a tag another name; where that is a tag already, the two become one. InputError as of `put`, `take`."""
        wanted = clean_tag(new)
        with self._connect(write=True) as connection:
            name = _known(connection, tag)
            known = _as_known(connection, wanted)
            wanted = wanted if known.casefold() == name.casefold() else known
            items = _items(connection, name)
            put, taken = ((wanted, one) for one in items), ((name, one) for one in items)
            return _change(connection, put, taken, f"“{name}” is now “{wanted}”, on {{}}")

    def delete(self, tag: str) -> TagChange:
        """Take a tag off all items that have it, those too that are gone from the data."""
        with self._connect(write=True) as connection:
            name = _known(connection, tag)
            pairs = ((name, one) for one in _items(connection, name))
            return _change(connection, (), pairs, f"“{name}” was deleted; it was on {{}}")

    def last(self) -> TagChange | None:
        """The latest change that can be undone."""
        if not self.path.is_file():
            return None
        with self._connect() as connection:
            row = connection.execute("SELECT number, words, items FROM changes ORDER BY number DESC LIMIT 1").fetchone()
        return TagChange(*row) if row else None

    def undo(self, number: int) -> str:
        """Give back what a change put and took, and tell which it was; InputError when it is gone already."""
        with self._connect(write=True) as connection:
            row = connection.execute("SELECT words FROM changes WHERE number = ?", (number,)).fetchone()
            if row is None:
                raise InputError("This change of tags was undone already, or is too long ago.")
            connection.execute(REMOVE, (number, 1))
            connection.execute(ADD, (number, 0))
            _forget(connection, "= ?", number)
            _count_up(connection)
            return str(row[0])

    def _connect(self, write: bool = False) -> AbstractContextManager[Connection]:
        if write:
            require("tag")
        return connected(self.path, MIGRATIONS, write=write)


def clean_tag(text: str, what: str = "tag") -> str:
    """The tag as it is kept: composed letters, single blanks; InputError when nothing is left, or too much.

    what: is named so in the message.
    """
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise InputError(f"Expected a {what} of 1 to {LONGEST} letters, got {text[:LONGEST]!r}.")
    return name


def _change(connection: Connection, put: Pairs, taken: Pairs, words: str) -> TagChange:
    """Put and take what is not so yet, and keep which rows these were; `words` has a place for how many items."""
    sql = "INSERT INTO changes (words, items) VALUES ('', 0)"
    number = connection.execute(sql).lastrowid or 0
    connection.executemany(TAKE, ((number, tag, item) for tag, item in taken))
    connection.executemany(PUT, ((number, tag, item) for tag, item in put))
    connection.execute(REMOVE, (number, 0))
    connection.execute(ADD, (number, 1))
    items = int(connection.execute(COUNT, (number,)).fetchone()[0])
    said = words.format(counted(items, "item"))
    if not items:
        _forget(connection, "= ?", number)
        return TagChange(0, said, 0)
    connection.execute("UPDATE changes SET words = ?, items = ? WHERE number = ?", (said, items, number))
    _forget(connection, "<= ?", number - KEPT_CHANGES)
    _count_up(connection)
    return TagChange(number, said, items)


def _forget(connection: Connection, which: str, number: int) -> None:
    connection.execute(f"DELETE FROM lines WHERE change {which}", (number,))
    connection.execute(f"DELETE FROM changes WHERE number {which}", (number,))


def _count_up(connection: Connection) -> None:
    connection.execute("UPDATE version SET number = number + 1")


def _items(connection: Connection, tag: str) -> list[str]:
    return [str(row[0]) for row in connection.execute("SELECT item FROM tagged WHERE tag = ?", (tag,))]


def _as_known(connection: Connection, name: str) -> str:
    """The tag that differs in letter case alone, else `name`."""
    known = [str(row[0]) for row in connection.execute("SELECT DISTINCT tag FROM tagged")]
    alike = [one for one in known if one.casefold() == name.casefold()]
    return name if name in alike or not alike else alike[0]


def _known(connection: Connection, tag: str) -> str:
    known = [str(row[0]) for row in connection.execute("SELECT DISTINCT tag FROM tagged ORDER BY tag")]
    if tag in known:
        return tag
    raise InputError(f"There is no tag {tag!r}. Tags there are: {', '.join(known) or 'none'}.")
