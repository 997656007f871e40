"""Who takes part: how a person comes in, is known again, is named, and withdraws."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Connection, Store, now
from explorer.features.judgments.store.campaigns import read_campaign
from explorer.features.judgments.store.erasing import erase_person
from explorer.features.judgments.store.people import (
    Person,
    find_person,
    insert_person,
    labels,
    read_people,
    read_person,
)
from explorer.features.judgments.study import RECRUITED
from explorer.io.audit import note

LONGEST_PARAMETER = 200
GONE = "What you answered here was deleted, as you asked. Open the link anew to take part again."


class Withdrawn(InputError):
    """Somebody comes whose answers were deleted."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What somebody comes with. via: "browser", "link" or "login"; name: whom the link or the login names.

    parameters: of the address. language: of the page.
    """

    via: str = "browser"
    name: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    language: str = ""


def person_for(store: Store, campaign: Campaign, arrival: Arrival) -> Person:
    """The person whom a link or a login names, made at their first time; a new one for a browser without either."""
    with store.connect(write=True) as connection:
        read_campaign(connection, campaign.name)
        if arrival.via != "browser":
            known = find_person(connection, campaign.name, arrival.via, arrival.name)
            if known is not None:
                return known
        made = Person(
            campaign=campaign.name,
            key=secrets.token_hex(8),
            name=arrival.name,
            via=arrival.via,
            extra=_kept(campaign, arrival.parameters),
            language=arrival.language,
            created=now(),
        )
        insert_person(connection, made)
        return made


def _kept(campaign: Campaign, parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a link that say who somebody is elsewhere."""
    wanted = dict.fromkeys((*RECRUITED, *campaign.settings.study.parameters))
    return {name: parameters[name][:LONGEST_PARAMETER] for name in wanted if parameters.get(name)}


def the_person(connection: Connection, campaign: str, key: str) -> Person:
    """The person of a ticket; Withdrawn when they did."""
    found = read_person(connection, campaign, key)
    if found is None:
        raise Withdrawn(GONE)
    return found


def people(store: Store, campaign: str) -> list[Person]:
    """The people of a campaign in the order they came, also those who never answered, and tombstones."""
    if not store.exists():
        return []
    with store.connect() as connection:
        return read_people(connection, campaign)


def names(store: Store, campaign: str) -> dict[str, str]:
    """By key the label of each person who has one; different for different people."""
    if not store.exists():
        return {}
    with store.connect() as connection:
        return labels(connection, campaign)


def withdraw(store: Store, campaign: str, key: str) -> int:
    """Delete for good what is known of a person, as an organiser; how many events are gone. A tombstone stays.

    InputError when there is no such person.
    """
    require("run campaigns")
    return _withdraw(store, campaign, key, "delete a person's answers")


def withdraw_own(store: Store, campaign: str, key: str) -> int:
    """The same, as the person whose ticket it is."""
    require("answer")
    return _withdraw(store, campaign, key, "withdraw: their own answers")


def _withdraw(store: Store, campaign: str, key: str, did: str) -> int:
    with store.connect(write=True) as connection:
        read_campaign(connection, campaign)
        if read_person(connection, campaign, key) is None:
            raise InputError(f"There is nobody with the key {key[:40]!r} in the campaign {campaign!r}.")
        gone = erase_person(connection, campaign, key)
    note(did, f"{gone} events in {campaign} of {store.name}")
    return gone
