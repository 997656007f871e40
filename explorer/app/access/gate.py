"""The gate before every route: hosts, origins, roles, and the headers of every answer. See `table` and `rules`."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.app.access.asked import Asked, asked_of
from explorer.app.access.door import campaign_page, door, key_page
from explorer.app.access.headers import with_safety
from explorer.app.access.hosts import Hosts, hosts_of
from explorer.app.access.keys import the_keys
from explorer.app.access.pictures import is_asked_about
from explorer.app.access.rules import Refusal, from_elsewhere, not_from_here, wrong_host, wrong_role
from explorer.app.access.table import kind_of
from explorer.app.access.uploads import UploadCount
from explorer.app.access.who import guard
from explorer.base.permission import Role
from explorer.base.settings import served_hosts


@dataclass
class Gate:
    """ASGI middleware around the whole app."""

    app: ASGIApp
    hosts: Hosts

    def __post_init__(self) -> None:
        self.uploads = UploadCount()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        asked = asked_of(scope)
        answer = await self._answer(asked, scope, receive)
        if answer is None:
            await self.app(scope, receive, _safely(send))
        elif asked.method == "WS":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, _safely(send))

    async def _answer(self, asked: Asked, scope: Scope, receive: Receive) -> Response | None:
        """What is answered instead of passing on; None to pass on."""
        kind = kind_of(asked)
        refusal = wrong_host(asked, self.hosts) or from_elsewhere(asked, self.hosts, kind)
        now = guard()
        if now.is_open:
            refusal = refusal or not_from_here(asked)
        if refusal:
            return _refused(refusal)
        visitor, query = now.visitor(asked), _query(scope)
        if kind == "door":
            return await door(asked, now, scope, receive)
        moved = campaign_page(asked, query)
        if moved is not None:
            return moved
        refusal = wrong_role(asked, kind, visitor.role, login=now.mails is not None)
        if kind == "picture" and refusal and await run_in_threadpool(is_asked_about, asked.path, query.get("t", "")):
            return None
        if refusal is None and kind == "upload":
            refusal = self.uploads.refusal(asked)
        if refusal and kind == "page" and visitor.role is Role.NOBODY:
            return key_page(now)
        return _refused(refusal) if refusal else None


def gate() -> list[Middleware]:
    """The middleware of a server that was started with `--address` and `--host`, to be mounted first."""
    if not guard().is_open:
        the_keys()
    return [Middleware(Gate, hosts=hosts_of(*served_hosts()))]


def given_origins() -> list[str]:
    """The origins of the pages of a proxy whose name was given."""
    return [f"{scheme}://{name}" for name in served_hosts()[1] for scheme in ("http", "https")]


def _refused(refusal: Refusal) -> Response:
    return PlainTextResponse(refusal.message, refusal.status, headers={"Cache-Control": "no-store"})


def _query(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))


def _safely(send: Send) -> Send:
    async def safe(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": with_safety(message.get("headers", ()))}
        await send(message)

    return safe
