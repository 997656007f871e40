"""Links into a campaign: one for all who are invited, and secret ones that name a person. Signed by the campaign."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import quote, urlencode

from explorer.base.errors import InputError
from explorer.features.judgments.settings import Campaign, check_person

ANSWER = "/answer"
BAD_LINK = "This is not a link of this campaign, or it was cut short. Ask whoever invited you for the whole link."


def invitation(campaign: Campaign) -> str:
    """What the link for all who are invited carries, so that nobody gets in by guessing names."""
    return _sign(campaign, "invitation")[:32]


def is_invitation(campaign: Campaign, key: str) -> bool:
    """Whether `key` is the campaign's invitation."""
    return hmac.compare_digest(invitation(campaign).encode(), key.encode())


def is_code(campaign: Campaign, code: str) -> bool:
    """Whether `code` is the invitation code; False when the campaign has none."""
    wanted = campaign.settings.code
    return bool(wanted) and hmac.compare_digest(wanted.encode(), code.encode())


def personal_key(campaign: Campaign, person: str) -> str:
    """What the link of one person carries; InputError when the name cannot be one."""
    body = urlsafe_b64encode(json.dumps(check_person(person)).encode()).decode().rstrip("=")
    return f"{body}.{_sign(campaign, f'person.{body}')[:32]}"


def person_of(campaign: Campaign, key: str) -> str:
    """The person whom a personal link of this campaign names; InputError for every other."""
    body, _, signature = key.partition(".")
    if not hmac.compare_digest(_sign(campaign, f"person.{body}")[:32].encode(), signature.encode()):
        raise InputError(BAD_LINK)
    return str(json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def own_key(campaign: Campaign, key: str) -> str:
    """What shows that one is the person of this key; for another device of theirs."""
    return f"{key}.{_sign(campaign, f'own.{key}')[:32]}"


def key_of(campaign: Campaign, own: str) -> str:
    """The key of the person whom `own_key` was made for; InputError for everything else."""
    key, _, signature = own.partition(".")
    if not hmac.compare_digest(_sign(campaign, f"own.{key}")[:32].encode(), signature.encode()):
        raise InputError(BAD_LINK)
    return key


def link(campaign: Campaign, workspace: str, url: str, person: str = "") -> str:
    """The address below `url` that leads into a campaign of a workspace, for all or for one person.

    InputError when the name cannot be one, or when the campaign asks for links of people's own and none is named.
    """
    if not person and campaign.settings.personal:
        raise InputError("This campaign is answered through personal links. Name whom the link is for.")
    secret = {"who": personal_key(campaign, person)} if person else {"key": invitation(campaign)}
    return f"{page_address(url, workspace, campaign.name)}?{urlencode(secret)}"


def page_address(url: str, workspace: str, campaign: str) -> str:
    """The address below `url` of a campaign's page for those who take part."""
    return f"{url.rstrip('/')}{ANSWER}/{quote(workspace, safe='')}/{quote(campaign, safe='')}"


def _sign(campaign: Campaign, text: str) -> str:
    if not campaign.secret:
        raise InputError(BAD_LINK)
    return hmac.new(campaign.secret.encode(), text.encode(), sha256).hexdigest()
