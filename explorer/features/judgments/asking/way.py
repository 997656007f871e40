"""One person's way through a campaign: which questions are open, and what becomes of the answers.

Every call is one transaction. A question has a trial key, "place.attempt", that the server gives; a response to it is
kept once, whoever sends it how often. Undoing a response opens the question again under the next attempt.
"""

import json
import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from explorer.base.errors import ExplorerError, InputError
from explorer.features.judgments.asking.issuing import (
    AWAY,
    Question,
    insert_question,
    issue,
    next_place,
    open_questions,
)
from explorer.features.judgments.campaigns import Campaign, read_campaign
from explorer.features.judgments.store import Store, add_event, now
from explorer.features.judgments.values import Answer, check_answer, passed_check

MOST_RESPONSES, MOST_WANTED = 200, 10
LONGEST_MS = 24 * 3600 * 1000.0


class ClosedError(ExplorerError):
    """The campaign takes no answers."""


@dataclass(frozen=True)
class Reply:
    """What a person's page gets back.

    acknowledged: per response {"trial", "kind", "status": "stored", "known" or "refused", "message"}.
    questions: the open ones, first to be shown first. answered: by this person; total: questions for this person
    as far as known. last: trial of the latest response that can be undone, "" for none.
    """

    acknowledged: tuple[dict[str, str], ...]
    questions: tuple[Question, ...]
    answered: int
    total: int
    last: str


@dataclass(frozen=True)
class Start:
    """How a person comes in. returning: answers were there before; restarted: they were set aside."""

    returning: bool
    restarted: bool
    answered: int


def begin(store: Store, campaign: str, person: str, at: datetime | None = None) -> Start:
    """Come in, for the first time or again; InputError when the campaign turns people away who come back.

    Whoever was active within half an hour goes on as before, so that a reload is never a new start.
    """
    moment = at or datetime.now(UTC)
    with store.connect(write=True) as connection:
        found = read_campaign(connection, campaign)
        check_open(found)
        last = connection.execute(
            "SELECT MAX(created) FROM events WHERE campaign = ? AND annotator = ?", [campaign, person]
        ).fetchone()[0]
        if last is None:
            _add(connection, found, person, f"start.{moment.timestamp():.3f}", "start")
            return Start(False, False, 0)
        away = moment - datetime.fromisoformat(last)
        settings = found.settings
        if away > AWAY and settings.resume == "block":
            raise InputError(
                "This campaign is answered in one go, and you were here before. What you answered is kept and counts; "
                "ask whoever invited you if you think that this is a mistake."
            )
        too_old = 0 < settings.max_age_hours < away.total_seconds() / 3600
        restart = away > AWAY and (settings.resume == "restart" or too_old)
        if restart:
            _restart(connection, found, person)
        elif away > AWAY:
            _add(connection, found, person, f"start.{moment.timestamp():.3f}", "start")
        return Start(True, restart, _answered(connection, campaign, person))


def respond(
    store: Store, campaign: str, person: str, responses: Sequence[Mapping[str, Any]] = (), wanted: int = 3
) -> Reply:
    """Keep responses, in order, and return what is open now. A bad response is refused with a message; others count.

    A response: {"kind": "answer" or "skip" or "undo", "trial", "answer", "rt_ms", "token"}.
    Raises ClosedError when the campaign is closed, InputError when it does not exist.
    """
    if len(responses) > MOST_RESPONSES:
        raise InputError(f"Expected at most {MOST_RESPONSES} responses at once, got {len(responses)}.")
    with store.connect(write=bool(responses) or wanted > 0) as connection:
        found = read_campaign(connection, campaign)
        check_open(found)
        done = tuple(_take(connection, found, person, one) for one in responses)
        questions = open_questions(connection, found, person)
        questions += issue(connection, found, person, min(wanted, MOST_WANTED) - len(questions))
        answered = _answered(connection, campaign, person)
        total = _total(connection, found, person, answered + len(questions))
        return Reply(done, tuple(questions), answered, total, _last(connection, campaign, person))


def check_open(campaign: Campaign) -> None:
    """ClosedError when the campaign takes no answers."""
    if campaign.closed:
        raise ClosedError(
            f"The campaign {campaign.name!r} was closed on {campaign.closed[:16].replace('T', ' at ')} (UTC). "
            "It takes no more answers; what was stored before is kept. Thank you for taking part."
        )


def _take(connection: sqlite3.Connection, campaign: Campaign, person: str, one: Mapping[str, Any]) -> dict[str, str]:
    kind, trial = str(one.get("kind", "answer")), str(one.get("trial", ""))
    status, message = "refused", ""
    try:
        if kind not in ("answer", "skip", "undo"):
            raise InputError(f"Expected answer, skip or undo; got {kind!r}.")
        row = connection.execute(
            "SELECT * FROM questions WHERE campaign = ? AND annotator = ? AND trial = ?", [campaign.name, person, trial]
        ).fetchone()
        if row is None:
            raise InputError("This question was not asked, or was asked before you started over.")
        new = (
            _undo(connection, campaign, person, row) if kind == "undo" else _keep(connection, campaign, row, one, kind)
        )
        status = "stored" if new else "known"
    except InputError as error:
        message = str(error)
    return {"trial": trial, "kind": kind, "status": status, "message": message}


