"""Questions as single people are asked them, as rows; every function works within a call of the store."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from explorer.features.judgments.store.file import now
from explorer.features.judgments.values import to_json
from explorer.io.sqlite import Connection

NO_RESPONSE = (
    "NOT EXISTS (SELECT 1 FROM events e WHERE e.campaign = q.campaign AND e.annotator = q.annotator "
    "AND e.trial = q.trial AND e.kind IN ('answer', 'skip'))"
)
INSERT = (
    "INSERT OR IGNORE INTO questions (campaign, annotator, trial, place, attempt, number, items, sampler, is_check, "
    "repeat_of, asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question as one person is asked it.

    place: how many questions this person was asked before; attempt: how often it was undone. number: in the pool, -1
    for a check or a repeat. items: ids in the order in which they are shown. repeat_of: trial that this one repeats.
    """

    place: int
    attempt: int = 0
    number: int
    items: tuple[str, ...]
    sampler: str
    is_check: bool = False
    repeat_of: str = ""

    @property
    def trial(self) -> str:
        """The key that the response must carry."""
        return f"{self.place}.{self.attempt}"


def insert_question(connection: Connection, campaign: str, person: str, one: Question) -> None:
    """Write down that a question is asked now."""
    place = [one.trial, one.place, one.attempt, one.number]
    what = [to_json(list(one.items)), one.sampler, int(one.is_check), one.repeat_of]
    connection.execute(INSERT, [campaign, person, *place, *what, now()])


def read_question(connection: Connection, campaign: str, person: str, trial: str) -> Question | None:
    """One question of a person, None when it was not asked."""
    key = [campaign, person, trial]
    sql = "SELECT * FROM questions WHERE campaign = ? AND annotator = ? AND trial = ?"
    row = connection.execute(sql, key).fetchone()
    return None if row is None else _question(row)


def open_questions(connection: Connection, campaign: str, person: str) -> list[Question]:
    """The questions that a person was asked and has not responded to, in order."""
    sql = f"SELECT * FROM questions q WHERE q.campaign = ? AND q.annotator = ? AND {NO_RESPONSE} ORDER BY q.place"
    return [_question(row) for row in connection.execute(sql, [campaign, person])]


def count_asked(connection: Connection, campaign: str, person: str) -> int:
    """How many questions a person was asked; one that was undone and asked again counts once."""
    sql = "SELECT COUNT(*) FROM questions WHERE campaign = ? AND annotator = ? AND attempt = 0"
    return int(connection.execute(sql, [campaign, person]).fetchone()[0])


def next_place(connection: Connection, campaign: str, person: str) -> int:
    """Number of the next question of a person; it never comes back, not even after a new start."""
    key = [campaign, person]
    sql = "SELECT MAX(place) + 1 FROM questions WHERE campaign = ? AND annotator = ?"
    row = connection.execute(sql, key).fetchone()
    if row[0] is not None:
        return int(row[0])
    sql = "SELECT trial FROM events WHERE campaign = ? AND annotator = ? AND kind = 'restart' ORDER BY seq DESC LIMIT 1"
    mark = connection.execute(sql, key).fetchone()
    return int(mark[0].split(".")[1]) if mark else 0


def unasked(
    connection: Connection, campaign: str, person: str, most: int, *, begun_first: bool
) -> tuple[int, list[str], str] | None:
    """Number, ids and sampler of a question that fewer than `most` people were given, and not this person.

    begun_first: those that others were given already come first; otherwise those that fewest were given.
    """
    order = "issued DESC, number" if begun_first else "issued, number"
    sql = (
        "SELECT p.number, p.items, p.sampler FROM pool p WHERE p.campaign = ?1 AND p.issued < ?3 AND NOT EXISTS "
        "(SELECT 1 FROM questions q WHERE q.campaign = ?1 AND q.number = p.number AND q.annotator = ?2) "
        f"ORDER BY {order} LIMIT 1"
    )
    row = connection.execute(sql, [campaign, person, most]).fetchone()
    return None if row is None else (int(row["number"]), list(json.loads(row["items"])), str(row["sampler"]))


def release(connection: Connection, campaign: str, since: datetime) -> bool:
    """Count anew who answered each question or was asked it after `since`; True when one asked before it lay open."""
    moment = since.isoformat(timespec="milliseconds")
    lying = (
        f"SELECT 1 FROM questions q WHERE q.campaign = ? AND q.number >= 0 AND q.asked < ? AND {NO_RESPONSE} LIMIT 1"
    )
    if connection.execute(lying, [campaign, moment]).fetchone() is None:
        return False
    counted = (
        "SELECT COUNT(DISTINCT q.annotator) FROM questions q WHERE q.campaign = pool.campaign AND "
        f"q.number = pool.number AND ((q.asked >= ?2 AND {NO_RESPONSE}) OR EXISTS (SELECT 1 FROM events e WHERE "
        "e.campaign = q.campaign AND e.annotator = q.annotator AND e.trial = q.trial AND e.kind = 'answer' AND NOT "
        "EXISTS (SELECT 1 FROM events u WHERE u.campaign = e.campaign AND u.annotator = e.annotator AND "
        "u.trial = e.trial AND u.kind = 'undo')))"
    )
    changed = connection.execute(f"UPDATE pool SET issued = ({counted}) WHERE campaign = ?1", [campaign, moment])
    return changed.rowcount > 0


def to_repeat(connection: Connection, campaign: str, person: str, last: int) -> Question | None:
    """The first question up to place `last` that a person answered and was not asked again; None when there is none."""
    row = connection.execute(
        "SELECT * FROM questions q WHERE q.campaign = ?1 AND q.annotator = ?2 AND q.place <= ?3 "
        "AND q.number >= 0 AND EXISTS (SELECT 1 FROM events e WHERE e.campaign = ?1 AND e.annotator = ?2 "
        "AND e.trial = q.trial AND e.kind = 'answer') AND NOT EXISTS (SELECT 1 FROM events u WHERE u.campaign = ?1 "
        "AND u.annotator = ?2 AND u.trial = q.trial AND u.kind = 'undo') AND NOT EXISTS (SELECT 1 FROM questions r "
        "WHERE r.campaign = ?1 AND r.annotator = ?2 AND r.repeat_of = q.trial) ORDER BY q.place LIMIT 1",
        [campaign, person, last],
    ).fetchone()
    return None if row is None else _question(row)


def forget_questions(connection: Connection, campaign: str, person: str) -> None:
    """Take back all that a person was asked: others may be asked it in their place."""
    key: Sequence[str] = [campaign, person]
    connection.execute(
        "UPDATE pool SET issued = MAX(issued - 1, 0) WHERE campaign = ?1 AND number IN "
        "(SELECT number FROM questions WHERE campaign = ?1 AND annotator = ?2 AND number >= 0)",
        key,
    )
    connection.execute("DELETE FROM questions WHERE campaign = ? AND annotator = ?", key)


def _question(row: sqlite3.Row) -> Question:
    return Question(
        place=row["place"],
        attempt=row["attempt"],
        number=row["number"],
        items=tuple(json.loads(row["items"])),
        sampler=row["sampler"],
        is_check=bool(row["is_check"]),
        repeat_of=row["repeat_of"],
    )
