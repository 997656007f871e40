"""/enter, /join and /leave, and what stands in place of a page for whoever is not in."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope

from explorer.app.access.asked import Asked
from explorer.app.access.joining import SECRETS, invited_by
from explorer.app.access.passes import INVITED, PASS, Invitation, invitations_of, set_cookie, sign, with_invitation
from explorer.app.access.plain_page import form_of, plain_page
from explorer.app.access.rates import WRONG_KEYS
from explorer.app.access.who import Guard
from explorer.base.permission import Role

ENTER, JOIN, LEAVE, ANNOTATE = "/enter", "/join", "/leave", "/Annotate"
LARGEST_FORM = 8 * 1024
TOO_OFTEN = "That was wrong too often. Wait a few minutes and try again."


def is_way_in(asked: Asked, query: Mapping[str, str], invited: tuple[Invitation, ...]) -> bool:
    """Whether a link to a campaign was opened that still has to be checked, or has parts that should not stay."""
    if asked.path != ANNOTATE or asked.method != "GET" or not query.get("campaign"):
        return False
    known = any((one.workspace, one.campaign) == (query.get("ws"), query["campaign"]) for one in invited)
    return not known or any(query.get(name) for name in SECRETS)


async def door(asked: Asked, guard: Guard, scope: Scope, receive: Receive) -> Response:
    """The answer to whoever stands at the door."""
    given = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    if asked.method == "POST":
        given = await _form(scope, receive)
    if asked.path == LEAVE:
        return _leave(asked)
    if guard.is_open:
        return RedirectResponse("/", 303)
    if asked.path == ENTER:
        return _enter(asked, guard, given)
    if asked.path in (JOIN, ANNOTATE):
        return await _join(asked, guard, given)
    return key_page(guard)


def key_page(guard: Guard, wrong: str = "", status: int = 401) -> Response:
    """The page that asks for a key."""
    text = "Open the link with the key that you were given. Whoever runs the server sees it with: explorer keys"
    return plain_page(
        "Similarity Explorer",
        text,
        form=form_of(ENTER, "Or type the key", "key", {}, "Enter") if guard.keys else "",
        wrong=wrong,
        status=status,
    )


def _enter(asked: Asked, guard: Guard, given: Mapping[str, str]) -> Response:
    if "key" not in given:
        return key_page(guard)
    if WRONG_KEYS.wait(asked.client):
        return _later(key_page(guard, TOO_OFTEN, 429), asked)
    role = guard.keys.role_of(given["key"]) if guard.keys else Role.NOBODY
    if role is Role.NOBODY or guard.keys is None:
        WRONG_KEYS.count(asked.client)
        return key_page(guard, "That is not a key of this server.")
    answer = RedirectResponse("/", 303)
    answer.headers.append("set-cookie", set_cookie(PASS, sign(guard.keys.secret, PASS, role), https=asked.https))
    return answer


async def _join(asked: Asked, guard: Guard, given: Mapping[str, str]) -> Response:
    if not given.get("campaign") or guard.keys is None:
        return key_page(guard)
    if WRONG_KEYS.wait(asked.client):
        return _later(_code_page(given, TOO_OFTEN, 429), asked)
    invited = await run_in_threadpool(invited_by, given)
    if invited is None:
        tried = any(given.get(name) for name in SECRETS)
        if tried:
            WRONG_KEYS.count(asked.client)
        return _code_page(given, "That is not the code or the link of this campaign." if tried else "")
    return _let_in(asked, guard.keys.secret, given, invited)


def _let_in(asked: Asked, secret: str, given: Mapping[str, str], invited: Invitation) -> Response:
    """Go on to the campaign, without what let one in; it is in the cookie now."""
    others = {name: value for name, value in given.items() if name not in (*SECRETS, "ws", "campaign")}
    address = urlencode({"ws": invited.workspace, "campaign": invited.campaign, **others})
    before = invitations_of(secret, asked.cookies)
    value = sign(secret, INVITED, with_invitation(before, invited))
    answer = RedirectResponse(f"{ANNOTATE}?{address}", 303)
    answer.headers.append("set-cookie", set_cookie(INVITED, value, https=asked.https))
    return answer


def _code_page(given: Mapping[str, str], wrong: str = "", status: int = 401) -> Response:
    hidden = {name: value for name, value in given.items() if name not in SECRETS}
    return plain_page(
        "Take part",
        "Open the whole link that you were sent, or type the invitation code that came with it.",
        form=form_of(JOIN, "Invitation code", "code", hidden, "Go on"),
        wrong=wrong,
        status=status,
    )


def _leave(asked: Asked) -> Response:
    answer = plain_page("Similarity Explorer", "This browser has no key any more. Open a link with a key to come back.")
    for name in (PASS, INVITED):
        answer.headers.append("set-cookie", set_cookie(name, "", https=asked.https))
    return answer


def _later(answer: Response, asked: Asked) -> Response:
    answer.headers["Retry-After"] = str(WRONG_KEYS.wait(asked.client))
    return answer


async def _form(scope: Scope, receive: Receive) -> dict[str, str]:
    """The fields of a small form; {} when it is larger than one of ours can be."""
    data = b""
    try:
        async for chunk in Request(scope, receive).stream():
            data += chunk
            if len(data) > LARGEST_FORM:
                return {}
    except ClientDisconnect:
        return {}
    return dict(parse_qsl(data.decode("utf-8", "replace")))