def _keep(
    connection: sqlite3.Connection, campaign: Campaign, row: sqlite3.Row, one: Mapping[str, Any], kind: str
) -> bool:
    settings, items = campaign.settings, tuple(json.loads(row["items"]))
    value = check_answer(settings.task, items, one.get("answer"), settings.scale) if kind == "answer" else None
    is_check = bool(row["is_check"])
    passed = passed_check(settings.task, items, value, settings.scale[1]) if is_check and kind == "answer" else None
    answer = Answer(
        campaign=campaign.name,
        task=settings.task,
        annotator=row["annotator"],
        trial=row["trial"],
        items=items,
        answer=value,
        condition=settings.condition,
        sampler=row["sampler"],
        rt_ms=_milliseconds(one.get("rt_ms")),
        created=now(),
        is_check=is_check,
        repeat_of=row["repeat_of"],
        passed=passed,
    )
    new = add_event(connection, kind, answer, str(one.get("token", ""))[:64])
    if new and kind == "skip" and row["number"] >= 0:
        connection.execute(
            "UPDATE pool SET issued = MAX(issued - 1, 0) WHERE campaign = ? AND number = ?",
            [campaign.name, row["number"]],
        )
    return new


def _undo(connection: sqlite3.Connection, campaign: Campaign, person: str, row: sqlite3.Row) -> bool:
    response = connection.execute(
        "SELECT kind FROM events WHERE campaign = ? AND annotator = ? AND trial = ? AND kind IN ('answer', 'skip')",
        [campaign.name, person, row["trial"]],
    ).fetchone()
    if response is None:
        raise InputError("There is no answer to undo for this question.")
    if not _add(connection, campaign, person, row["trial"], "undo"):
        return False
    if response["kind"] == "skip" and row["number"] >= 0:
        connection.execute(
            "UPDATE pool SET issued = issued + 1 WHERE campaign = ? AND number = ?", [campaign.name, row["number"]]
        )
    values = dict(row) | {"attempt": row["attempt"] + 1, "trial": f"{row['place']}.{row['attempt'] + 1}"}
    insert_question(connection, values)
    return True


def _add(connection: sqlite3.Connection, campaign: Campaign, person: str, trial: str, kind: str) -> bool:
    settings = campaign.settings
    return add_event(
        connection,
        kind,
        Answer(
            campaign=campaign.name,
            task=settings.task,
            annotator=person,
            trial=trial,
            items=(),
            answer=None,
            condition=settings.condition,
            sampler="",
        ),
    )


def _restart(connection: sqlite3.Connection, campaign: Campaign, person: str) -> None:
    key = [campaign.name, person]
    place = next_place(connection, campaign.name, person)
    connection.execute(
        "UPDATE pool SET issued = MAX(issued - 1, 0) WHERE campaign = ?1 AND number IN "
        "(SELECT number FROM questions WHERE campaign = ?1 AND annotator = ?2 AND number >= 0)",
        key,
    )
    connection.execute("DELETE FROM questions WHERE campaign = ? AND annotator = ?", key)
    _add(connection, campaign, person, f"restart.{place}", "restart")


def _answered(connection: sqlite3.Connection, campaign: str, person: str) -> int:
    """Answers of a person that count: not undone, not before a new start."""
    found = connection.execute(
        "SELECT COUNT(*) FROM events e WHERE e.campaign = ?1 AND e.annotator = ?2 AND e.kind = 'answer' AND e.seq > "
        "COALESCE((SELECT MAX(seq) FROM events WHERE campaign = ?1 AND annotator = ?2 AND kind = 'restart'), 0) "
        "AND NOT EXISTS (SELECT 1 FROM events u WHERE u.campaign = ?1 AND u.annotator = ?2 AND u.trial = e.trial "
        "AND u.kind = 'undo')",
        [campaign, person],
    ).fetchone()
    return int(found[0])


def _total(connection: sqlite3.Connection, campaign: Campaign, person: str, known: int) -> int:
    """How many questions there are for a person at most, as far as it is known now."""
    limit = campaign.settings.per_person
    pool = connection.execute("SELECT MAX(number) + 1 FROM pool WHERE campaign = ?", [campaign.name]).fetchone()[0] or 0
    questions = campaign.settings.questions if campaign.settings.sampler == "active" else pool
    return max(min(limit, questions) if limit else questions, known)


def _last(connection: sqlite3.Connection, campaign: str, person: str) -> str:
    row = connection.execute(
        "SELECT e.trial FROM events e WHERE e.campaign = ?1 AND e.annotator = ?2 AND e.kind IN ('answer', 'skip') "
        "AND EXISTS (SELECT 1 FROM questions q WHERE q.campaign = ?1 AND q.annotator = ?2 AND q.trial = e.trial) "
        "AND NOT EXISTS (SELECT 1 FROM events u WHERE u.campaign = ?1 AND u.annotator = ?2 AND u.trial = e.trial "
        "AND u.kind = 'undo') ORDER BY e.seq DESC LIMIT 1",
        [campaign, person],
    ).fetchone()
    return str(row[0]) if row else ""


def _milliseconds(value: Any) -> float | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable and 0 <= value <= LONGEST_MS else None
