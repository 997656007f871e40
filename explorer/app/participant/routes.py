"""The participant's page and what it asks for. The page itself holds nothing of any data: what it may show, it asks.

/answer/{workspace}/{campaign}   the page, the same for whatever is asked for
/answer-page/{hash}/{name}       its script and its styles
/judgments/{workspace}/join      POST, JSON: who comes in, see `coming_in.come_in`
/judgments/{workspace}           POST, JSON: a person's answers in, the next questions out
"""

import json
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from explorer.app.access.asked import asked_of
from explorer.app.access.login import login_is_configured, mail_in
from explorer.app.access.rates import JOINS, WRONG_KEYS, too_fast
from explorer.app.access.who import guard
from explorer.base.dataset import Dataset
from explorer.base.errors import ExplorerError
from explorer.base.permission import Actor, Role, acting
from explorer.base.settings import workspaces_root
from explorer.features.judgments.asking.annotating import answer_page, join_page
from explorer.features.judgments.asking.coming_in import Asker
from explorer.io.disk import DISK_ERRORS, disk_message
from explorer.io.json_text import json_value
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import manifest_stamp
from explorer.workspace.renamed import renamed_to

HERE = Path(__file__).parent
LARGEST_BODY = 256 * 1024
NO_STORE = {"Cache-Control": "no-store"}
Find = Callable[[str], tuple[Workspace, Dataset]]


@cache
def _script() -> bytes:
    return "\n".join(path.read_text("utf-8") for path in sorted((HERE / "js").glob("*.js"))).encode()


@cache
def _styles() -> bytes:
    return (HERE / "page.css").read_bytes()


@cache
def _version() -> str:
    return blake2b(_script() + _styles(), digest_size=8).hexdigest()


@cache
def _page() -> str:
    assets = f"/answer-page/{_version()}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Take part</title>'
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{assets}/page.css">'
        f'<script type="module" src="{assets}/page.js"></script></head>'
        '<body><main id="page"><noscript>This page needs JavaScript.</noscript></main></body></html>'
    )


def participant_routes(find: Find) -> list[Route]:
    """The routes of the page. find: the workspace of a name and its items, ExplorerError when there is none."""

    async def join(request: Request) -> Response:
        return await _with_body(request, lambda body: _join(request, find, body))

    async def judge(request: Request) -> Response:
        return await _with_body(request, lambda body: _judge(request.path_params["workspace"], find, body))

    return [
        Route("/answer/{rest:path}", _shell),
        Route("/answer-page/{version}/{name}", _asset),
        Route("/judgments/{workspace}/join", join, methods=["POST"]),
        Route("/judgments/{workspace}", judge, methods=["POST"]),
    ]


def _shell(request: Request) -> Response:
    return HTMLResponse(_page(), headers=NO_STORE)


def _asset(request: Request) -> Response:
    found = {"page.js": (_script, "text/javascript"), "page.css": (_styles, "text/css")}.get(
        request.path_params["name"]
    )
    if found is None or request.path_params["version"] != _version():
        return PlainTextResponse("There is no such file.", 404)
    made, media = found
    return Response(made(), media_type=media, headers={"Cache-Control": "public, immutable, max-age=31536000"})


async def _with_body(request: Request, answer: Callable[[Any], Response]) -> Response:
    """The answer to a body of JSON of a bounded size."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        return _refused("Expected JSON.", 415)
    data = b""
    try:
        async for chunk in request.stream():
            data += chunk
            if len(data) > LARGEST_BODY:
                return _refused("Expected at most 256 KB at once.", 413)
        body = json_value(data)
        json.dumps(body, ensure_ascii=False).encode()  # half a sign can be written as JSON, and stored nowhere
    except ClientDisconnect:
        return PlainTextResponse("", status_code=400)
    except ValueError as error:
        return _refused(f"Expected JSON ({error}).", 400)
    return await run_in_threadpool(_safely, request, answer, body)


def _safely(request: Request, answer: Callable[[Any], Response], body: Any) -> Response:
    who = Actor(Role.ANNOTATOR, asked_of(request.scope).client)
    try:
        with acting(who):
            return answer(body)
    except DISK_ERRORS as error:
        message = disk_message(error)
        if not message:
            raise
        return JSONResponse({"state": "busy", "message": message}, 503, headers=NO_STORE)


def _join(request: Request, find: Find, body: Any) -> Response:
    asked = asked_of(request.scope)
    if wait := max(WRONG_KEYS.wait(asked.client), JOINS.take(asked.client)):
        return _busy("That was tried too often. Wait a moment.", wait)
    try:
        name = request.path_params["workspace"]
        workspace, dataset = find(renamed_to(workspaces_root(), name) or name)
    except ExplorerError:
        workspace, dataset = None, None
    status, reply = join_page(workspace, dataset, body, _asker(request))
    if status == 403:
        WRONG_KEYS.count(asked.client)
    place = _place(workspace) if status == 200 and workspace else {}
    return JSONResponse(reply | place, status, headers=NO_STORE)


def _asker(request: Request) -> Asker:
    asked, now, login = asked_of(request.scope), guard(), login_is_configured()
    origin = f"{'https' if asked.https else 'http'}://{asked.host}"
    mail = mail_in(asked.cookies, origin) if login else ""
    return Asker(trusted=now.visitor(asked).role is Role.ORGANISER, login=login, mail=mail)


def _place(workspace: Workspace) -> dict[str, str]:
    """Where a page that was let in sends answers, and the version of the pictures."""
    version = blake2b(manifest_stamp(workspace.path).encode(), digest_size=8).hexdigest()
    return {"workspace": workspace.path.name, "version": version}


def _judge(name: str, find: Find, body: Any) -> Response:
    try:
        workspace, dataset = find(name)
    except ExplorerError as error:
        return _refused(str(error), 404)
    if wait := too_fast(body):
        return _busy("These are more answers than a person gives. They are sent again.", wait)
    status, reply = answer_page(workspace, dataset, body)
    return JSONResponse(reply, status, headers=NO_STORE)


def _refused(message: str, status: int) -> Response:
    return JSONResponse({"state": "refused", "message": message}, status, headers=NO_STORE)


def _busy(message: str, wait: int) -> Response:
    return JSONResponse({"state": "busy", "message": message}, 503, headers=NO_STORE | {"Retry-After": str(wait)})
