"""Everything that happened as the lines of our own export: campaigns, people, then the events."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from explorer.features.judgments.counted import counted_answers
from explorer.features.judgments.exchange.event_files import PERSON, Row
from explorer.features.judgments.exchange.travelling import campaign_line, person_line
from explorer.features.judgments.exclusion import rules_from
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.campaigns import read_campaigns
from explorer.features.judgments.store.people import Person, labels, read_people
from explorer.features.judgments.store.rules import read_rules
from explorer.features.judgments.values import to_json

UNDONE, STARTED_OVER = "undone", "started over"
Who = tuple[str, str]


def event_lines(store: Store, campaign: str | None) -> list[Row]:
    """The lines of the export of one campaign, or of all."""
    events = store.events(campaign)
    if not store.exists():
        return []
    said = {one["campaign"] for one in events}
    lines: list[Row] = []
    people: dict[Who, Person] = {}
    names: dict[Who, str] = {}
    with store.connect() as connection:
        rules = read_rules(connection)
        for one in read_campaigns(connection):
            mine = read_people(connection, one.name) if campaign in (None, one.name) else []
            if one.name not in said and not mine:
                continue
            known = labels(connection, one.name)
            lines.append(campaign_line(one, rules_from(rules[one.name])))
            lines += [person_line(person, one.settings.task, known.get(person.key, "")) for person in mine]
            people |= {(one.name, person.key): person for person in mine}
            names |= {(one.name, key): label for key, label in known.items()}
    return lines + with_reasons(store, campaign, [_with_person(one, people, names) for one in events])


def without_people(lines: list[Row]) -> list[Row]:
    """The lines of what was asked and judged, without who people are: no names, no links, no steps of a study."""
    return [one | {"name": "", "extra": "{}"} for one in lines if one["kind"] not in (PERSON, "step")]


def _with_person(event: Row, people: Mapping[Who, Person], names: Mapping[Who, str]) -> Row:
    """The event with the label of its person, who is named by the key itself where they came with a file."""
    who = (event["campaign"], event["annotator"])
    person = people.get(who)
    label = event["annotator"] if person is None else names.get(who, "")
    return event | {"name": label, "extra": to_json(dict(person.extra)) if person else "{}"}


def with_reasons(store: Store, campaign: str | None, events: list[Row]) -> list[Row]:
    """The events with the column `left_out`: why an answer does not count, "" for all other events."""
    found = counted_answers(store, campaign)
    current = {one.seq for one in found.everything}
    undone: dict[Who, set[str]] = defaultdict(set)
    for one in events:
        if one["kind"] == "undo":
            undone[one["campaign"], one["annotator"]].add(one["trial"])
    return [one | {"left_out": _reason(one, found.why, current, undone)} for one in events]


def _reason(
    event: Mapping[str, Any], why: Mapping[int, str], current: Collection[int], undone: Mapping[Who, set[str]]
) -> str:
    if event["kind"] != "answer":
        return ""
    if event["seq"] in current:
        return why.get(event["seq"], "")
    return UNDONE if event["trial"] in undone.get((event["campaign"], event["annotator"]), ()) else STARTED_OVER
