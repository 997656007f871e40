"""Roles by mail address, where people log in with an identity provider (`[auth]` of Streamlit's secrets)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit import config
from streamlit.web.server.starlette import starlette_websocket

from explorer.base.permission import Role
from explorer.base.shipped import APP

COOKIE = "_streamlit_user"
if config._main_script_path is None:
    config._main_script_path = str(APP)  # so that every process finds the secrets that the pages find


@dataclass(frozen=True)
class Mails:
    """Addresses in lower case, as `[explorer]` of the secrets lists them."""

    organisers: frozenset[str]
    viewers: frozenset[str]

    def role_of(self, mail: str) -> Role:
        """The role of whoever logged in with this address; NOBODY for one in no list."""
        clean = mail.strip().lower()
        return Role.ORGANISER if clean in self.organisers else Role.VIEWER if clean in self.viewers else Role.NOBODY


def login_is_configured() -> bool:
    """Whether this deployment lets people log in (`[auth]` in its secrets)."""
    return bool(_section("auth"))


def mails() -> Mails | None:
    """Who is what by mail address; None where nobody can log in or no address is listed."""
    section = _section("explorer") if login_is_configured() else {}
    found = [frozenset(str(one).strip().lower() for one in section.get(name, ())) for name in ("organisers", "viewers")]
    return Mails(*found) if any(found) else None


def mail_in(cookies: Mapping[str, str], origin: str) -> str:
    """The address that somebody logged in with, from Streamlit's own signed cookie; "" without one."""
    if COOKIE not in cookies:
        return ""
    signed = starlette_websocket._get_signed_cookie_with_chunks(dict(cookies), COOKIE)
    return mail_of(starlette_websocket._parse_decoded_user_cookie(signed, origin)) if signed else ""


def mail_of(user: Mapping[str, Any]) -> str:
    """The address of a user who is logged in, "" when it is not theirs for sure."""
    if not user.get("is_logged_in") or user.get("email_verified") is False:
        return ""
    return str(user.get("email") or "")


_missing: dict[int, float] = {}
"""Until when secrets count as missing. Streamlit looks for them anew each time, an eighth of what a request takes."""


def _section(name: str) -> Mapping[str, Any]:
    now = time.monotonic()
    if now < _missing.get(id(st.secrets), 0.0):
        return {}
    try:
        found = st.secrets.get(name, {})
    except FileNotFoundError:
        _missing[id(st.secrets)] = now + 1
        return {}
    return found if isinstance(found, Mapping) else {}
