"""Whether a request is let through, and if not, why: first the host, then where it comes from, then the role."""

import re
from dataclasses import dataclass

from explorer.app.access.asked import OWN_PAGES, SAFE, Asked
from explorer.app.access.hosts import Hosts, host_name, is_loopback
from explorer.app.access.table import ALLOWED, LOGIN_PAGES, PUBLIC
from explorer.base.permission import Role

LARGEST_QUERY = 64 * 1024 * 1024  # bytes of a picture that a viewer searches with


@dataclass(frozen=True)
class Refusal:
    """What is answered instead. status: of HTTP."""

    status: int
    message: str


def wrong_host(asked: Asked, hosts: Hosts) -> Refusal | None:
    """A refusal unless the server answers to the host that is asked for."""
    if hosts.takes(asked.host, asked.own):
        return None
    name = host_name(asked.host)
    shown = name or re.sub(r"[^\w.:-]", "?", asked.host)[:80] or "no name"
    return Refusal(
        421,
        f"This server does not answer to {shown}. If it should, whoever runs it starts it with:\n\n"
        f"    explorer serve --host {name or 'NAME'}\n\n"
        "together with the other options as before.",
    )


def not_from_here(asked: Asked) -> Refusal | None:
    """A refusal for other computers, where a server lets everybody in because only this computer should reach it."""
    if asked.client == "unknown" or is_loopback(asked.client):
        return None
    return Refusal(
        403,
        "This server was started for its own computer alone. To let others in, it is started with:\n\n"
        "    explorer serve --address 0.0.0.0\n\nor, behind a proxy, with --host NAME.",
    )


def from_elsewhere(asked: Asked, hosts: Hosts, kind: str) -> Refusal | None:
    """A refusal when a page of another site makes the browser ask; opening a link from elsewhere is fine."""
    refusal = Refusal(403, "Only the pages of this server may ask for this.")
    if asked.origin and not hosts.takes_origin(asked.origin, asked.host):
        return refusal
    if asked.site in ("", *OWN_PAGES):
        return None
    opens = asked.method in SAFE and (asked.mode == "navigate" or kind in PUBLIC)
    return None if opens else refusal


def wrong_role(asked: Asked, kind: str, role: Role, *, login: bool = False) -> Refusal | None:
    """A refusal unless the role may use this kind of route. login: the pages let people log in, and show no more."""
    if role not in ALLOWED[kind] and not (login and kind in LOGIN_PAGES):
        return Refusal(401 if role is Role.NOBODY else 403, _why(role))
    if kind == "upload" and role is Role.VIEWER and asked.method not in (*SAFE, "DELETE"):
        return _too_large(asked)
    return None


def _too_large(asked: Asked) -> Refusal | None:
    length = asked.headers.get("content-length", "")
    if not length.isdecimal():
        return Refusal(411, "Expected the length of the file.")
    most = LARGEST_QUERY // 2**20
    return Refusal(413, f"Expected a picture of at most {most} MB.") if int(length) > LARGEST_QUERY else None


def _why(role: Role) -> str:
    if role is Role.NOBODY:
        return "Open the link with the key that you were given first."
    return f"This is not open to a {role}."
