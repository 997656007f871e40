"""Decisions on pairs that are made by keyboard: a route beside the pages, because a run of a page for each key is slow.

/matches/{workspace}   POST, JSON: match, kind (decide, undo), left, right, state, and one, "yes" where a list is
                       matched with itself; out come the counts, what changed, and a number that grows with every
                       decision
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer.app.access.asked import asked_of
from explorer.app.access.bodies import NO_STORE, refused, with_body
from explorer.app.access.who import guard
from explorer.app.match.links_decided import STATES
from explorer.base.arrays import check_choice
from explorer.base.errors import ExplorerError, InputError, Refused
from explorer.base.permission import Actor, actor, require
from explorer.features.match.deciding import verdict_of
from explorer.workspace.finding import workspace_folder
from explorer.workspace.folder import Workspace
from explorer.workspace.match_store import OTHER, SAME, match_store

VERDICTS = {state: verdict for verdict, state in STATES.items()}
LONGEST = 2_000


def match_route() -> Route:
    """The route."""

    async def answer(request: Request) -> Response:
        asked = asked_of(request.scope)
        visitor = guard().visitor(asked)
        who = Actor(visitor.role, visitor.name or asked.client)
        return await with_body(request, who, lambda body: _decide(request.path_params["workspace"], body))

    return Route("/matches/{workspace}", answer, methods=["POST"])


def _decide(name: str, body: object) -> Response:
    try:
        require("label")
        found = decide(Workspace.open(workspace_folder(name)), body)
    except Refused as error:
        return refused(str(error), 403)
    except ExplorerError as error:
        return refused(str(error), 400)
    return JSONResponse(found, headers=NO_STORE)


def decide(workspace: Workspace, body: object) -> dict[str, Any]:
    """Do what a person decided. InputError for anything else than the route says, and when nothing is to be undone."""
    if not isinstance(body, dict):
        raise InputError(f"Expected an object, got {type(body).__name__}.")
    store, match, one = match_store(workspace), _text(body, "match"), _text(body, "one") == "yes"
    if check_choice(_text(body, "kind"), ("decide", "undo"), "kind") == "undo":
        last = store.undo(match, person())
        left, right = last.left, last.right
    else:
        left, right = _text(body, "left"), _text(body, "right")
        verdict = VERDICTS[check_choice(_text(body, "state"), VERDICTS, "state")]
        turned = one and (right, left) in store.decisions(match)  # of one list: as it was said before
        store.decide(match, person(), {(right, left) if turned else (left, right): verdict})
    stamp, said = store.version(), store.decisions(match)
    changed = {"left": left, "right": right, "state": STATES.get(verdict_of(said, (left, right), one), "")}
    return {"counts": counts_of(said), "changed": changed, "last": last_words(said), "stamp": stamp}


def person() -> str:
    """Under whose name decisions are kept."""
    return actor().name.strip()[:80] or "me"


def counts_of(decisions: Mapping[tuple[str, str], str]) -> tuple[int, int]:
    """How many pairs are kept as the same, and as not the same."""
    verdicts = list(decisions.values())
    return verdicts.count(SAME), verdicts.count(OTHER)


def last_words(decisions: Mapping[tuple[str, str], str]) -> str:
    """What an undo is about, "" where nothing was decided."""
    return "Take back the latest decision" if decisions else ""


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST:
        raise InputError(f"{name}: expected a text of at most {LONGEST:,} letters.")
    return value
