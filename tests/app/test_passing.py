"""The front passes on what is for the pages, over a real socket, as if the pages were asked themselves."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from explorer.app.server.pages import Pages
from explorer.app.server.passing import PassedRequests, PassedSocket, with_headers


def serve(app: Any, listening: socket.socket, **options: Any) -> tuple[uvicorn.Server, Thread]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", **options))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    return server, thread


async def seen(request: Request) -> Response:
    """What the pages see of a request."""
    body = await request.body()
    client = request.client.host if request.client else ""
    said = f"{request.method} {request.url.path}?{request.url.query} {client} {request.headers.get('host')} {len(body)}"
    return PlainTextResponse(said, headers={"set-cookie": "a=1", "x-own": "kept"})


async def slow(request: Request) -> Response:
    async def pieces() -> Any:
        for _ in range(3):
            yield b"x" * 100_000

    return StreamingResponse(pieces(), 206)


async def echo(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol="streamlit")
    await websocket.send_text(f"{websocket.client.host if websocket.client else ''} {websocket.headers.get('cookie')}")
    while True:
        await websocket.send_bytes(await websocket.receive_bytes())


class SomeGate:
    """A gate that refuses websockets at one path, as the real one does before it passes on."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket" and scope["path"] == "/refused":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of a front, with such pages behind it."""
    address = str(tmp_path_factory.mktemp("pages") / "socket")
    behind, before = socket.socket(socket.AF_UNIX), socket.socket()
    behind.bind(address)
    behind.listen()
    before.bind(("127.0.0.1", 0))
    routes = [
        Route("/slow", slow),
        WebSocketRoute("/stream", echo),
        Route("/{path:path}", seen, methods=["GET", "PUT", "DELETE"]),
    ]
    pages, behind_thread = serve(Starlette(routes=routes), behind, forwarded_allow_ips="*")
    passed = PassedRequests(address)
    app = Starlette(routes=[Mount("/", passed)], middleware=[Middleware(SomeGate)], lifespan=passed.lifespan)
    front, thread = serve(app, before, http="h11", ws=PassedSocket)
    yield before.getsockname()[1]
    for server, running in ((front, thread), (pages, behind_thread)):
        server.should_exit = True
        running.join(10)


def test_a_request_goes_through_whole(port: int) -> None:
    headers = {"Host": "photos.example.org", "X-Forwarded-For": "6.6.6.6", "Cookie": "b=2"}
    answer = httpx2.request(
        "PUT", f"http://127.0.0.1:{port}/a%20b/%E2%82%AC?q=1&q=2", content=b"x" * 70_000, headers=headers
    )
    # uvicorn believes a proxy on this computer, so the address that it names goes on
    assert answer.text == "PUT /a b/€?q=1&q=2 6.6.6.6 photos.example.org 70000"
    assert answer.headers["set-cookie"] == "a=1" and answer.headers["x-own"] == "kept"
    assert len(answer.headers.get_list("date")) == len(answer.headers.get_list("server")) == 1


def test_what_comes_in_pieces_goes_through(port: int) -> None:
    answer = httpx2.get(f"http://127.0.0.1:{port}/slow")
    assert answer.status_code == 206 and len(answer.content) == 300_000


def test_a_websocket_goes_through_in_both_directions(port: int) -> None:
    address, names = f"ws://127.0.0.1:{port}/stream", ["streamlit"]
    with connect(address, subprotocols=names, additional_headers={"Cookie": "b=2"}, max_size=None) as one:  # type: ignore[arg-type]
        assert one.recv() == "127.0.0.1 b=2" and one.subprotocol == "streamlit"
        for size in (1, 70_000, 3_000_000):
            one.send(b"y" * size)
            assert one.recv() == b"y" * size


def test_a_websocket_that_the_gate_refuses_does_not_come_through(port: int) -> None:
    with pytest.raises(InvalidStatus, match="403"), connect(f"ws://127.0.0.1:{port}/refused"):
        pass


def test_who_asks_is_said_by_the_front_alone() -> None:
    head = b"GET /x HTTP/1.1\r\nhost: a\r\nX-Forwarded-For: 6.6.6.6\r\nforwarded: for=7.7.7.7\r\n\r\n"
    changed = with_headers(head, [(b"x-forwarded-for", b"10.0.0.1")])
    assert changed == b"GET /x HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 10.0.0.1\r\n\r\n"


def test_pages_that_are_not_there_are_said(tmp_path: Path) -> None:
    async def ask() -> tuple[int, bytes]:
        app, found = PassedRequests(str(tmp_path / "nothing")), []
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "scheme": "http"}

        async def send(message: Any) -> None:
            found.append(message)

        async def receive() -> Any:
            return {"type": "http.disconnect"}

        await app(scope | {"server": ("a", 1), "client": ("b", 2)}, receive, send)
        async with app.lifespan(app):
            return found[0]["status"], found[1]["body"]

    status, body = asyncio.run(ask())
    assert status == 503 and b"Reload" in body


def test_pages_that_die_are_started_again_and_given_up_when_they_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    def begin(pages: Pages) -> "subprocess.Popen[bytes]":
        begun.append(1)
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"], stdin=subprocess.PIPE)

    monkeypatch.setattr(Pages, "_begin", begin)
    pages = Pages()
    assert pages.died.wait(30) and len(begun) == 4
    pages.close()
    assert not Path(pages.address).parent.exists()
