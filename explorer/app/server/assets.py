"""Streamlit's own scripts and styles, by the process that people talk to: a page asks for some sixty of them.

Their names change with their content, so browsers keep them for good, and each is packed once.
"""

import gzip
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from explorer.base.errors import InputError
from explorer.io.paths import resolve_below

FOLDER = Path(streamlit.__file__).parent / "static" / "static"
PACKED = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"}
"""Kinds that are packed, not left to a table of the machine: a browser runs no script of another kind."""
FOR_GOOD = "public, immutable, max-age=31536000"


def asset_route() -> Route:
    """The route of these files."""
    return Route("/static/{path:path}", _asset)


def _asset(request: Request) -> Response:
    try:
        path = resolve_below(FOLDER, request.path_params["path"])
    except InputError:
        path = FOLDER
    if not path.is_file():
        return PlainTextResponse("There is no such file.", 404)
    headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
    media = PACKED.get(path.suffix)
    if not media or "gzip" not in request.headers.get("accept-encoding", ""):
        return FileResponse(path, headers=headers, media_type=media)
    return Response(_packed(path), media_type=media, headers={**headers, "Content-Encoding": "gzip"})


@lru_cache(maxsize=1000)
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6)
