"""HTTP routes beside the pages: thumbnails, images and items of a workspace.

/thumbs/{workspace}/{row}?size=128&v=KEY   WebP; kept on disk below the workspace
/image/{workspace}/{row}?v=KEY             the file itself when a browser can show it, else WebP
/item/{workspace}/{row}                    JSON: row, id, caption, text, attributes
/neighbours/{workspace}/{row}?model=SPEC&v=KEY   JSON: the rows of the nearest under that model, nearest first
/values/{workspace}?column=NAME&v=KEY      JSON: names of the column's values, and how many items have each
/labels/{workspace}                        POST, JSON: a label in, the next items out, see `label.routes`
/matches/{workspace}                       POST, JSON: a decision on a pair in, the counts out, see `match.routes`
/elites/{workspace}/{run}/{candidate}?v=KEY   WebP of a candidate of a MAP-Elites run; "atlas", "whole": all elites

Those of people who take part in campaigns are in `participant.routes`.
"""

import math
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from explorer.app.label.routes import label_route
from explorer.app.match.routes import match_route
from explorer.app.participant.routes import participant_routes
from explorer.app.server.shown_pictures import ShownPictures, key_of
from explorer.base.arrays import check_choice
from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import Busy, ExplorerError, InputError
from explorer.io.disk import DISK_ERRORS, disk_message
from explorer.io.tag_names import tag_column
from explorer.io.thumbnails import SIZES, make_thumbnail, thumbnail
from explorer.search.captions import last_part, naming_column, shown_value
from explorer.search.facets import facet, values_version
from explorer.search.find import find
from explorer.search.query import QueryPart
from explorer.workspace.added_columns import column_store
from explorer.workspace.finding import workspace_folder
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import manifest_stamp
from explorer.workspace.opened import open_shared
from explorer.workspace.tags import tag_store

SHOWN_BY_BROWSERS = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
LARGEST_SIDE = 2048
SHEETS = ("atlas", "whole")
NEIGHBOURS = 12  # told of one item
LARGEST_EXACT = 2**53  # whole numbers beyond lose digits in a browser
Handler = Callable[[Request, Workspace, dict[str, Any]], Response]


def _named(name: str) -> tuple[Workspace, Dataset]:
    """A workspace and its items; WorkspaceError when there is none of this name.

    Pictures are asked for by the hundred, so this looks at one file only, not at all vectors and maps.
    """
    folder = workspace_folder(name)
    return _opened(folder, manifest_stamp(folder))


@lru_cache(maxsize=16)
def _opened(folder: Path, stamp: str) -> tuple[Workspace, Dataset]:
    workspace = Workspace.open(folder)
    return workspace, workspace.dataset()


@lru_cache(maxsize=16)
def _naming_column(folder: Path, stamp: str) -> str:
    return naming_column(_opened(folder, stamp)[1])


def _item(name: str, row: int) -> tuple[Workspace, dict[str, Any]]:
    """The workspace and the values of one row; ExplorerError when there is no such workspace or row."""
    workspace, dataset = _named(name)
    if not 0 <= row < len(dataset):
        raise InputError(f"Expected a row from 0 to {len(dataset) - 1}, got {row}.")
    values: dict[str, Any] = dataset.table.slice(row, 1).to_pylist()[0]
    return workspace, values


def _endpoint(answer: Handler) -> Callable[[Request], Response]:
    """Wrap an answer: look the item up, turn an ExplorerError into 404 (Busy into 503) with its message."""

    def endpoint(request: Request) -> Response:
        try:
            workspace, values = _item(request.path_params["workspace"], request.path_params["row"])
            response = answer(request, workspace, values)
        except Busy as error:
            return PlainTextResponse(str(error), status_code=503, headers={"Retry-After": "10"})
        except ExplorerError as error:
            return PlainTextResponse(str(error), status_code=404)
        except DISK_ERRORS as error:
            return _of_the_disk(error)
        return _kept(request, response)

    return endpoint


