"""Requests with a body of JSON: read with bounds, answered in a thread, by whoever asks."""

import json
from collections.abc import Callable
from functools import cache

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from explorer.base.permission import Actor, acting
from explorer.io.disk import DISK_ERRORS, disk_message
from explorer.io.json_text import json_value

LARGEST_BODY = 256 * 1024
AT_ONCE = 4
"""Bodies that are answered at the same time. More threads wait for Python anew after each word with a database."""
NO_STORE = {"Cache-Control": "no-store"}


async def with_body(request: Request, who: Actor, answer: Callable[[object], Response]) -> Response:
    """The answer to a body of JSON of a bounded size; `who` acts. A full or locked disk is 503 with a message."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        return refused("Expected JSON.", 415)
    data = b""
    try:
        async for chunk in request.stream():
            data += chunk
            if len(data) > LARGEST_BODY:
                return refused("Expected at most 256 KB at once.", 413)
        body = json_value(data)
        json.dumps(body, ensure_ascii=False).encode()  # half a sign can be written as JSON, and stored nowhere
    except ClientDisconnect:
        return PlainTextResponse("", status_code=400)
    except ValueError as error:
        return refused(f"Expected JSON ({error}).", 400)
    return await to_thread.run_sync(_safely, who, answer, body, limiter=_limiter())


@cache
def _limiter() -> CapacityLimiter:
    return CapacityLimiter(AT_ONCE)


def _safely(who: Actor, answer: Callable[[object], Response], body: object) -> Response:
    try:
        with acting(who):
            return answer(body)
    except DISK_ERRORS as error:
        message = disk_message(error)
        if not message:
            raise
        return JSONResponse({"state": "busy", "message": message}, 503, headers=NO_STORE)


def refused(message: str, status: int) -> Response:
    """Why something is not done."""
    return JSONResponse({"state": "refused", "message": message}, status, headers=NO_STORE)
