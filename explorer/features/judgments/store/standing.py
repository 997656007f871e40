"""How far a person is in a campaign: what every turn needs to know, in one query."""

from dataclasses import dataclass

from explorer.features.judgments.store.asked import PLACES, place_after
from explorer.features.judgments.store.campaigns import SIZE
from explorer.features.judgments.store.places import Connection
from explorer.features.judgments.store.responses import HOW_MANY, LAST


@dataclass(frozen=True, kw_only=True)
class Standing:
    """answered: answers of the person that count. last: trial of their latest response that can be undone, "" for none.

    place: number of their next question. pool: questions that the campaign has.
    """

    answered: int
    last: str
    place: int
    pool: int


def read_standing(connection: Connection, campaign: str, person: str) -> Standing:
    """How far a person is now."""
    sql = f"SELECT ({HOW_MANY}), ({LAST}), ({SIZE}), {PLACES}"
    answered, last, pool, *places = connection.execute(sql, [campaign, person]).fetchone()
    return Standing(answered=int(answered), last=str(last or ""), place=place_after(*places), pool=int(pool))
