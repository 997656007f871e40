"""Saved views of a workspace, in views.json. They are made by hand: the states before the last changes are kept."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from explorer.base.errors import InputError, WorkspaceError
from explorer.base.permission import require
from explorer.io.atomic import atomic_write, read_json, write_json
from explorer.io.locks import exclusive
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import VIEWS, VIEWS_HISTORY, VIEWS_LOCK

SCHEMA, KEPT_STATES = 2, 20
EXPLORE = "Explore"
READ = (1, 2)
"""Schema versions that are read; views of the first are all of the page Explore."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class SavedView:
    """A named view of a page.

    query: what stands in the URL; ids: the selected items; created: ISO 8601, UTC; page: its name.
    """

    name: str
    created: str = field(default_factory=_now)
    query: dict[str, Any] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    page: str = EXPLORE


def load_views(ws: Workspace) -> list[SavedView]:
    """The saved views, the oldest first; WorkspaceError when the file is damaged, or of a newer version."""
    path = ws.path / VIEWS
    return read_views(path) if path.exists() else []


def read_views(path: Path) -> list[SavedView]:
    """The views in a file; WorkspaceError when it is damaged, or of a newer version."""
    try:
        values = read_json(path)
        schema = values["schema"]
        if schema in READ:
            return [SavedView(**value) for value in values["views"]]
    except (WorkspaceError, TypeError, KeyError) as error:
        raise WorkspaceError(
            f"{path} is damaged ({error}). The state before the last change comes back with: "
            f"explorer repair {path.parent.name}"
        ) from error
    raise WorkspaceError(
        f"{path} has schema version {schema}, this program reads {SCHEMA}: upgrade Similarity Explorer. "
        "Nothing was changed."
    )


def earlier_views(ws: Workspace) -> list[Path]:
    """Files with the states before the last changes, the newest first."""
    return sorted((ws.path / VIEWS_HISTORY).glob("[0-9]*.json"), reverse=True)


def save_view(ws: Workspace, view: SavedView) -> None:
    """Add `view`, in the place of one with the same name; InputError when it is empty, or that of another page's."""
    if not view.name.strip():
        raise InputError("Expected a name for the view, got none.")
    with _changing(ws):
        views = load_views(ws)
        places = [place for place, other in enumerate(views) if other.name == view.name]
        if places and views[places[0]].page != view.page:
            raise InputError(
                f"There is a view called {view.name!r} of the page {views[places[0]].page}. Choose another name."
            )
        if places:
            views[places[0]] = view
        else:
            views.append(view)
        _write(ws, views)


def delete_view(ws: Workspace, name: str) -> None:
    """Remove the view called `name`; InputError when there is none."""
    with _changing(ws):
        views = load_views(ws)
        rest = [view for view in views if view.name != name]
        if len(rest) == len(views):
            known = ", ".join(view.name for view in views) or "none"
            raise InputError(f"There is no view called {name!r}; there are: {known}.")
        _write(ws, rest)


@contextmanager
def _changing(ws: Workspace) -> Iterator[None]:
    """One change at a time; a lock of its own, so that a job that runs for hours stops nobody from saving a view."""
    require("save views")
    with exclusive(ws.path / VIEWS_LOCK):
        yield


def _write(ws: Workspace, views: list[SavedView]) -> None:
    path: Path = ws.path / VIEWS
    if path.exists():
        with atomic_write(ws.path / VIEWS_HISTORY / f"{time.time_ns():020}.json") as temporary:
            shutil.copyfile(path, temporary)
        for old in earlier_views(ws)[KEPT_STATES:]:
            old.unlink(missing_ok=True)
    write_json(path, {"schema": SCHEMA, "views": [asdict(view) for view in views]})
