"""One person's way through a campaign: which questions are open, and what becomes of the answers.

Every call is one transaction. A question has a trial key, "place.attempt", that the server gives; a response to it is
kept once, whoever sends it how often. Undoing a response opens the question again under the next attempt.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from explorer.base.errors import ExplorerError, InputError
from explorer.features.judgments.asking.issuing import AWAY, issue
from explorer.features.judgments.progress import questions_of
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Connection, Store, now
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
    moment = at or datetime.now(UTC)
    with store.connect(write=True) as connection:
        found = read_campaign(connection, campaign)
        check_open(found)
        last = last_activity(connection, campaign, person)
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
        return Start(True, restart, count_answered(connection, campaign, person))


def respond(store: Store, campaign: str, person: str, responses: Sequence[Response] = (), wanted: int = 3) -> Reply:
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
        questions = open_questions(connection, campaign, person)
        questions += issue(connection, found, person, min(wanted, MOST_WANTED) - len(questions))
        answered = count_answered(connection, campaign, person)
        total = _total(connection, found, answered + len(questions))
        return Reply(done, tuple(questions), answered, total, last_response(connection, campaign, person))


def check_open(campaign: Campaign) -> None:
    """ClosedError when the campaign takes no answers."""
    if campaign.closed:
        raise ClosedError(
            f"The campaign {campaign.name!r} was closed on {campaign.closed[:16].replace('T', ' at ')} (UTC). "
            "It takes no more answers; what was stored before is kept. Thank you for taking part."
        )


def _take(connection: Connection, campaign: Campaign, person: str, one: Response) -> dict[str, str]:
    kind, trial = str(one.get("kind", "answer")), str(one.get("trial", ""))
    status, message = "refused", ""
    try:
        if kind not in ("answer", "skip", "undo"):
            raise InputError(f"Expected answer, skip or undo; got {kind!r}.")
        question = read_question(connection, campaign.name, person, trial)
        if question is None:
            raise InputError("This question was not asked, or was asked before you started over.")
        if kind == "undo":
            new = _undo(connection, campaign, person, question)
        else:
            new = _keep(connection, campaign, person, question, one)
        status = "stored" if new else "known"
    except InputError as error:
        message = str(error)
    return {"trial": trial, "kind": kind, "status": status, "message": message}


def _keep(connection: Connection, campaign: Campaign, person: str, question: Question, one: Response) -> bool:
    """Keep an answer or a skip; False when there is a response already."""
    kind = str(one.get("kind", "answer"))
    event = _event(campaign, person, question, one)
    new = add_event(connection, kind, event, str(one.get("token", ""))[:64])
    if new and kind == "skip" and question.number >= 0:
        change_issued(connection, campaign.name, question.number, -1)
    return new


def _event(campaign: Campaign, person: str, question: Question, one: Response) -> Answer:
    """The answer to a question, None as its value when it is skipped; InputError when it does not answer it."""
    settings, items = campaign.settings, question.items
    value, passed = None, None
    if one.get("kind", "answer") == "answer":
        value = check_answer(settings.task, items, one.get("answer"), settings.scale)
        passed = passed_check(settings.task, items, value, settings.scale[1]) if question.is_check else None
    return Answer(
        campaign=campaign.name,
        task=settings.task,
        annotator=person,
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


def _undo(connection: Connection, campaign: Campaign, person: str, question: Question) -> bool:
    """Open a question again; False when that was done already, InputError when there is nothing to undo."""
    kind = response_kind(connection, campaign.name, person, question.trial)
    if not kind:
        raise InputError("There is no answer to undo for this question.")
    if not _add(connection, campaign, person, question.trial, "undo"):
        return False
    if kind == "skip" and question.number >= 0:
        change_issued(connection, campaign.name, question.number, 1)
    insert_question(connection, campaign.name, person, replace(question, attempt=question.attempt + 1))
    return True


def _add(connection: Connection, campaign: Campaign, person: str, trial: str, kind: str) -> bool:
    event = Answer(
        campaign=campaign.name,
        task=campaign.settings.task,
        annotator=person,
        trial=trial,
        items=(),
        answer=None,
        condition=campaign.settings.condition,
        sampler="",
    )
    return add_event(connection, kind, event)


def _restart(connection: Connection, campaign: Campaign, person: str) -> None:
    place = next_place(connection, campaign.name, person)
    forget_questions(connection, campaign.name, person)
    _add(connection, campaign, person, f"restart.{place}", "restart")


def _total(connection: Connection, campaign: Campaign, known: int) -> int:
    """How many questions there are for a person at most, as far as it is known now."""
    limit = campaign.settings.per_person
    questions = questions_of(campaign.settings, pool_size(connection, campaign.name))
    return max(min(limit, questions) if limit else questions, known)


def _milliseconds(value: Any) -> float | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable and 0 <= value <= LONGEST_MS else None
