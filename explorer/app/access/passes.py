"""Signed cookies: what role a browser has."""

import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from explorer.base.permission import Role

PASS = "explorer_pass"
LASTS = 30 * 24 * 3600  # seconds


@dataclass(frozen=True)
class Visitor:
    """Who is at a browser. name: a mail address, "" for none."""

    role: Role
    name: str = ""


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
    return Visitor(Role(role) if role in (Role.ORGANISER, Role.VIEWER) else Role.NOBODY)


def set_cookie(name: str, value: str, *, https: bool) -> str:
    """The Set-Cookie header of a cookie that scripts cannot read."""
    secure = "; Secure" if https else ""
    return f"{name}={value}; Path=/; Max-Age={LASTS if value else 0}; HttpOnly; SameSite=Lax{secure}"


def _mac(secret: str, cookie: str, text: str) -> str:
    return hmac.new(secret.encode(), f"{cookie}.{text}".encode(), sha256).hexdigest()
