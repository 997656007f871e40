"""Tickets: what the page gives a person's browser, so that it may answer as that person in that campaign."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from explorer.base.errors import InputError
from explorer.features.judgments.campaigns import campaign
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Store


def ticket(found: Campaign, person: str) -> str:
    """A ticket for `person`; it holds as long as the campaign does."""
    body = urlsafe_b64encode(json.dumps([found.name, person]).encode()).decode()
    return f"{body}.{_sign(found, body)}"


def read_ticket(store: Store, text: str) -> tuple[Campaign, str]:
    """Campaign and person of a ticket; InputError when it was not made for a campaign of this store."""
    try:
        body, signature = text.split(".")
        name, person = json.loads(urlsafe_b64decode(body.encode()))
    except (ValueError, TypeError) as error:
        raise InputError("This page is out of date. Open the link of the campaign again.") from error
    found = campaign(store, str(name))
    if not hmac.compare_digest(_sign(found, body).encode(), signature.encode()):
        raise InputError("This page is out of date. Open the link of the campaign again.")
    return found, str(person)


def _sign(found: Campaign, body: str) -> str:
    return hmac.new(found.secret.encode(), body.encode(), sha256).hexdigest()
