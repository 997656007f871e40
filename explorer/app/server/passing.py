"""Passing on what is for the pages: requests through an HTTP client, websockets byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote

import httpx2
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

Header = tuple[bytes, bytes]
PASS_ON = "explorer.pass_on"
HOP_BY_HOP = {
    *(b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer"),
    *(b"transfer-encoding", b"upgrade"),
}
OF_THE_SERVER = {b"date", b"server"}
FORWARDED = {b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port"}


class PassedRequests:
    """ASGI app that hands every request to the process at `address`, a socket in the file system."""

    def __init__(self, address: str) -> None:
        self._address = address
        transport = httpx2.AsyncHTTPTransport(uds=address, limits=httpx2.Limits(max_connections=None))
        self._client = httpx2.AsyncClient(transport=transport, timeout=None, trust_env=False)

    @asynccontextmanager
    async def lifespan(self, app: object) -> AsyncIterator[None]:
        """Of the app that this one is mounted in: connections are closed at its end."""
        yield
        await self._client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or splice a websocket."""
        if scope["type"] == "websocket":
            await scope["extensions"][PASS_ON](self._address, forwarded(scope))
            return
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        target = request.scope.get("raw_path") or str(request.scope["path"]).encode()
        query = request.scope["query_string"]
        asked = self._client.build_request(
            request.method,
            httpx2.URL("http://pages", raw_path=target + (b"?" + query if query else b"")),
            headers=[*_kept(request.headers.raw, HOP_BY_HOP | FORWARDED), *forwarded(request.scope)],
            content=None if request.method in ("GET", "HEAD") else request.stream(),
        )
        try:
            answer = await self._client.send(asked, stream=True)
        except httpx2.TransportError:
            return PlainTextResponse("The pages are being started. Reload in a moment.", 503, {"Retry-After": "2"})
        response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
        response.raw_headers = _kept(answer.headers.raw, HOP_BY_HOP | OF_THE_SERVER)
        return response


def forwarded(scope: Scope) -> list[Header]:
    """Headers that say who asks, and whether by https."""
    client = str((scope.get("client") or ("",))[0] or "")
    scheme = "https" if scope["scheme"] in ("https", "wss") else "http"
    return [(b"x-forwarded-for", client.encode("latin-1")), (b"x-forwarded-proto", scheme.encode("latin-1"))]


def _kept(headers: Iterable[Header], left_out: set[bytes]) -> list[Header]:
    return [(name, value) for name, value in headers if name.lower() not in left_out]


class PassedSocket(asyncio.Protocol):
    """What uvicorn hands the connection of a websocket to; the app decides, then bytes go both ways unread.

    The scope's extension PASS_ON splices the connection with a socket in the file system; headers are added.
    """

    def __init__(self, config: Any, server_state: Any, app_state: dict[str, Any]) -> None:
        self._app = config.loaded_app
        self._tasks: set[asyncio.Task[None]] = server_state.tasks
        self._state = app_state
        self._here: asyncio.Transport | None = None
        self._there: asyncio.Transport | None = None
        self._head, self._early = b"", b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is ours from now on."""
        assert isinstance(transport, asyncio.Transport)
        self._here = transport

    def data_received(self, data: bytes) -> None:
        """First the head of the request, then what belongs to the other side."""
        if self._there:
            self._there.write(data)
        elif self._head:
            self._early += data
        else:
            self._head = data
            task = asyncio.get_running_loop().create_task(self._ask())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def connection_lost(self, error: Exception | None) -> None:
        """The other side ends too."""
        if self._there:
            self._there.close()

    def pause_writing(self) -> None:
        """The browser is slower than the pages."""
        if self._there:
            self._there.pause_reading()

    def resume_writing(self) -> None:
        """The browser can take more."""
        if self._there:
            self._there.resume_reading()

    async def _ask(self) -> None:
        assert self._here
        scope = websocket_scope(self._head, self._here, self._state)
        scope["extensions"] = {PASS_ON: self._splice}
        await self._app(scope, _connect, self._refuse)

    async def _refuse(self, message: Any) -> None:
        assert self._here
        if message["type"] == "websocket.close" and not self._there:
            self._here.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self._here.close()

    async def _splice(self, address: str, headers: list[Header]) -> None:
        here = self._here
        assert here
        here.pause_reading()
        try:
            loop = asyncio.get_running_loop()
            self._there, _ = await loop.create_unix_connection(lambda: _Back(here), address)
        except OSError:
            await self._refuse({"type": "websocket.close"})
            return
        self._there.write(with_headers(self._head, headers) + self._early)
        here.resume_reading()


class _Back(asyncio.Protocol):
    """The side of the pages; `here` is the side of the browser."""

    def __init__(self, here: asyncio.Transport) -> None:
        self._here = here
        self._there: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._there = transport

    def data_received(self, data: bytes) -> None:
        self._here.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._here.close()

    def pause_writing(self) -> None:
        self._here.pause_reading()

    def resume_writing(self) -> None:
        self._here.resume_reading()


async def _connect() -> dict[str, Any]:
    return {"type": "websocket.connect"}


def websocket_scope(head: bytes, transport: asyncio.BaseTransport, state: dict[str, Any]) -> dict[str, Any]:
    """The ASGI scope of a websocket's request head, as uvicorn writes it: "GET target HTTP/1.1", then headers."""
    first, *lines = head.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    raw_path, _, query = first.split(b" ")[1].partition(b"?")
    headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    named = dict(headers).get(b"sec-websocket-protocol", b"").decode("latin-1")
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "wss" if transport.get_extra_info("sslcontext") else "ws",
        "server": _pair(transport.get_extra_info("sockname")),
        "client": _pair(transport.get_extra_info("peername")),
        "root_path": "",
        "path": unquote(raw_path.decode("latin-1")),
        "raw_path": raw_path,
        "query_string": query,
        "headers": headers,
        "subprotocols": [one.strip() for one in named.split(",") if one.strip()],
        "state": state.copy(),
    }


def _pair(address: Any) -> tuple[str, int] | None:
    return (str(address[0]), int(address[1])) if isinstance(address, tuple) else None


def with_headers(head: bytes, added: list[Header]) -> bytes:
    """A request's head with these headers instead of those that say who asks."""
    lines = head.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    kept = [line for line in lines[1:] if line.partition(b":")[0].strip().lower() not in FORWARDED]
    return b"\r\n".join([lines[0], *kept, *(name + b": " + value for name, value in added), b"", b""])
