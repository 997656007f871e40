"""People in a campaign, as rows; every function works within a call of the store.

A person is a random key; the name is a label that several may have. People of imported answers have no row.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.features.judgments.store.places import Connection, Row
from explorer.features.judgments.values import to_json


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who takes part in a campaign.

    key: stands as `annotator` in the events. name: a label, "" for none. via: "browser", "link" or "login": what
    proves that one is this person; "import": they came with a file; "simulated": there is none. extra: what their link
    said, such as PROLIFIC_PID. arm: the condition that they judge under, where people are assigned to one. withdrawn:
    when all else of them was deleted, "" before.
    """

    campaign: str
    key: str
    name: str = ""
    via: str = "browser"
    extra: Mapping[str, str] = field(default_factory=dict)
    arm: str = ""
    language: str = ""
    created: str = ""
    withdrawn: str = ""


def insert_person(connection: Connection, one: Person) -> None:
    """Write down a person who was not there before; one that is there stays as it is."""
    connection.execute(
        "INSERT INTO people (campaign, key, name, via, extra, arm, language, created, withdrawn) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [one.campaign, one.key, one.name, one.via, to_json(dict(one.extra))]
        + [one.arm, one.language, one.created, one.withdrawn],
    )


def read_person(connection: Connection, campaign: str, key: str) -> Person | None:
    """One person, None when there is none of this key."""
    row = connection.execute("SELECT * FROM people WHERE campaign = ? AND key = ?", [campaign, key]).fetchone()
    return None if row is None else _person(row)


def find_person(connection: Connection, campaign: str, via: str, name: str) -> Person | None:
    """The first person of a name who is known in this way, None when there is none."""
    row = connection.execute(
        "SELECT * FROM people WHERE campaign = ? AND via = ? AND name = ? ORDER BY created LIMIT 1",
        [campaign, via, name],
    ).fetchone()
    return None if row is None else _person(row)


def read_people(connection: Connection, campaign: str) -> list[Person]:
    """The people of a campaign in the order they came, those who withdrew too."""
    rows = connection.execute("SELECT * FROM people WHERE campaign = ? ORDER BY created, key", [campaign])
    return [_person(row) for row in rows]


def name_person(connection: Connection, campaign: str, key: str, name: str) -> None:
    """Write down the label that a person gave."""
    connection.execute("UPDATE people SET name = ? WHERE campaign = ? AND key = ?", [name, campaign, key])


def note_language(connection: Connection, campaign: str, key: str, language: str) -> None:
    """Write down the language that a person reads the page in."""
    connection.execute("UPDATE people SET language = ? WHERE campaign = ? AND key = ?", [language, campaign, key])


def assign_arm(connection: Connection, campaign: str, key: str, arm: str) -> None:
    """Write down the condition that a person judges under."""
    connection.execute("UPDATE people SET arm = ? WHERE campaign = ? AND key = ?", [arm, campaign, key])


def count_arms(connection: Connection, campaign: str) -> dict[str, int]:
    """How many people were assigned to each condition and did not withdraw; conditions of nobody are left out."""
    rows = connection.execute(
        "SELECT arm, COUNT(*) FROM people WHERE campaign = ? AND arm != '' AND withdrawn = '' GROUP BY arm", [campaign]
    )
    return {str(row[0]): int(row[1]) for row in rows}


def labels(connection: Connection, campaign: str) -> dict[str, str]:
    """By key a label that only one person has: their name, what their link called them, or a number by arrival.

    Where several have one name, the second and those after it get a number. Those who withdrew have none.
    """
    found: dict[str, str] = {}
    seen: dict[str, int] = {}
    for number, one in enumerate(read_people(connection, campaign), 1):
        if one.withdrawn:
            continue
        label = one.name or next(iter(one.extra.values()), "") or f"person {number}"
        seen[label] = seen.get(label, 0) + 1
        found[one.key] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return found


def _person(row: Row) -> Person:
    values = {name: row[name] for name in Person.__dataclass_fields__}
    return Person(**{**values, "extra": json.loads(values["extra"])})
