"""The people of campaigns as a table, one a row, ready for an analysis in R or pandas."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pyarrow as pa

from explorer.features.judgments.counted import counted_answers
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.campaigns import read_campaigns
from explorer.features.judgments.store.people import Person, labels, read_people
from explorer.features.judgments.values import Answer, answered_alike

NUMBERS = ("number", "scale")
LINK, FIELD = "link_", "field_"
Who = tuple[str, str]


@dataclass
class _Row:
    """What is gathered of one person. trials: by kind of event."""

    person: Person
    label: str
    given: list[Answer] = field(default_factory=list)
    steps: dict[str, tuple[str, Any]] = field(default_factory=dict)
    trials: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def count(self, kind: str) -> int:
        """How often something happened that was not undone."""
        return len(self.trials[kind] - self.trials["undo"])


def people_table(store: Store, campaign: str | None) -> pa.Table:
    """One row a person of one campaign, or of all, in the order they came; withdrawn ones hold nothing but the date.

    Columns: campaign, person (as `annotator` in the events), name, condition, language, created, consented, answers
    (judgments, those left out as well), skipped, none (of these), median_rt_ms, checks, checks_passed, repeats,
    repeats_same, left_out (why all of the person is), answers_left_out, withdrawn; then `link_…` for each parameter of
    links and `field_…` for each question about the person.
    """
    rows = _rows(store, campaign)
    found = counted_answers(store, campaign)
    for one in found.everything:
        if (one.campaign, one.annotator) in rows:
            rows[one.campaign, one.annotator].given.append(one)
    columns: dict[str, list[Any]] = defaultdict(list)
    for who, row in rows.items():
        out = sum(one.seq in found.why and not one.is_check and not one.repeat_of for one in row.given)
        for name, value in _values(row, found.people.get(who, ""), out).items():
            columns[name].append(value)
    links = dict.fromkeys(name for row in rows.values() for name in row.person.extra)
    extra = {f"{LINK}{name}": [row.person.extra.get(name) for row in rows.values()] for name in links}
    return pa.table({name: _typed(values) for name, values in {**columns, **extra, **_fields(store, rows)}.items()})


def _rows(store: Store, campaign: str | None) -> dict[Who, _Row]:
    """A row for each person who is written down, then for each who came with a file."""
    rows: dict[Who, _Row] = {}
    if not store.exists():
        return rows
    with store.connect() as connection:
        for one in read_campaigns(connection):
            if campaign in (None, one.name):
                names = labels(connection, one.name)
                for person in read_people(connection, one.name):
                    rows[one.name, person.key] = _Row(person, names.get(person.key, ""))
    for event in store.events(campaign):
        who = (event["campaign"], event["annotator"])
        if who[1]:
            row = rows.setdefault(who, _Row(Person(campaign=who[0], key=who[1]), who[1]))
            row.trials[event["kind"]].add(event["trial"])
            if event["kind"] == "step":
                row.steps[event["trial"]] = event["created"], json.loads(event["answer"])
    return rows


def _values(row: _Row, left_out: str, answers_left_out: int) -> dict[str, Any]:
    person, given = row.person, row.given
    judgments = [one for one in given if not one.is_check and not one.repeat_of]
    checks = [one for one in given if one.is_check]
    first = {one.trial: one for one in given}
    repeats = [(first[one.repeat_of], one) for one in given if one.repeat_of in first]
    times = [one.rt_ms for one in judgments if one.rt_ms is not None]
    return {
        "campaign": person.campaign,
        "person": person.key,
        "name": "" if person.withdrawn else row.label,
        "condition": person.arm,
        "language": person.language,
        "created": person.created,
        "consented": row.steps.get("step.consent", ("", None))[0],
        "answers": len(judgments),
        "skipped": row.count("skip"),
        "none": row.count("none"),
        "median_rt_ms": median(times) if times else None,
        "checks": len(checks),
        "checks_passed": sum(bool(one.passed) for one in checks),
        "repeats": len(repeats),
        "repeats_same": sum(answered_alike(*pair) for pair in repeats),
        "left_out": left_out,
        "answers_left_out": answers_left_out,
        "withdrawn": person.withdrawn,
    }


def _fields(store: Store, rows: dict[Who, _Row]) -> dict[str, list[Any]]:
    """What people answered to the questions about them, by column, in the order in which they are asked."""
    if not store.exists():
        return {}
    campaigns = {who[0] for who in rows}
    with store.connect() as connection:
        asked = [one.settings.study.fields for one in read_campaigns(connection) if one.name in campaigns]
    said = [_said(row) for row in rows.values()]
    return {f"{FIELD}{key}": [one.get(key) for one in said] for key in _keys(asked)}


def _keys(asked: Iterable[Sequence[Any]]) -> dict[str, None]:
    return dict.fromkeys(one.key for some in asked for one in some)


def _said(row: _Row) -> dict[str, Any]:
    given = [row.steps.get(f"step.{when}", ("", None))[1] for when in ("before", "after")]
    return {key: value for one in given if isinstance(one, dict) for key, value in one.items()}


def _typed(values: list[Any]) -> pa.Array:
    """A column of whole numbers or of numbers where all that is there is such, else of texts."""
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, int) for value in there):
        return pa.array(values, pa.int64())
    if there and all(isinstance(value, int | float) for value in there):
        return pa.array(values, pa.float64())
    return pa.array([None if value is None else str(value) for value in values], pa.string())
