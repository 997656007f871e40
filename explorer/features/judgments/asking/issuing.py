"""Issuing questions to a person: from the pool, as repeats and attention checks; written down before they are shown."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import numpy as np

from explorer.features.judgments.campaigns import Campaign, Settings
from explorer.features.judgments.store import now
from explorer.features.judgments.values import to_json

AWAY = timedelta(minutes=30)
REPEAT_LAG = 4
NO_RESPONSE = (
    "NOT EXISTS (SELECT 1 FROM events e WHERE e.campaign = q.campaign AND e.annotator = q.annotator "
    "AND e.trial = q.trial AND e.kind IN ('answer', 'skip'))"
)


@dataclass(frozen=True)
class Question:
    """A question as one person is asked it; `trial` is the key that the response must carry."""

    trial: str
    items: tuple[str, ...]
    sampler: str
    is_check: bool
    repeat_of: str


def open_questions(connection: sqlite3.Connection, campaign: Campaign, person: str) -> list[Question]:
    """The questions that a person was asked and has not responded to, in order."""
    rows = connection.execute(
        f"SELECT * FROM questions q WHERE q.campaign = ? AND q.annotator = ? AND {NO_RESPONSE} ORDER BY q.place",
        [campaign.name, person],
    )
    return [_question(row) for row in rows]


def _question(row: Mapping[str, Any] | sqlite3.Row) -> Question:
    items = tuple(json.loads(row["items"]))
    return Question(row["trial"], items, row["sampler"], bool(row["is_check"]), row["repeat_of"])


def issue(connection: sqlite3.Connection, campaign: Campaign, person: str, count: int) -> list[Question]:
    """Up to `count` further questions for a person, written down before they are shown."""
    found: list[Question] = []
    for _ in range(max(count, 0)):
        place = next_place(connection, campaign.name, person)
        asked = connection.execute(
            "SELECT COUNT(*) FROM questions WHERE campaign = ? AND annotator = ? AND attempt = 0",
            [campaign.name, person],
        ).fetchone()[0]
        if 0 < campaign.settings.per_person <= asked:
            break
        values = _choose(connection, campaign, person, place)
        if values is None:
            break
        values |= {
            "campaign": campaign.name,
            "annotator": person,
            "trial": f"{place}.0",
            "place": place,
            "attempt": 0,
            "asked": now(),
        }
        insert_question(connection, values)
        found.append(_question(values))
    return found


def insert_question(connection: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    """Write down that a question is asked."""
    names = (
        "campaign",
        "annotator",
        "trial",
        "place",
        "attempt",
        "number",
        "items",
        "sampler",
        "is_check",
        "repeat_of",
        "asked",
    )
    sql = f"INSERT OR IGNORE INTO questions ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    connection.execute(sql, [values[name] for name in names])


def _choose(connection: sqlite3.Connection, campaign: Campaign, person: str, place: int) -> dict[str, Any] | None:
    settings = campaign.settings
    rng = np.random.default_rng([settings.seed, place, crc32(person.encode())])
    draw = rng.random()
    if draw < settings.check_share and settings.task in ("odd_one_out", "triplet", "pair_rating"):
        check = _check_items(connection, campaign, rng)
        if check is not None:
            return _values(-1, check, "check", True, "")
    elif draw < settings.check_share + settings.repeat_share and settings.task != "tags":
        earlier = _to_repeat(connection, campaign.name, person, place)
        if earlier is not None:
            items = _shuffled(json.loads(earlier["items"]), settings, rng)
            return _values(-1, items, "repeat", False, earlier["trial"])
    row = _from_pool(connection, campaign, person)
    if row is None:
        return None
    connection.execute(
        "UPDATE pool SET issued = issued + 1 WHERE campaign = ? AND number = ?", [campaign.name, row["number"]]
    )
    return _values(row["number"], _shuffled(json.loads(row["items"]), settings, rng), row["sampler"], False, "")


def _values(number: int, items: Sequence[str], sampler: str, is_check: bool, repeat_of: str) -> dict[str, Any]:
    return {
        "number": number,
        "items": to_json(list(items)),
        "sampler": sampler,
        "is_check": int(is_check),
        "repeat_of": repeat_of,
    }


def _from_pool(connection: sqlite3.Connection, campaign: Campaign, person: str) -> sqlite3.Row | None:
    """A question that lacks answers and that this person was not asked; those begun by others come first.

    Tags go round instead: an item is best not with two people at once. A question that someone was asked and left
    lying for half an hour is free again.
    """
    order = "issued, number" if campaign.settings.task == "tags" else "issued DESC, number"
    sql = (
        "SELECT p.number, p.items, p.sampler FROM pool p WHERE p.campaign = ?1 AND p.issued < ?3 AND NOT EXISTS "
        "(SELECT 1 FROM questions q WHERE q.campaign = ?1 AND q.number = p.number AND q.annotator = ?2) "
        f"ORDER BY {order} LIMIT 1"
    )
    key = [campaign.name, person, campaign.settings.answers_per_question]
    row: sqlite3.Row | None = connection.execute(sql, key).fetchone()
    if row is None and _release(connection, campaign.name):
        row = connection.execute(sql, key).fetchone()
    return row


def _release(connection: sqlite3.Connection, campaign: str) -> bool:
    """Count again how often each question is answered or open now; True when some are free that were not."""
    since = (datetime.now(UTC) - AWAY).isoformat(timespec="milliseconds")
    stale = connection.execute(
        f"SELECT 1 FROM questions q WHERE q.campaign = ? AND q.number >= 0 AND q.asked < ? AND {NO_RESPONSE} LIMIT 1",
        [campaign, since],
    ).fetchone()
    if stale is None:
        return False
    counted = (
        "SELECT COUNT(DISTINCT q.annotator) FROM questions q WHERE q.campaign = pool.campaign AND "
        f"q.number = pool.number AND ((q.asked >= ?2 AND {NO_RESPONSE}) OR EXISTS (SELECT 1 FROM events e WHERE "
        "e.campaign = q.campaign AND e.annotator = q.annotator AND e.trial = q.trial AND e.kind = 'answer' AND NOT "
        "EXISTS (SELECT 1 FROM events u WHERE u.campaign = e.campaign AND u.annotator = e.annotator AND "
        "u.trial = e.trial AND u.kind = 'undo')))"
    )
    changed = connection.execute(f"UPDATE pool SET issued = ({counted}) WHERE campaign = ?1", [campaign, since])
    return changed.rowcount > 0


def _to_repeat(connection: sqlite3.Connection, campaign: str, person: str, place: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT q.trial, q.items FROM questions q WHERE q.campaign = ?1 AND q.annotator = ?2 AND q.place <= ?3 "
        "AND q.number >= 0 AND EXISTS (SELECT 1 FROM events e WHERE e.campaign = ?1 AND e.annotator = ?2 "
        "AND e.trial = q.trial AND e.kind = 'answer') AND NOT EXISTS (SELECT 1 FROM events u WHERE u.campaign = ?1 "
        "AND u.annotator = ?2 AND u.trial = q.trial AND u.kind = 'undo') AND NOT EXISTS (SELECT 1 FROM questions r "
        "WHERE r.campaign = ?1 AND r.annotator = ?2 AND r.repeat_of = q.trial) ORDER BY q.place LIMIT 1",
        [campaign, person, place - REPEAT_LAG],
    ).fetchone()
    return row


def _check_items(connection: sqlite3.Connection, campaign: Campaign, rng: np.random.Generator) -> list[str] | None:
    count = connection.execute("SELECT COUNT(*) FROM pool WHERE campaign = ?", [campaign.name]).fetchone()[0]
    row = connection.execute(
        "SELECT items FROM pool WHERE campaign = ? AND number = ?", [campaign.name, int(rng.integers(max(count, 1)))]
    ).fetchone()
    if row is None:
        return None
    items = json.loads(row["items"])
    first, second = (items[place] for place in rng.permutation(len(items))[:2])
    if campaign.settings.task == "pair_rating":
        return [first, first]
    if campaign.settings.task == "triplet":
        return [first, *rng.permutation([first, second]).tolist()]
    return list(rng.permutation([first, first, second]).tolist())


def _shuffled(items: Sequence[str], settings: Settings, rng: np.random.Generator) -> list[str]:
    head = list(items[:1]) if settings.task == "triplet" else []
    rest = list(items[len(head) :])
    return head + [rest[place] for place in rng.permutation(len(rest))]


def next_place(connection: sqlite3.Connection, campaign: str, person: str) -> int:
    """Number of the next question of a person; it never comes back, not even after a new start."""
    key = [campaign, person]
    row = connection.execute(
        "SELECT MAX(place) + 1 FROM questions WHERE campaign = ? AND annotator = ?", key
    ).fetchone()
    if row[0] is not None:
        return int(row[0])
    mark = connection.execute(
        "SELECT trial FROM events WHERE campaign = ? AND annotator = ? AND kind = 'restart' ORDER BY seq DESC LIMIT 1",
        key,
    ).fetchone()
    return int(mark[0].split(".")[1]) if mark else 0
