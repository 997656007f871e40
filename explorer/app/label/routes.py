"""Labels that are given by keyboard: a route beside the pages, because a run of a page for each key would be slow.

/labels/{workspace}   POST, JSON: what a person did, see `sitting.read_ask`; the next items and the counts out
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer.app.access.asked import asked_of
from explorer.app.access.bodies import NO_STORE, refused, with_body
from explorer.app.access.who import guard
from explorer.app.frame.gallery import Cards, card_values
from explorer.base.errors import ExplorerError, Refused
from explorer.base.permission import Actor, require
from explorer.features.label.sitting import Next, read_ask, take_step
from explorer.features.label.unsaid import unsaid_caption
from explorer.workspace.finding import workspace_folder
from explorer.workspace.opened import Opened, open_shared


def label_route() -> Route:
    """The route."""

    async def label(request: Request) -> Response:
        asked = asked_of(request.scope)
        visitor = guard().visitor(asked)
        who = Actor(visitor.role, visitor.name or asked.client)
        return await with_body(request, who, lambda body: _label(request.path_params["workspace"], body))

    return Route("/labels/{workspace}", label, methods=["POST"])


def _label(name: str, body: object) -> Response:
    try:
        require("label")
        opened = open_shared(workspace_folder(name))
        sitting, step = read_ask(body)
        found = take_step(opened, sitting, step)
    except Refused as error:
        return refused(str(error), 403)
    except ExplorerError as error:
        return refused(str(error), 400)
    return JSONResponse(values(opened, found), headers=NO_STORE)


def values(opened: Opened, found: Next) -> dict[str, Any]:
    """What the tiles are told."""
    return {
        "names": [list(one) for one in zip(found.names, found.counts, strict=True)],
        "cards": card_values(opened, Cards(found.rows, ranked=False), column=unsaid_caption(opened)),
        "last": found.last,
        "changed": dict(found.changed),
    }