def _remembered(look_up: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for pictures: `look_up` in a thread, unless the picture was shown a moment ago."""
    shown = ShownPictures()

    async def endpoint(request: Request) -> Response:
        key = key_of(request)
        picture = shown.get(key) if key else b""
        if picture:
            return _kept(request, Response(picture, media_type="image/webp"))
        response = await run_in_threadpool(look_up, request)
        if key and response.status_code == 200:
            shown.keep(key, bytes(response.body))
        return response

    return endpoint


def _of_the_disk(error: Exception) -> Response:
    """503 with what is wrong with the disk; every other error is raised again."""
    message = disk_message(error)
    if not message:
        raise error
    return PlainTextResponse(message, status_code=503)


def _kept(request: Request, response: Response) -> Response:
    """The response with what browsers may do with it; one whose address names a version is kept for good."""
    fixed = "v" in request.query_params
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable" if fixed else "no-cache"
    return response


def _check_image(workspace: Workspace, values: dict[str, Any]) -> None:
    """InputError when an item has no image, or it is gone."""
    if not values[PATH]:
        raise InputError(f"The item {values[ID]!r} has no image.")
    if not workspace.images_there([values[PATH]])[0]:
        raise InputError(f"The image {values[PATH]} is no longer there. Update the workspace from its source.")


def _thumbnail(request: Request, workspace: Workspace, values: dict[str, Any]) -> Response:
    size = check_choice(request.query_params.get("size", "128"), map(str, SIZES), "size")
    _check_image(workspace, values)
    return Response(thumbnail(workspace, request.path_params["row"], int(size)), media_type="image/webp")


def _image(request: Request, workspace: Workspace, values: dict[str, Any]) -> Response:
    _check_image(workspace, values)
    path = workspace.image_path(values[PATH])
    known = SHOWN_BY_BROWSERS.get(path.suffix.lower())
    if known:
        return FileResponse(path, media_type=known)
    return Response(make_thumbnail(path, LARGEST_SIDE), media_type="image/webp")


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return ", ".join(map(str, value))
    exact = not isinstance(value, int) or abs(value) <= LARGEST_EXACT
    return value if isinstance(value, str | int | float | bool | None) and exact else str(value)


def _json(request: Request, workspace: Workspace, values: dict[str, Any]) -> Response:
    attributes = {name: _plain(value) for name, value in values.items() if name not in (ID, PATH, TEXT, HASH)}
    attributes |= column_store(workspace).of_item(values[ID])
    tags = tag_store(workspace).of_item(values[ID])
    attributes |= {tag_column(values): _plain(tags)} if tags else {}
    naming = values[_naming_column(workspace.path, manifest_stamp(workspace.path))]
    told = {"id": values[ID], "caption": shown_value(naming) or last_part(values[ID]), "text": values[TEXT]}
    return JSONResponse({"row": request.path_params["row"], **told, "attributes": attributes})


def _values(request: Request) -> Response:
    """All values of a column that has many: names and counts, in the order of `Facet.values`."""
    try:
        opened = open_shared(workspace_folder(request.path_params["workspace"]))
        if request.query_params.get("v", "") not in ("", values_version(opened)):
            raise InputError("The items changed meanwhile.")
        found = facet(opened, request.query_params.get("column", ""))
    except ExplorerError as error:
        return PlainTextResponse(str(error), status_code=404)
    names = [value for value in found.values if value is not None]
    return _kept(request, JSONResponse({"names": names, "counts": found.totals[: len(names)].tolist()}))


def _neighbours(request: Request) -> Response:
    """The items that are most like one, without itself."""
    try:
        opened = open_shared(workspace_folder(request.path_params["workspace"]))
        model = check_choice(request.query_params.get("model", ""), opened.encoders, "model")
        row = request.path_params["row"]
        if not 0 <= row < len(opened.dataset):
            raise InputError(f"Expected a row from 0 to {len(opened.dataset) - 1}, got {row}.")
        part = QueryPart("item", str(opened.dataset.ids[row]))
        found = find(opened, model, (part,), "", NEIGHBOURS + 1).rows
    except ExplorerError as error:
        return PlainTextResponse(str(error), status_code=404)
    return _kept(request, JSONResponse({"rows": found[found != row][:NEIGHBOURS].tolist()}))


def _elite(request: Request) -> Response:
    """A picture of a run's candidate, or the sheet of all its elites."""
    from explorer.features.elites.pictures import atlas, picture
    from explorer.features.elites.view import current_run

    asked, run_name = request.path_params["candidate"], request.path_params["run"]
    try:
        run = current_run(_named(request.path_params["workspace"])[0], run_name)
        if asked not in SHEETS and not asked.isdecimal():
            raise InputError(f"Expected the number of a candidate, atlas or whole, got {asked[:40]!r}.")
        data = atlas(run, whole=asked == "whole") if asked in SHEETS else picture(run, int(asked))
        if data is None:
            raise InputError("There is no picture.")
    except ExplorerError as error:
        return PlainTextResponse(str(error), status_code=404)
    except DISK_ERRORS as error:
        return _of_the_disk(error)
    return _kept(request, Response(data, media_type="image/jpeg" if asked == "atlas" else "image/webp"))


def light_routes() -> list[Route]:
    """What takes milliseconds and is asked for all the time: pictures, items, answers."""
    answers = {"thumbs": _remembered(_endpoint(_thumbnail)), "image": _endpoint(_image), "item": _endpoint(_json)}
    found = [Route(f"/{name}/{{workspace}}/{{row:int}}", answer) for name, answer in answers.items()]
    nothing = [Route(f"/{name}/{{rest:path}}", _nothing) for name in answers]
    return [*found, *nothing, *participant_routes(_named)]


def _nothing(request: Request) -> Response:
    return PlainTextResponse("There is nothing at this address.", status_code=404)


def routes() -> list[Route]:
    """All routes, to be served beside the pages."""
    elites = Route("/elites/{workspace}/{run}/{candidate}", _elite)
    neighbours = Route("/neighbours/{workspace}/{row:int}", _neighbours)
    return [*light_routes(), elites, neighbours, Route("/values/{workspace}", _values), label_route(), match_route()]
