"""Questions as single people are asked them, as rows; every function works within a call of the store."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from explorer.features.judgments.store.dialects import dialect_of
from explorer.features.judgments.store.events import now
from explorer.features.judgments.store.of_person import ANSWERED, GIVEN, REPEATED, RESPONDED, UNDONE
from explorer.features.judgments.store.places import Connection, Row
from explorer.features.judgments.values import to_json

AWAY = timedelta(minutes=30)
"""A person who did nothing for so long was away, and what they were asked is free for others."""
NO_RESPONSE = (
    "NOT EXISTS (SELECT 1 FROM events e WHERE e.campaign = q.campaign AND e.annotator = q.annotator "
    "AND e.trial = q.trial AND e.kind IN ('answer', 'skip', 'none'))"
)
COUNTS = (
    "EXISTS (SELECT 1 FROM events e WHERE e.campaign = q.campaign AND e.annotator = q.annotator AND e.trial = q.trial "
    "AND e.kind IN ('answer', 'none') AND e.late = '' AND NOT EXISTS (SELECT 1 FROM events u WHERE "
    "u.campaign = e.campaign AND u.annotator = e.annotator AND u.trial = e.trial AND u.kind = 'undo'))"
)
RECOUNT = (
    "UPDATE pool SET issued = (SELECT COUNT(DISTINCT q.annotator) FROM questions q WHERE q.campaign = pool.campaign "
    "AND q.number = pool.number AND q.set_aside = '' "
    f"AND ((q.asked >= ?2 AND {NO_RESPONSE}) OR {COUNTS}))"
)
PLACES = (
    "(SELECT MAX(place) + 1 FROM questions WHERE campaign = ?1 AND annotator = ?2), (SELECT trial FROM events "
    "WHERE campaign = ?1 AND annotator = ?2 AND kind = 'restart' ORDER BY seq DESC LIMIT 1)"
)
INSERT = (
    "INSERT INTO questions (campaign, annotator, trial, place, attempt, number, items, sampler, is_check, "
    "repeat_of, asked, set_aside) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question as one person is asked it.

    place: how many questions this person was asked before; attempt: how often it was undone. number: in the pool, -1
    for a check or a repeat. items: ids in the order in which they are shown. repeat_of: trial that this one repeats.
    asked: when, ISO 8601, UTC. set_aside: when the person started over, "" while the question counts.
    """

    place: int
    attempt: int = 0
    number: int
    items: tuple[str, ...]
    sampler: str
    is_check: bool = False
    repeat_of: str = ""
    asked: str = ""
    set_aside: str = ""

    @property
    def trial(self) -> str:
        """The key that the response must carry."""
        return f"{self.place}.{self.attempt}"


def insert_question(connection: Connection, campaign: str, person: str, one: Question) -> None:
    """Write down that a question is asked now."""
    place = [one.trial, one.place, one.attempt, one.number]
    what = [to_json(list(one.items)), one.sampler, int(one.is_check), one.repeat_of]
    connection.execute(INSERT, [campaign, person, *place, *what, now(), one.set_aside])


def read_question(connection: Connection, campaign: str, person: str, trial: str) -> Question | None:
    """One question of a person, None when it was not asked."""
    key = [campaign, person, trial]
    sql = "SELECT * FROM questions WHERE campaign = ? AND annotator = ? AND trial = ?"
    row = connection.execute(sql, key).fetchone()
    return None if row is None else _question(row)


def open_questions(connection: Connection, campaign: str, person: str) -> list[Question]:
    """The questions that a person was asked and has not responded to, in order; not those before a new start."""
    sql = (
        "SELECT * FROM questions WHERE campaign = ?1 AND annotator = ?2 AND set_aside = '' "
        f"AND trial NOT IN ({RESPONDED}) ORDER BY place"
    )
    return [_question(row) for row in connection.execute(sql, [campaign, person])]


def count_asked(connection: Connection, campaign: str, person: str) -> int:
    """How many questions a person was asked since they started; one that was undone and asked again counts once."""
    sql = "SELECT COUNT(DISTINCT place) FROM questions WHERE campaign = ? AND annotator = ? AND set_aside = ''"
    return int(connection.execute(sql, [campaign, person]).fetchone()[0])


def next_place(connection: Connection, campaign: str, person: str) -> int:
    """Number of the next question of a person; it never comes back, not even after a new start."""
    return place_after(*connection.execute(f"SELECT {PLACES}", [campaign, person]).fetchone())


