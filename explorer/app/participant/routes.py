"""The participant's page and what it asks for. The page itself holds nothing of any data: what it may show, it asks.

/answer/{workspace}/{campaign}   the page, the same for whatever is asked for
/answer-page/{hash}/{name}       its script and its styles
/judgments/{workspace}/join      POST, JSON: who comes in, see `coming_in.come_in`
/judgments/{workspace}           POST, JSON: a person's answers in, the next questions out
"""

from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from explorer.app.access.asked import asked_of
from explorer.app.access.bodies import NO_STORE, refused, with_body
from explorer.app.access.login import login_is_configured, mail_in
from explorer.app.access.rates import JOINS, WRONG_KEYS, too_fast
from explorer.app.access.who import guard
from explorer.base.dataset import Dataset
from explorer.base.errors import ExplorerError
from explorer.base.permission import Actor, Role
from explorer.base.settings import workspaces_root
from explorer.features.judgments.asking.annotating import answer_page, join_page
from explorer.features.judgments.asking.coming_in import Asker
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import manifest_stamp
from explorer.workspace.renamed import renamed_to

HERE = Path(__file__).parent
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
        return await _by_people(request, lambda body: _join(request, find, body))

    async def judge(request: Request) -> Response:
        return await _by_people(request, lambda body: _judge(request.path_params["workspace"], find, body))

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


async def _by_people(request: Request, answer: Callable[[Any], Response]) -> Response:
    """The answer to somebody who takes part in a campaign."""
    return await with_body(request, Actor(Role.ANNOTATOR, asked_of(request.scope).client), answer)


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
        return refused(str(error), 404)
    if wait := too_fast(body):
        return _busy("These are more answers than a person gives. They are sent again.", wait)
    status, reply = answer_page(workspace, dataset, body)
    return JSONResponse(reply, status, headers=NO_STORE)


def _busy(message: str, wait: int) -> Response:
    return JSONResponse({"state": "busy", "message": message}, 503, headers=NO_STORE | {"Retry-After": str(wait)})
