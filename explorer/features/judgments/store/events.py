"""The store of judgments: events that are only ever added, a connection a call.

An answer is an event; undoing it or starting over adds another event, and `answers` leaves out what was undone or
started over. Nothing is ever rewritten, every call is one transaction synced to disk, and (person, trial) is unique,
so an answer that is sent twice is kept once.
"""

import json
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from explorer.base.errors import InputError, WorkspaceError
from explorer.features.judgments.store.dialects import dialect_of
from explorer.features.judgments.store.places import Connection, Place, Row, SqliteFile, place_of
from explorer.features.judgments.values import Answer, check_answer, to_json
from explorer.workspace.folder import Workspace

CURRENT = """
SELECT e.* FROM events e WHERE e.kind = 'answer'
AND NOT EXISTS (SELECT 1 FROM events u WHERE u.campaign = e.campaign AND u.annotator = e.annotator
                AND u.trial = e.trial AND u.kind = 'undo')
AND e.seq > COALESCE((SELECT MAX(r.seq) FROM events r WHERE r.campaign = e.campaign
                      AND r.annotator = e.annotator AND r.kind = 'restart'), 0)
"""
INSERT = """
INSERT INTO events (campaign, annotator, trial, kind, task, items, answer, condition, sampler, rt_ms, is_check, passed,
                    repeat_of, token, created, imported, late, marks, confidence, import_number)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


def now() -> str:
    """The time, ISO 8601, UTC, with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def judgment_store(workspace: Workspace) -> "Store":
    """The store of a workspace; nothing is written before the first campaign or import."""
    return Store(place_of(workspace.path))


@dataclass(frozen=True)
class Store:
    """The judgments at `place`. Any number of processes may use it."""

    place: Place

    @classmethod
    def of_file(cls, path: Path | str) -> "Store":
        """The store in an SQLite file; it is made by the first call that writes."""
        return cls(SqliteFile(Path(path)))

    @property
    def name(self) -> str:
        """What the workspace is called."""
        return self.place.folder.name

    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self.place.exists()

    def stamp(self) -> Hashable:
        """Another one where the judgments are others altogether; FileNotFoundError when nothing was ever written."""
        return self.place.stamp()

    def stay_open(self) -> None:
        """Keep open what the next call needs again; FileNotFoundError when nothing was ever written."""
        self.place.stay_open()

    @contextmanager
    def connect(self, write: bool = False, person: str = "") -> Iterator[Connection]:
        """A connection for one call; with `write`, one transaction that is on disk when the block ends.

        person: whose rows alone are written, and questions that they claim: others may write theirs at the same time,
        where the place can do that. Raises WorkspaceError when the place is damaged, away, of a newer version, stays
        locked, or is where the judgments lay until a moment ago.
        """
        if write:
            self._check_place()
        with self.place.connect(write=write, person=person) as connection:
            if write:  # it may have waited for those who moved them
                self._check_place()
            yield connection

    def _check_place(self) -> None:
        if not self.place.is_current():
            raise WorkspaceError(f"The judgments of {self.name} were moved just now. Nothing was lost; try again.")

    def answers(self, campaign: str | None = None, task: str | None = None) -> list[Answer]:
        """All answers in the order they were given, without those undone, started over or skipped.

        Attention checks and repeats are among them, see `Answer.is_check` and `Answer.repeat_of`.
        """
        if not self.exists():
            return []
        sql, values = CURRENT, []
        for column, value in (("campaign", campaign), ("task", task)):
            if value is not None:
                sql += f" AND e.{column} = ?"
                values.append(value)
        with self.connect() as connection:
            return [_answer(row) for row in connection.execute(sql + " ORDER BY e.seq", values)]

    def add_answers(self, answers: Iterable[Answer]) -> int:
        """Add answers, all or none; return how many are new: (campaign, person, trial) that are there stay as they are.

        Raises InputError for an answer that is not well-formed.
        """
        rows = [event_row(checked(answer)) for answer in answers]
        with self.connect(write=True) as connection:
            return connection.executemany(INSERT, rows).rowcount if rows else 0

    def events(self, campaign: str | None = None) -> list[dict[str, Any]]:
        """All events, undone ones, skips and starts included, in order, as they are kept."""
        if not self.exists():
            return []
        where, values = ("WHERE campaign = ?", [campaign]) if campaign is not None else ("", [])
        with self.connect() as connection:
            return [dict(row) for row in connection.execute(f"SELECT * FROM events {where} ORDER BY seq", values)]

    def tasks(self) -> dict[str, set[str]]:
        """Campaigns that have answers, imported ones too, and their tasks."""
        found: dict[str, set[str]] = {}
        if self.exists():
            with self.connect() as connection:
                for row in connection.execute("SELECT DISTINCT campaign, task FROM events WHERE kind = 'answer'"):
                    found.setdefault(row["campaign"], set()).add(row["task"])
        return found

    def last_event(self) -> int:
        """A number that grows with every event, and with every `changed`; 0 before the first."""
        if not self.exists():
            return 0
        with self.connect() as connection:
            row = connection.execute(dialect_of(connection).last).fetchone()
            return int(row[0]) if row else 0


def event_row(answer: Answer, kind: str = "answer", token: str = "") -> tuple[Any, ...]:
    """The values that `INSERT` takes."""
    return (
        answer.campaign,
        answer.annotator,
        answer.trial,
        kind,
        answer.task,
        to_json(list(answer.items)),
        to_json(answer.answer),
        answer.condition,
        answer.sampler,
        answer.rt_ms,
        int(answer.is_check),
        None if answer.passed is None else int(answer.passed),
        answer.repeat_of,
        token,
        answer.created or now(),
        answer.imported,
        answer.late,
        to_json(dict(answer.marks)),
        answer.confidence,
        answer.import_number,
    )


def checked(answer: Answer) -> Answer:
    """The answer in its plain form; InputError when it does not answer a question, or belongs nowhere."""
    value = check_answer(answer.task, answer.items, answer.answer)
    if not (answer.campaign and answer.trial):
        raise InputError(f"Expected a campaign and a trial, got {answer.campaign!r} and {answer.trial!r}.")
    return replace(answer, answer=value)


def _answer(row: Row) -> Answer:
    value = json.loads(row["answer"])
    found = Answer(
        campaign=row["campaign"],
        task=row["task"],
        annotator=row["annotator"],
        trial=row["trial"],
        items=tuple(json.loads(row["items"])),
        answer=tuple(value) if row["task"] == "triplet" else value,
        condition=row["condition"],
        sampler=row["sampler"],
        rt_ms=row["rt_ms"],
        created=row["created"],
        is_check=bool(row["is_check"]),
        repeat_of=row["repeat_of"],
        imported=row["imported"],
        late=row["late"],
        marks=json.loads(row["marks"]),
        confidence=row["confidence"],
        import_number=row["import_number"],
        seq=row["seq"],
    )
    return found if row["passed"] is None else replace(found, passed=bool(row["passed"]))
