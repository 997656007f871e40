"""/enter and /leave, what stands in place of a page for whoever is not in, and where links of campaigns lead now."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope

from explorer.app.access.asked import Asked
from explorer.app.access.passes import PASS, set_cookie, sign
from explorer.app.access.plain_page import form_of, plain_page
from explorer.app.access.rates import WRONG_KEYS
from explorer.app.access.who import Guard
from explorer.base.permission import Role
from explorer.features.judgments.asking.invitations import page_address

ENTER, LEAVE, ANNOTATE = "/enter", "/leave", "/Annotate"
LARGEST_FORM = 8 * 1024
TOO_OFTEN = "That was wrong too often. Wait a few minutes and try again."


def campaign_page(asked: Asked, query: Mapping[str, str]) -> Response | None:
    """The way on for links into a campaign as they once were, /Annotate?ws=...&campaign=...; None for all else."""
    if asked.path != ANNOTATE or asked.method != "GET" or not (query.get("ws") and query.get("campaign")):
        return None
    others = {name: value for name, value in query.items() if name not in ("ws", "campaign", "model", "person")}
    return RedirectResponse(f"{page_address('', query['ws'], query['campaign'])}?{urlencode(others)}".rstrip("?"), 303)


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


def _leave(asked: Asked) -> Response:
    answer = plain_page("Similarity Explorer", "This browser has no key any more. Open a link with a key to come back.")
    answer.headers.append("set-cookie", set_cookie(PASS, "", https=asked.https))
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
