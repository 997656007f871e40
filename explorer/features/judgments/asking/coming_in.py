"""Coming into a campaign: by a link of one's own, as the person a browser was before, by login, or as somebody new."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.base.errors import InputError
from explorer.features.judgments.asking.invitations import is_code, is_invitation, key_of, person_of
from explorer.features.judgments.asking.people import Arrival, person_for
from explorer.features.judgments.asking.tickets import read_ticket
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.people import Person, note_language, read_person
from explorer.features.judgments.study import IDS

OUTSIDE = "Open the whole link that you were sent, or type the invitation code that came with it."
MOST_PARAMETERS = 40


@dataclass(frozen=True)
class Asker:
    """Who asks, as far as the server knows. trusted: an organiser; login: people log in here; mail: of whoever did."""

    trusted: bool = False
    login: bool = False
    mail: str = ""


class Outside(Exception):
    """Somebody who is not let in. state: "code", "login" or "closed"; wrong: whether what they gave is wrong."""

    def __init__(self, state: str, message: str, *, wrong: bool = False) -> None:
        super().__init__(message)
        self.state, self.wrong = state, wrong


def come_in(store: Store, found: Campaign, given: Mapping[str, Any], asker: Asker) -> Person:
    """The person who comes in. given: what the address and the browser hold: "who", "own", "ticket", "key", "code",
    "parameters", "language", each only where there is one.

    Raises Outside for those who may not, InputError for a link that is not one of this campaign.
    """
    language = found.settings.study.spoken(str(given.get("language", ""))[:20])
    parameters = _parameters(given.get("parameters"))
    if given.get("who"):
        name = person_of(found, str(given["who"]))
        return person_for(store, found, Arrival(via="link", name=name, parameters=parameters, language=language))
    known = _known(store, found, given)
    if known is not None and not _is_another(known, parameters):
        if known.language != language:
            with store.connect(write=True) as connection:
                note_language(connection, found.name, known.key, language)
        return known
    if found.closed:
        raise Outside("closed", found.settings.study.text("closed", language))
    if asker.login and asker.mail:
        arrival = Arrival(via="login", name=asker.mail, parameters=parameters, language=language)
        return person_for(store, found, arrival)
    _check_way_in(found, given, asker)
    return person_for(store, found, Arrival(parameters=parameters, language=language))


def _known(store: Store, found: Campaign, given: Mapping[str, Any]) -> Person | None:
    """The person whom this browser was before, or whose own link was opened."""
    key = key_of(found, str(given["own"])) if given.get("own") else _of_ticket(store, found, given.get("ticket"))
    if not key:
        return None
    with store.connect() as connection:
        return read_person(connection, found.name, key)


def _is_another(known: Person, parameters: Mapping[str, str]) -> bool:
    """Whether a link names somebody else than the person that a browser was before."""
    return any(parameters[name] != known.extra.get(name) for name in IDS if parameters.get(name))


def _of_ticket(store: Store, found: Campaign, ticket: object) -> str:
    try:
        campaign, key = read_ticket(store, str(ticket or ""))
    except InputError:
        return ""
    return key if campaign == found.name else ""


def _check_way_in(found: Campaign, given: Mapping[str, Any], asker: Asker) -> None:
    """Outside unless the key or the code lets somebody new in."""
    if found.settings.personal:
        raise Outside("refused", "This campaign is answered through personal links. Ask whoever invited you for yours.")
    key, code = str(given.get("key", "")), str(given.get("code", ""))
    if asker.trusted and not (found.settings.code and not key) or is_invitation(found, key) or is_code(found, code):
        return
    if asker.login:
        raise Outside("login", "Log in to take part: your answers are stored under your name.")
    raise Outside("code", OUTSIDE, wrong=bool(key or code))


def _parameters(given: object) -> dict[str, str]:
    pairs = list(given.items())[:MOST_PARAMETERS] if isinstance(given, Mapping) else []
    return {str(name): str(value) for name, value in pairs}
