"""What people said, undid and skipped in one campaign; every function works within a call of the store."""

import json
from dataclasses import dataclass
from typing import Any

from explorer.features.judgments.store.events import INSERT, event_row
from explorer.features.judgments.store.of_person import STANDS, UNDONE
from explorer.features.judgments.store.places import Connection
from explorer.features.judgments.values import Answer, to_json

COUNTS = """
SELECT COUNT(*) FILTER (WHERE is_check = 0 AND repeat_of = '') AS plain, SUM(is_check) AS checks,
       COUNT(*) FILTER (WHERE passed = 1) AS passed, COUNT(*) FILTER (WHERE repeat_of != '') AS repeats,
       COUNT(DISTINCT NULLIF(annotator, '')) AS people, COUNT(rt_ms) AS timed
FROM events e WHERE e.campaign = ? AND e.kind = 'answer'
AND NOT EXISTS (SELECT 1 FROM events u WHERE u.campaign = e.campaign AND u.annotator = e.annotator
                AND u.trial = e.trial AND u.kind = 'undo')
AND e.late = '' AND e.seq > COALESCE((SELECT MAX(r.seq) FROM events r WHERE r.campaign = e.campaign
                      AND r.annotator = e.annotator AND r.kind = 'restart'), 0)
"""
HOW_MANY = f"""
SELECT COUNT(*) FROM events WHERE campaign = ?1 AND annotator = ?2 AND kind IN ('answer', 'none') AND late = ''
AND seq > COALESCE((SELECT MAX(seq) FROM events WHERE campaign = ?1 AND annotator = ?2 AND kind = 'restart'), 0)
AND trial NOT IN ({UNDONE})
"""
LAST = f"""
SELECT trial FROM events WHERE campaign = ?1 AND annotator = ?2 AND kind IN ('answer', 'skip', 'none')
AND (trial IN ({STANDS})) IS TRUE AND trial NOT IN ({UNDONE}) ORDER BY seq DESC LIMIT 1
"""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Of a campaign: answers that count, people, checks passed and all checks, repeats, skips; the middle response time
    in milliseconds, None without any.
    """

    answers: int
    people: int
    passed: int
    checks: int
    repeats: int
    skipped: int
    median_ms: float | None


def add_event(connection: Connection, kind: str, answer: Answer, token: str = "") -> bool:
    """Add one event about `answer`; False when there is one already. Within `Store.connect(write=True)`."""
    return bool(connection.execute(INSERT, event_row(answer, kind, token)).rowcount == 1)


def last_activity(connection: Connection, campaign: str, person: str) -> str | None:
    """When a person did something last that was not late, ISO 8601; None before the first time."""
    sql = "SELECT MAX(created) FROM events WHERE campaign = ? AND annotator = ? AND late = ''"
    found: str | None = connection.execute(sql, [campaign, person]).fetchone()[0]
    return found


def response_kind(connection: Connection, campaign: str, person: str, trial: str) -> str:
    """Whether a question was answered ("answer", "none" where nothing fitted) or left out ("skip"), "" when neither."""
    row = connection.execute(
        "SELECT kind FROM events WHERE campaign = ? AND annotator = ? AND trial = ? "
        "AND kind IN ('answer', 'skip', 'none')",
        [campaign, person, trial],
    ).fetchone()
    return str(row["kind"]) if row else ""


def response_token(connection: Connection, campaign: str, person: str, trial: str) -> str:
    """What a browser marked the response to a question with, so that it knows it again; "" for none."""
    row = connection.execute(
        "SELECT token FROM events WHERE campaign = ? AND annotator = ? AND trial = ? "
        "AND kind IN ('answer', 'skip', 'none')",
        [campaign, person, trial],
    ).fetchone()
    return str(row["token"]) if row else ""


def count_answered(connection: Connection, campaign: str, person: str) -> int:
    """Answers of a person that count, "none of these" too: not late, not undone, not before a new start."""
    return int(connection.execute(HOW_MANY, [campaign, person]).fetchone()[0])


def count_responses(connection: Connection, campaign: str) -> Counts:
    """Count the events of a campaign."""
    one = connection.execute(COUNTS, [campaign]).fetchone()
    times = connection.execute(
        "SELECT rt_ms FROM events WHERE campaign = ? AND kind = 'answer' AND rt_ms IS NOT NULL ORDER BY rt_ms "
        "LIMIT 1 OFFSET ?",
        [campaign, (one["timed"] or 0) // 2],
    ).fetchone()
    skipped = "SELECT COUNT(*) FROM events WHERE campaign = ? AND kind = 'skip'"
    return Counts(
        answers=one["plain"] or 0,
        people=one["people"] or 0,
        passed=one["passed"] or 0,
        checks=one["checks"] or 0,
        repeats=one["repeats"] or 0,
        skipped=connection.execute(skipped, [campaign]).fetchone()[0],
        median_ms=times[0] if times else None,
    )


def tag_answers(connection: Connection, campaign: str, item: str) -> list[Answer]:
    """What people said about the tags of one item, in order, without what was undone; trials are left out."""
    rows = connection.execute(
        "SELECT e.annotator, e.answer FROM events e WHERE e.campaign = ?1 AND e.items = ?2 AND e.task = 'tags' "
        "AND e.kind = 'answer' AND NOT EXISTS (SELECT 1 FROM events u WHERE u.campaign = ?1 AND u.kind = 'undo' "
        "AND u.annotator = e.annotator AND u.trial = e.trial) ORDER BY e.seq",
        [campaign, to_json([item])],
    )
    return [
        Answer(
            campaign=campaign,
            task="tags",
            annotator=row["annotator"],
            trial="",
            items=(item,),
            answer=json.loads(row["answer"]),
        )
        for row in rows
    ]


def steps_done(connection: Connection, campaign: str, person: str) -> dict[str, Any]:
    """What a person said to the steps around the questions ("consent", "before", ...), by the name of the step."""
    rows = connection.execute(
        "SELECT trial, answer FROM events WHERE campaign = ? AND annotator = ? AND kind = 'step'", [campaign, person]
    )
    return {str(row["trial"]).removeprefix("step."): json.loads(row["answer"]) for row in rows}


def arranged_by(connection: Connection, campaign: str, person: str) -> list[tuple[tuple[str, ...], list[list[float]]]]:
    """The items and places of each arrangement of a person that counts, in order."""
    rows = connection.execute(
        "SELECT items, answer FROM events WHERE campaign = ?1 AND annotator = ?2 AND task = 'arrangement' "
        f"AND kind = 'answer' AND late = '' AND repeat_of = '' AND (trial IN ({STANDS})) IS TRUE "
        f"AND trial NOT IN ({UNDONE}) ORDER BY seq",
        [campaign, person],
    )
    return [(tuple(json.loads(row["items"])), json.loads(row["answer"])) for row in rows]