def place_after(asked: int | None, restart: str | None) -> int:
    """Number of the next question, by what PLACES selects: the last number plus one, and the mark of a new start."""
    return max(int(asked or 0), int(restart.split(".")[1]) if restart else 0)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which question a person is given next.

    most: people who are given one. begun_first: those that others were given already come before the rest; otherwise
    those that fewest were given. condition: that it is asked under. start: number from which on, round the end, the
    first that fits is taken.
    """

    most: int
    begun_first: bool
    condition: str = ""
    start: int = 0


def claim(connection: Connection, campaign: str, person: str, wanted: Wanted) -> tuple[int, list[str], str] | None:
    """Number, ids and sampler of a question that fewer than `most` people were given, and not this person.

    It counts as given to one person more.
    """
    levels = range(wanted.most)
    for issued in reversed(levels) if wanted.begun_first else levels:
        for part in ("p.number >= ?5", "p.number < ?5"):
            sql = (
                "UPDATE pool SET issued = issued + 1 WHERE campaign = ?1 AND number = (SELECT p.number FROM pool p "
                f"WHERE p.campaign = ?1 AND p.issued = ?3 AND p.condition = ?4 AND {part} AND p.number NOT IN "
                f"({GIVEN}) ORDER BY p.number LIMIT 1{dialect_of(connection).unclaimed}) "
                "RETURNING number, items, sampler"
            )
            row = connection.execute(sql, [campaign, person, issued, wanted.condition, wanted.start]).fetchone()
            if row is not None:
                return int(row["number"]), list(json.loads(row["items"])), str(row["sampler"])
    return None


def release(connection: Connection, campaign: str) -> bool:
    """Free the questions that somebody was asked and left lying for half an hour; False when there are none."""
    moment = _lately()
    lying = (
        "SELECT 1 FROM questions q WHERE q.campaign = ? AND q.number >= 0 AND q.asked < ? AND q.set_aside = '' "
        f"AND {NO_RESPONSE} LIMIT 1"
    )
    if connection.execute(lying, [campaign, moment]).fetchone() is None:
        return False
    return connection.execute(f"{RECOUNT} WHERE campaign = ?1", [campaign, moment]).rowcount > 0


def set_aside(connection: Connection, campaign: str, person: str) -> None:
    """Let all that a person was asked count no more: they start over, and others may be asked it in their place."""
    numbers = _numbers_of(connection, campaign, person)
    connection.execute(
        "UPDATE questions SET set_aside = ? WHERE campaign = ? AND annotator = ? AND set_aside = ''",
        [now(), campaign, person],
    )
    _recount(connection, campaign, numbers)


def forget_questions(connection: Connection, campaign: str, person: str) -> None:
    """Delete what a person was asked; others may be asked it in their place."""
    numbers = _numbers_of(connection, campaign, person)
    connection.execute("DELETE FROM questions WHERE campaign = ? AND annotator = ?", [campaign, person])
    _recount(connection, campaign, numbers)


def _recount(connection: Connection, campaign: str, numbers: list[int]) -> None:
    """Count anew to how many people the questions of these numbers were given."""
    for number in numbers:
        connection.execute(f"{RECOUNT} WHERE campaign = ?1 AND number = ?3", [campaign, _lately(), number])


def _lately() -> str:
    return (datetime.now(UTC) - AWAY).isoformat(timespec="milliseconds")


def _numbers_of(connection: Connection, campaign: str, person: str) -> list[int]:
    rows = connection.execute(
        "SELECT DISTINCT number FROM questions WHERE campaign = ? AND annotator = ? AND number >= 0", [campaign, person]
    )
    return [int(row[0]) for row in rows]


def asked_items(connection: Connection, campaign: str, person: str, sampler: str) -> list[tuple[str, ...]]:
    """Ids of the questions that `sampler` chose for a person since they started."""
    rows = connection.execute(
        "SELECT items FROM questions WHERE campaign = ? AND annotator = ? AND sampler = ? AND set_aside = ''",
        [campaign, person, sampler],
    )
    return [tuple(json.loads(row["items"])) for row in rows]


def to_repeat(connection: Connection, campaign: str, person: str, last: int) -> Question | None:
    """The first question up to place `last` that a person answered and was not asked again; None when there is none."""
    row = connection.execute(
        "SELECT * FROM questions WHERE campaign = ?1 AND annotator = ?2 AND place <= ?3 AND set_aside = '' "
        f"AND number >= 0 AND (trial IN ({ANSWERED})) IS TRUE AND trial NOT IN ({UNDONE}) "
        f"AND trial NOT IN ({REPEATED}) ORDER BY place LIMIT 1",
        [campaign, person, last],
    ).fetchone()
    return None if row is None else _question(row)


def answered_by_others(connection: Connection, campaign: str, person: str, number: int) -> int:
    """How many other people's answers to a question count."""
    sql = (
        "SELECT COUNT(DISTINCT q.annotator) FROM questions q WHERE q.campaign = ? AND q.number = ? "
        f"AND q.annotator != ? AND q.set_aside = '' AND {COUNTS}"
    )
    return int(connection.execute(sql, [campaign, number, person]).fetchone()[0])


def _question(row: Row) -> Question:
    return Question(
        place=row["place"],
        attempt=row["attempt"],
        number=row["number"],
        items=tuple(json.loads(row["items"])),
        sampler=row["sampler"],
        is_check=bool(row["is_check"]),
        repeat_of=row["repeat_of"],
        asked=row["asked"],
        set_aside=row["set_aside"],
    )
