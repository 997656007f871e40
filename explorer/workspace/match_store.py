"""What people say of matched pairs, in matches.sqlite: the same, or not. Rows are only ever added; the latest counts.

An undo is a row of its own that takes back one earlier row of the same person. What is said of ids that are gone from
the data is kept. A match is named after its two lists; what was said before one of them was renamed holds on.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.io.sqlite import Connection, connected
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MATCHES
from explorer.workspace.renamed import former_names
from explorer.workspace.tag_store import clean_tag

TABLES = """
CREATE TABLE decisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, match TEXT NOT NULL, left_id TEXT NOT NULL, right_id TEXT NOT NULL,
    verdict TEXT NOT NULL, person TEXT NOT NULL, made TEXT NOT NULL, undoes INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX of_match ON decisions (match, number);
CREATE INDEX undone_decisions ON decisions (undoes);
"""
MIGRATIONS = (TABLES,)
SAME, OTHER, OPEN = "same", "other", "open"
VERDICTS = (SAME, OTHER, OPEN)
"""What is said of a pair: it is the same, it is not, or it is open again."""
AND, ITSELF = " and ", " with itself"
"""What stands in the name of a match between two lists, and behind one that is matched with itself."""
Pair = tuple[str, str]
"""Ids of the left and the right thing."""
_STANDING = "undoes = 0 AND number NOT IN (SELECT undoes FROM decisions)"


@dataclass(frozen=True)
class Decision:
    """What somebody said of a pair. number: names it for an undo."""

    number: int
    left: str
    right: str
    verdict: str


class MatchStore:
    """matches.sqlite at `path`; the first decision makes it. Any number of processes may use it.

    Raises WorkspaceError when the file is damaged, of a newer version, or stays locked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def decisions(self, match: str) -> dict[Pair, str]:
        """SAME or OTHER by pair, as the latest decision of anybody has it; open pairs are left out."""
        names = self._known_as(match)
        sql = f"SELECT left_id, right_id, verdict FROM decisions WHERE {_among(names)} AND {_STANDING} ORDER BY number"
        found = {(str(left), str(right)): str(verdict) for left, right, verdict in self._read(sql, *names)}
        return {pair: verdict for pair, verdict in found.items() if verdict != OPEN}

    def version(self) -> int:
        """Number of the latest row, 0 before the first."""
        found = self._read("SELECT max(number) FROM decisions")
        return int(found[0][0] or 0) if found else 0

    def decide(self, match: str, person: str, verdicts: Mapping[Pair, str]) -> None:
        """Let a person say something of pairs; InputError for an unknown verdict, a name without letters."""
        match, person = clean_tag(match, "name"), clean_tag(person, "name")
        made = _now()
        rows = [
            (match, left, right, check_choice(verdict, VERDICTS, "verdict"), person, made)
            for (left, right), verdict in verdicts.items()
        ]
        sql = "INSERT INTO decisions (match, left_id, right_id, verdict, person, made) VALUES (?, ?, ?, ?, ?, ?)"
        with self._write() as connection:
            connection.executemany(sql, rows)

    def undo(self, match: str, person: str) -> Decision:
        """Take back the latest decision of a person; InputError when there is none."""
        names = self._known_as(match)
        sql = (
            f"SELECT number, left_id, right_id, verdict FROM decisions WHERE {_among(names)} AND person = ? AND "
            f"{_STANDING} ORDER BY number DESC LIMIT 1"
        )
        with self._write() as connection:
            row = connection.execute(sql, (*names, person)).fetchone()
            if row is None:
                raise InputError("There is no decision of yours to undo.")
            last = Decision(*row)
            undo = (
                "INSERT INTO decisions (match, left_id, right_id, verdict, person, made, undoes) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)"
            )
            connection.execute(undo, (match, last.left, last.right, last.verdict, person, _now(), last.number))
        return last

    def _known_as(self, match: str) -> tuple[str, ...]:
        """The name of a match, and those that it had before a collection of its two was renamed."""
        found = [match]
        for old, new in former_names(self.path.parent.parent):
            found += [before for name in found for before in _before(name, old, new) if before not in found]
        return tuple(found)

    def _read(self, sql: str, *values: str) -> list[sqlite3.Row]:
        if not self.path.is_file():
            return []
        with connected(self.path, MIGRATIONS) as connection:
            return connection.execute(sql, values).fetchall()

    def _write(self) -> AbstractContextManager[Connection]:
        require("label")
        return connected(self.path, MIGRATIONS, write=True)


def _before(match: str, old: str, new: str) -> list[str]:
    """What a match was called before a collection that is called `new` was renamed."""
    if match == f"{new}{ITSELF}":
        return [f"{old}{ITSELF}"]
    found = [f"{old}{match[len(new) :]}"] if match.startswith(f"{new}{AND}") else []
    for name in (match, *found):
        if name.endswith(f"{AND}{new}"):
            found.append(f"{name[: len(name) - len(new)]}{old}")
    return found


def _among(names: tuple[str, ...]) -> str:
    return f"match IN ({', '.join('?' * len(names))})"


def match_store(workspace: Workspace) -> MatchStore:
    """What people say of the pairs of a workspace's matches; nothing is written before the first."""
    return MatchStore(workspace.path / MATCHES)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
