"""Roles by mail address, from the cookie that Streamlit signs when somebody logs in."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.web.server.starlette import starlette_app_utils

from explorer.app.access.login import COOKIE, Mails, login_is_configured, mail_in, mail_of, mails
from explorer.app.access.passes import Visitor
from explorer.app.access.rules import wrong_role
from explorer.app.access.who import Guard, guard
from explorer.base.permission import Role
from tests.app.access.test_hosts import asked

HERE = "http://photos.example"
LISTED = Mails(frozenset({"ann@example.org"}), frozenset({"bo@example.org"}))


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> str:
    """The cookie of somebody who logged in as Ann."""
    monkeypatch.setattr("streamlit.web.server.starlette.starlette_websocket.get_cookie_secret", lambda: "a secret")
    user = '{"origin": "http://photos.example", "is_logged_in": true, "email": "Ann@Example.org"}'
    return starlette_app_utils.create_signed_value("a secret", COOKIE, user).decode("latin-1")


def test_the_address_is_read_from_a_cookie_that_streamlit_signed(signed: str) -> None:
    assert mail_in({COOKIE: signed}, HERE) == "Ann@Example.org"
    assert mail_in({COOKIE: signed[:-2] + "xx"}, HERE) == ""
    assert mail_in({}, HERE) == ""


def test_a_login_for_another_address_of_the_server_is_none(signed: str, caplog: pytest.LogCaptureFixture) -> None:
    assert mail_in({COOKIE: signed}, "http://other.example") == ""


def test_an_address_that_is_not_confirmed_is_nobodys() -> None:
    assert mail_of({"is_logged_in": True, "email": "ann@example.org", "email_verified": False}) == ""
    assert mail_of({"is_logged_in": False, "email": "ann@example.org"}) == ""


def test_lists_decide_the_role_and_who_is_in_none_may_only_log_in(signed: str) -> None:
    by_mail = Guard(by_keys=False, keys=None, mails=LISTED)
    request = asked("/item/photos/0", host="photos.example", cookie=f"{COOKIE}={signed}")
    assert by_mail.visitor(request) == Visitor(Role.ORGANISER, "Ann@Example.org")
    assert by_mail.visitor_with({}, "bo@example.org").role is Role.VIEWER
    assert by_mail.visitor_with({}, "cem@example.org").role is Role.NOBODY
    assert by_mail.visitor_with({}, "").role is Role.NOBODY
    assert [wrong_role(request, kind, Role.NOBODY, login=True) is None for kind in ("page", "stream", "data")] == [
        True,
        True,
        False,
    ]


def test_the_lists_stand_in_the_secrets_and_count_with_a_login_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {"organisers": [" Ann@example.org"], "viewers": []}
    monkeypatch.setattr(st, "secrets", {"auth": {"client_id": "x"}, "explorer": listed})
    assert mails() == Mails(frozenset({"ann@example.org"}), frozenset())
    assert not guard().is_open
    monkeypatch.setattr(st, "secrets", {"explorer": listed})
    assert mails() is None and not login_is_configured()
    assert guard().is_open


def test_without_secrets_nobody_logs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mails() is None
