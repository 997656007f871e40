"""People of a campaign in tests, under keys that can be read."""

from explorer.features.judgments.store import Store, now
from explorer.features.judgments.store.people import Person, insert_person


def add_people(store: Store, campaign: str, *names: str, via: str = "link") -> None:
    """Let these people take part."""
    with store.connect(write=True) as connection:
        for key in names:
            name = "" if via == "browser" else key
            insert_person(connection, Person(campaign=campaign, key=key, name=name, via=via, created=now()))
