"""One person's way through a campaign: which questions are open, and what becomes of the answers.

Every call is one transaction. A question has a trial key, "place.attempt", that the server gives; a response to it is
kept once, whoever sends it how often. Undoing a response opens the question again under the next attempt. An answer is
never thrown away: one that comes when it does not count any more is kept as late, see `asking.responding`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.features.judgments.asking.completion import completion_of
from explorer.features.judgments.asking.issuing import NotAlone, Turn, follows, issue
from explorer.features.judgments.asking.responding import Acknowledged, Response, add_mark, is_blocked, take
from explorer.features.judgments.asking.steps import are_any, pending, pending_after
from explorer.features.judgments.progress import questions_of
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.asked import AWAY, Question, next_place, open_questions, set_aside
from explorer.features.judgments.store.campaigns import read_campaign
from explorer.features.judgments.store.responses import count_answered, last_activity, steps_done
from explorer.features.judgments.store.standing import read_standing

MOST_RESPONSES, MOST_WANTED = 200, 10


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a person's page gets back.

    campaign: as it is at this moment. state: "open", "closed" or "blocked" (came back where that is not allowed).
    acknowledged: one per response. questions: the open ones, first to be shown first; none before the steps in `steps`
    were taken. after: steps that follow the last question. answered: by this person; total: questions for this person
    as far as known. last: trial of the latest response that can be undone, "" for none. condition: what they judge
    under. finished: whether no question is left for them. completion: code or address, once all is done.
    """

    campaign: Campaign
    state: str
    acknowledged: tuple[Acknowledged, ...]
    questions: tuple[Question, ...]
    steps: tuple[str, ...]
    after: tuple[str, ...]
    answered: int
    total: int
    last: str
    condition: str
    finished: bool
    completion: str


@dataclass(frozen=True, kw_only=True)
class Start:
    """How a person comes in. returning: answers were there before; restarted: they were set aside; blocked: they count,
    and no more are asked for.
    """

    returning: bool
    restarted: bool
    blocked: bool
    answered: int


def begin(store: Store, campaign: str, person: str, at: datetime | None = None) -> Start:
    """Come in, for the first time or again. InputError when the person withdrew.

    Whoever was active within half an hour goes on as before, so that a reload is never a new start.
    """
    require("answer")
    moment = at or datetime.now(UTC)
    with store.connect(write=True) as connection:
        turn = Turn(connection, read_campaign(connection, campaign), person)
        blocked, restart, last = is_blocked(turn, moment), _starts_over(turn, moment), last_activity(*turn.key)
        if restart:
            place = next_place(*turn.key)
            set_aside(*turn.key)
            add_mark(turn, f"restart.{place}", "restart")
        elif not blocked and (last is None or moment - datetime.fromisoformat(last) > AWAY):
            add_mark(turn, f"start.{moment.timestamp():.3f}", "start")
        answered = count_answered(*turn.key)
        return Start(returning=last is not None, restarted=restart, blocked=blocked, answered=answered)


def _starts_over(turn: Turn, moment: datetime) -> bool:
    """Whether a person who was away for so long starts over."""
    last, settings = last_activity(*turn.key), turn.settings
    if last is None or not count_answered(*turn.key):
        return False
    away = moment - datetime.fromisoformat(last)
    too_old = 0 < settings.max_age_hours < away.total_seconds() / 3600
    return away > AWAY and settings.resume != "block" and (settings.resume == "restart" or too_old)


def respond(
    store: Store,
    campaign: str,
    person: str,
    responses: Sequence[Response] = (),
    *,
    wanted: int = 3,
    at: datetime | None = None,
) -> Reply:
    """Keep responses, in order, and return what is open now. A bad response is refused with a message; others count.

    A response: {"kind": "answer", "none", "skip", "undo" or "step", "trial", "answer", "rt_ms", "token", "marks",
    "confidence"}. InputError when the campaign does not exist, or the person withdrew.
    """
    if len(responses) > MOST_RESPONSES:
        raise InputError(f"Expected at most {MOST_RESPONSES} responses at once, got {len(responses)}.")
    moment, wanted = at or datetime.now(UTC), min(wanted, MOST_WANTED)
    write = bool(responses) or wanted > 0
    try:
        with store.connect(write=write, person=f"{campaign}/{person}") as connection:
            turn = Turn(connection, read_campaign(connection, campaign), person, alone=not store.place.is_shared)
            return _respond(turn, responses, wanted, moment)
    except NotAlone:
        with store.connect(write=write) as connection:
            return _respond(Turn(connection, read_campaign(connection, campaign), person), responses, wanted, moment)


def _respond(turn: Turn, responses: Sequence[Response], wanted: int, moment: datetime) -> Reply:
    done = tuple(take(turn, one, moment) for one in responses)
    state = "closed" if turn.campaign.closed else "blocked" if is_blocked(turn, moment) else "open"
    return _reply(turn, state, done, wanted)


def _reply(turn: Turn, state: str, done: tuple[Acknowledged, ...], wanted: int) -> Reply:
    taken = steps_done(*turn.key) if are_any(turn.settings, turn.who) else {}
    before, after = pending(turn.settings, turn.who, taken), pending_after(turn.settings, turn.who, taken)
    standing, questions = read_standing(*turn.key), list[Question]()
    lying = [] if before else open_questions(*turn.key)
    if state == "open" and not before:
        questions = lying
        ahead = wanted if follows(turn.settings) is None else min(wanted, 1)
        questions += issue(turn, standing, ahead - len(questions))
    answered = standing.answered
    finished = not (before or lying or questions) and wanted > 0 and state != "blocked"
    return Reply(
        campaign=turn.campaign,
        state=state,
        acknowledged=done,
        questions=tuple(questions),
        steps=before,
        after=after,
        answered=answered,
        total=_total(turn, standing.pool, answered + len(questions)),
        last=standing.last,
        condition=turn.condition,
        finished=finished,
        completion=completion_of(turn.settings.study, turn.who) if finished and answered and not after else "",
    )


def _total(turn: Turn, pool: int, known: int) -> int:
    """How many questions there are for a person at most, as far as it is known now."""
    limit = turn.settings.per_person
    questions = questions_of(turn.settings, pool) // max(len(turn.settings.conditions), 1)
    return max(min(limit, questions) if limit else questions, known)
