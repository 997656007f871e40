"""Tickets: what the page gives a person's browser, so that it may answer as that person in that campaign."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from hashlib import sha256
from threading import Lock

from explorer.base.errors import InputError
from explorer.features.judgments.campaigns import campaign
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Store

OUT_OF_DATE = "This page is out of date. Open the link of the campaign again."
REMEMBERED = 1_000  # campaigns
_secrets: OrderedDict[tuple[Store, str], str] = OrderedDict()
_lock = Lock()


def ticket(found: Campaign, person: str) -> str:
    """A ticket for `person`; it holds as long as the campaign does."""
    body = urlsafe_b64encode(json.dumps([found.name, person]).encode()).decode()
    return f"{body}.{_sign(found.secret, body)}"


def read_ticket(store: Store, text: str) -> tuple[str, str]:
    """Name of the campaign and key of the person of a ticket; InputError when it was not made by this store."""
    try:
        body, signature = text.split(".")
        name, person = json.loads(urlsafe_b64decode(body.encode()))
    except (ValueError, TypeError) as error:
        raise InputError(OUT_OF_DATE) from error
    for kept in (True, False):  # a campaign keeps its secret, unless other judgments took the place of these
        if hmac.compare_digest(_sign(_secret(store, str(name), kept=kept), body).encode(), signature.encode()):
            return str(name), str(person)
    raise InputError(OUT_OF_DATE)


def _secret(store: Store, name: str, *, kept: bool) -> str:
    """The secret of a campaign. kept: as it was when it was first asked for."""
    key = (store, name)
    with _lock:
        found = _secrets.get(key) if kept else None
    if found is None:
        found = campaign(store, name).secret
        with _lock:
            _secrets[key] = found
            while len(_secrets) > REMEMBERED:
                _secrets.popitem(last=False)
    return found


def _sign(secret: str, body: str) -> str:
    return hmac.new(secret.encode(), body.encode(), sha256).hexdigest()
