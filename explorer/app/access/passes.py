"""Signed cookies: what role a browser has, and which campaigns it may answer."""

import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from explorer.base.permission import Role

PASS, INVITED = "explorer_pass", "explorer_invited"
LASTS = 30 * 24 * 3600  # seconds
MOST_CAMPAIGNS = 8


@dataclass(frozen=True)
class Invitation:
    """A campaign that a browser was let into. person: who a personal link named, "" for none."""

    workspace: str
    campaign: str
    person: str = ""


@dataclass(frozen=True)
class Visitor:
    """Who is at a browser. name: a mail address, "" for none. invited: the campaigns of an annotator."""

    role: Role
    name: str = ""
    invited: tuple[Invitation, ...] = ()

    def is_invited(self, workspace: str, campaign: str) -> bool:
        """Whether one may answer this campaign."""
        return self.invitation(workspace, campaign) is not None

    def invitation(self, workspace: str, campaign: str) -> Invitation | None:
        """How one was let into a campaign; None when one was not."""
        return next((one for one in self.invited if (one.workspace, one.campaign) == (workspace, campaign)), None)


def sign(secret: str, cookie: str, value: Any, now: float | None = None) -> str:
    """The text of a cookie of this name that carries `value` (JSON) for 30 days."""
    body = [int(time.time() if now is None else now) + LASTS, value]
    text = urlsafe_b64encode(json.dumps(body, separators=(",", ":")).encode()).decode().rstrip("=")
    return f"{text}.{_mac(secret, cookie, text)}"


def unsign(secret: str, cookie: str, text: str, now: float | None = None) -> Any:
    """What a cookie carries; None when it was not signed here, or long ago."""
    body, _, signature = text.partition(".")
    if not hmac.compare_digest(_mac(secret, cookie, body).encode(), signature.encode()):
        return None
    until, value = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return value if until > (time.time() if now is None else now) else None


def visitor_of(secret: str, cookies: Mapping[str, str]) -> Visitor:
    """Who the cookies say that one is."""
    role = unsign(secret, PASS, cookies.get(PASS, ""))
    invited = invitations_of(secret, cookies)
    if role in (Role.ORGANISER, Role.VIEWER):
        return Visitor(Role(role), invited=invited)
    return Visitor(Role.ANNOTATOR if invited else Role.NOBODY, invited=invited)


def invitations_of(secret: str, cookies: Mapping[str, str]) -> tuple[Invitation, ...]:
    """The campaigns that the cookies let into, the newest first."""
    return tuple(Invitation(*one) for one in unsign(secret, INVITED, cookies.get(INVITED, "")) or ())


def with_invitation(before: tuple[Invitation, ...], new: Invitation) -> list[list[str]]:
    """What the cookie carries once one more campaign lets a browser in."""
    others = [one for one in before if (one.workspace, one.campaign) != (new.workspace, new.campaign)]
    return [[one.workspace, one.campaign, one.person] for one in [new, *others][:MOST_CAMPAIGNS]]


def set_cookie(name: str, value: str, *, https: bool) -> str:
    """The Set-Cookie header of a cookie that scripts cannot read."""
    secure = "; Secure" if https else ""
    return f"{name}={value}; Path=/; Max-Age={LASTS if value else 0}; HttpOnly; SameSite=Lax{secure}"


def _mac(secret: str, cookie: str, text: str) -> str:
    return hmac.new(secret.encode(), f"{cookie}.{text}".encode(), sha256).hexdigest()
