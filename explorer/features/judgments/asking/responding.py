"""What becomes of one response: it is kept, in time or as late; taken back; or refused with a message."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from explorer.base.errors import InputError
from explorer.features.judgments.asking.issuing import GOLD, Turn, gold_of
from explorer.features.judgments.asking.steps import AFTER, check_step, is_asked
from explorer.features.judgments.store import now
from explorer.features.judgments.store.asked import AWAY, Question, answered_by_others, insert_question, read_question
from explorer.features.judgments.store.campaigns import change_issued
from explorer.features.judgments.store.people import name_person
from explorer.features.judgments.store.responses import (
    add_event,
    count_answered,
    last_activity,
    response_kind,
    response_token,
)
from explorer.features.judgments.values import Answer, check_answer, passed_check

Response = Mapping[str, Any]

KINDS = ("answer", "none", "skip", "undo", "step")
MARKS = ("hidden_ms", "paused_ms", "reloaded", "blurred", "sent_after_ms")
LONGEST_MS = 24 * 3600 * 1000.0


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """What became of one response. status: "stored", "known" (it was there already), "other" (another response to this
    question is there and stays: it came from another window) or "refused", with a message.

    late: why an answer that is kept came too late to count by itself, "" for one in time.
    """

    trial: str
    kind: str
    status: str
    message: str = ""
    late: str = ""


def is_blocked(turn: Turn, moment: datetime) -> bool:
    """Whether a person was away for longer than a campaign allows that is answered in one go."""
    if turn.settings.resume != "block":
        return False
    last = last_activity(*turn.key)
    away = last is not None and moment - datetime.fromisoformat(last) > AWAY
    return away and count_answered(*turn.key) > 0


def take(turn: Turn, one: Response, moment: datetime) -> Acknowledged:
    """Keep one response; a bad one is refused with a message."""
    kind, trial = str(one.get("kind", "answer")), str(one.get("trial", ""))[:80]
    try:
        if kind not in KINDS:
            raise InputError(f"Expected one of {', '.join(KINDS)}; got {kind[:40]!r}.")
        if kind == "step":
            return _status(trial, kind, new=_keep_step(turn, trial, one))
        question = read_question(*turn.key, trial)
        if question is None:
            raise InputError("This question was not asked.")
        if kind == "undo":
            return _status(trial, kind, new=_undo(turn, question))
        late = _late(turn, question, moment)
        new = _keep(turn, question, one, late)
        if not new and response_token(*turn.key, trial) != _token(one):
            return Acknowledged(trial=trial, kind=kind, status="other")
        return _status(trial, kind, new=new, late=late)
    except InputError as error:
        return Acknowledged(trial=trial, kind=kind, status="refused", message=str(error))


def _status(trial: str, kind: str, *, new: bool, late: str = "") -> Acknowledged:
    return Acknowledged(trial=trial, kind=kind, status="stored" if new else "known", late=late if new else "")


def _late(turn: Turn, question: Question, moment: datetime) -> str:
    """Why an answer that comes now does not count by itself, "" when it does."""
    if turn.campaign.closed:
        return "closed"
    if question.set_aside:
        return "restarted"
    if is_blocked(turn, moment):
        return "blocked"
    lay = question.number >= 0 and moment - datetime.fromisoformat(question.asked) > AWAY
    if lay:
        turn.be_alone()
    if lay and answered_by_others(*turn.key, question.number) >= turn.settings.answers_per_question:
        return "over"
    return ""


def _keep(turn: Turn, question: Question, one: Response, late: str) -> bool:
    """Keep an answer, "none of these" or a skip; False when there is a response already."""
    kind = str(one.get("kind", "answer"))
    if kind == "none" and not turn.settings.none_of_these:
        raise InputError("This campaign asks for an answer: “none of these” is not one.")
    event = replace(_event(turn, question, one), late=late)
    new = add_event(turn.connection, kind, event, _token(one))
    if new and kind == "skip" and question.number >= 0 and not question.set_aside:
        change_issued(turn.connection, turn.campaign.name, question.number, -1)
    return new


def _token(one: Response) -> str:
    return str(one.get("token", ""))[:64]


def _event(turn: Turn, question: Question, one: Response) -> Answer:
    """The answer to a question, None as its value when it is skipped; InputError when it does not answer it."""
    settings, items = turn.settings, question.items
    value, passed = None, None
    if one.get("kind", "answer") == "answer":
        value = check_answer(settings.task, items, one.get("answer"), settings.scale)
        passed = _passed(turn, question, value) if question.is_check else None
    return Answer(
        campaign=turn.campaign.name,
        task=settings.task,
        annotator=turn.person,
        trial=question.trial,
        items=items,
        answer=value,
        condition=turn.condition,
        sampler=question.sampler,
        rt_ms=_number(one.get("rt_ms"), LONGEST_MS),
        created=now(),
        is_check=question.is_check,
        repeat_of=question.repeat_of,
        passed=passed,
        marks=_marks(one.get("marks")),
        confidence=_number(one.get("confidence"), 1.0) if settings.confidence else None,
    )


def _passed(turn: Turn, question: Question, value: Any) -> bool:
    """Whether an attention check was answered as it is known to be right."""
    settings = turn.settings
    gold = gold_of(settings, question.items) if question.sampler == GOLD else None
    if gold is not None:
        return bool(value == check_answer(settings.task, gold.items, gold.answer, settings.scale))
    return passed_check(settings.task, question.items, value, settings.scale[1])


def _undo(turn: Turn, question: Question) -> bool:
    """Open a question again; False when that was done already, InputError when there is nothing to undo."""
    kind = response_kind(*turn.key, question.trial)
    if not kind:
        raise InputError("There is no answer to undo for this question.")
    if not add_mark(turn, question.trial, "undo"):
        return False
    if kind == "skip" and question.number >= 0 and not question.set_aside:
        change_issued(turn.connection, turn.campaign.name, question.number, 1)
    insert_question(*turn.key, replace(question, attempt=question.attempt + 1))
    return True


def _keep_step(turn: Turn, trial: str, one: Response) -> bool:
    """Keep what a person said to a step around the questions; False when they had taken it."""
    step = trial.removeprefix("step.")
    if not is_asked(turn.settings, turn.who, step) or (step in AFTER and not last_activity(*turn.key)):
        raise InputError(f"This campaign has no step {step[:40]!r}, or not yet.")
    value = check_step(turn.settings, step, one.get("answer"))
    new = add_mark(turn, f"step.{step}", "step", value)
    if new and step == "name" and turn.who.via == "browser":
        name_person(*turn.key, value["name"])
        turn.refresh()
    return new


def add_mark(turn: Turn, trial: str, kind: str, value: Any = None) -> bool:
    """Add an event that is no answer; False when it is there already."""
    event = Answer(
        campaign=turn.campaign.name,
        task=turn.settings.task,
        annotator=turn.person,
        trial=trial,
        items=(),
        answer=value,
        condition=turn.condition,
        sampler="",
    )
    return add_event(turn.connection, kind, event)


def _marks(given: object) -> dict[str, float]:
    if not isinstance(given, Mapping):
        return {}
    found = {name: _number(given.get(name), LONGEST_MS * 30) for name in MARKS}
    return {name: value for name, value in found.items() if value}


def _number(value: object, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and 0 <= value <= most else None
