"""One person's way through a campaign: which questions are open, and what becomes of the answers.

Every call is one transaction. A question has a trial key, "place.attempt", that the server gives; a response to it is
kept once, whoever sends it how often. Undoing a response opens the question again under the next attempt.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from explorer.base.errors import ExplorerError, InputError
from explorer.base.permission import require
from explorer.features.judgments.asking.issuing import AWAY, Turn, issue
from explorer.features.judgments.progress import questions_of
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Store, now
from explorer.features.judgments.store.asked import (
    Question,
    forget_questions,
    insert_question,
    next_place,
    open_questions,
    read_question,
)
from explorer.features.judgments.store.campaigns import change_issued, pool_size, read_campaign
from explorer.features.judgments.store.responses import (
    add_event,
    count_answered,
    last_activity,
    last_response,
    response_kind,
)
from explorer.features.judgments.values import Answer, check_answer, passed_check

Response = Mapping[str, Any]

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
    require("answer")
    moment = at or datetime.now(UTC)
    with store.connect(write=True) as connection:
        turn = Turn(connection, read_campaign(connection, campaign), person)
        check_open(turn.campaign)
        last = last_activity(*turn.key)
        if last is None:
            _start(turn, moment)
            return Start(False, False, 0)
        away = moment - datetime.fromisoformat(last)
        restart = _come_back(turn, away)
        if away > AWAY and not restart:
            _start(turn, moment)
        return Start(True, restart, count_answered(*turn.key))


def _come_back(turn: Turn, away: timedelta) -> bool:
    """Whether a person who was away for so long starts over; InputError when they are turned away."""
    settings = turn.settings
    if away > AWAY and settings.resume == "block":
        raise InputError(
            "This campaign is answered in one go, and you were here before. What you answered is kept and counts; "
            "ask whoever invited you if you think that this is a mistake."
        )
    too_old = 0 < settings.max_age_hours < away.total_seconds() / 3600
    restart = away > AWAY and (settings.resume == "restart" or too_old)
    if restart:
        place = next_place(*turn.key)
        forget_questions(*turn.key)
        _add(turn, f"restart.{place}", "restart")
    return restart


def _start(turn: Turn, moment: datetime) -> None:
    _add(turn, f"start.{moment.timestamp():.3f}", "start")


def respond(store: Store, campaign: str, person: str, responses: Sequence[Response] = (), *, wanted: int = 3) -> Reply:
    """Keep responses, in order, and return what is open now. A bad response is refused with a message; others count.

    A response: {"kind": "answer" or "skip" or "undo", "trial", "answer", "rt_ms", "token"}.
    Raises ClosedError when the campaign is closed, InputError when it does not exist.
    """
    if len(responses) > MOST_RESPONSES:
        raise InputError(f"Expected at most {MOST_RESPONSES} responses at once, got {len(responses)}.")
    with store.connect(write=bool(responses) or wanted > 0) as connection:
        turn = Turn(connection, read_campaign(connection, campaign), person)
        check_open(turn.campaign)
        done = tuple(_take(turn, one) for one in responses)
        questions = open_questions(*turn.key)
        questions += issue(turn, min(wanted, MOST_WANTED) - len(questions))
        answered = count_answered(*turn.key)
        return Reply(
            acknowledged=done,
            questions=tuple(questions),
            answered=answered,
            total=_total(turn, answered + len(questions)),
            last=last_response(*turn.key),
        )


def check_open(campaign: Campaign) -> None:
    """ClosedError when the campaign takes no answers."""
    if campaign.closed:
        raise ClosedError(
            f"The campaign {campaign.name!r} was closed on {campaign.closed[:16].replace('T', ' at ')} (UTC). "
            "It takes no more answers; what was stored before is kept. Thank you for taking part."
        )


def _take(turn: Turn, one: Response) -> dict[str, str]:
    kind, trial = str(one.get("kind", "answer")), str(one.get("trial", ""))
    status, message = "refused", ""
    try:
        if kind not in ("answer", "skip", "undo"):
            raise InputError(f"Expected answer, skip or undo; got {kind!r}.")
        question = read_question(*turn.key, trial)
        if question is None:
            raise InputError("This question was not asked, or was asked before you started over.")
        new = _undo(turn, question) if kind == "undo" else _keep(turn, question, one)
        status = "stored" if new else "known"
    except InputError as error:
        message = str(error)
    return {"trial": trial, "kind": kind, "status": status, "message": message}


def _keep(turn: Turn, question: Question, one: Response) -> bool:
    """Keep an answer or a skip; False when there is a response already."""
    kind = str(one.get("kind", "answer"))
    event = _event(turn, question, one)
    new = add_event(turn.connection, kind, event, str(one.get("token", ""))[:64])
    if new and kind == "skip" and question.number >= 0:
        change_issued(turn.connection, turn.campaign.name, question.number, -1)
    return new


def _event(turn: Turn, question: Question, one: Response) -> Answer:
    """The answer to a question, None as its value when it is skipped; InputError when it does not answer it."""
    settings, items = turn.settings, question.items
    value, passed = None, None
    if one.get("kind", "answer") == "answer":
        value = check_answer(settings.task, items, one.get("answer"), settings.scale)
        passed = passed_check(settings.task, items, value, settings.scale[1]) if question.is_check else None
    return Answer(
        campaign=turn.campaign.name,
        task=settings.task,
        annotator=turn.person,
        trial=question.trial,
        items=items,
        answer=value,
        condition=settings.condition,
        sampler=question.sampler,
        rt_ms=_milliseconds(one.get("rt_ms")),
        created=now(),
        is_check=question.is_check,
        repeat_of=question.repeat_of,
        passed=passed,
    )


def _undo(turn: Turn, question: Question) -> bool:
    """Open a question again; False when that was done already, InputError when there is nothing to undo."""
    kind = response_kind(*turn.key, question.trial)
    if not kind:
        raise InputError("There is no answer to undo for this question.")
    if not _add(turn, question.trial, "undo"):
        return False
    if kind == "skip" and question.number >= 0:
        change_issued(turn.connection, turn.campaign.name, question.number, 1)
    insert_question(*turn.key, replace(question, attempt=question.attempt + 1))
    return True


def _add(turn: Turn, trial: str, kind: str) -> bool:
    event = Answer(
        campaign=turn.campaign.name,
        task=turn.settings.task,
        annotator=turn.person,
        trial=trial,
        items=(),
        answer=None,
        condition=turn.settings.condition,
        sampler="",
    )
    return add_event(turn.connection, kind, event)


def _total(turn: Turn, known: int) -> int:
    """How many questions there are for a person at most, as far as it is known now."""
    limit = turn.settings.per_person
    questions = questions_of(turn.settings, pool_size(turn.connection, turn.campaign.name))
    return max(min(limit, questions) if limit else questions, known)


def _milliseconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and 0 <= value <= LONGEST_MS else None
