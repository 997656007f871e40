"""What a link to the MAP-Elites page carries: the run, the chosen cell, colours or pictures."""

from dataclasses import dataclass

import streamlit as st

from explorer.app.frame.cache import elites_run
from explorer.app.frame.page import keep_in_url
from explorer.app.frame.theme import plain
from explorer.base.errors import WorkspaceError
from explorer.features.elites.store import check_same_data, existing_run, read_info, run_names
from explorer.features.elites.view import OpenRun, run_stamp
from explorer.workspace.folder import Workspace

SHOWN = {"pictures": "Pictures", "colours": "Colours"}


@dataclass(frozen=True)
class View:
    """run: name, "" for none. cell: chosen one, -1 for none. pictures: instead of colours."""

    run: str
    cell: int
    pictures: bool


def current_view(workspace: Workspace, encoder: str, searching: bool) -> View:
    """The view that the address asks for; the newest run of this model when it names none.

    searching: a run may be about to appear.
    """
    asked = st.query_params.get("run", "")
    own = runs_of(workspace, encoder)
    if asked and not searching and asked not in run_names(workspace):
        st.warning(f"There is no map named “{plain(asked[:80])}” here.", icon=":material/link_off:")
        asked = ""
    cell = st.query_params.get("cell", "")
    return View(
        asked or (own[0] if own else ""),
        int(cell) if cell.isdecimal() and len(cell) < 10 else -1,
        st.query_params.get("show", "pictures") != "colours",
    )


def runs_of(workspace: Workspace, encoder: str) -> list[str]:
    """Names of the runs made with a model, the newest first; damaged ones are left out."""
    found = []
    for name in run_names(workspace):
        try:
            settings = read_info(existing_run(workspace, name)).settings
        except WorkspaceError:
            continue
        if settings.encoder == encoder:
            found.append(name)
    return found


def get_run(workspace: Workspace, name: str, encoder: str) -> tuple[OpenRun, str]:
    """The run as it is now, and its stamp. WorkspaceError when it belongs to another model or other items."""
    check_same_data(workspace, read_info(existing_run(workspace, name)), encoder)
    stamp = run_stamp(workspace, name)
    return elites_run(str(workspace.path), name, stamp), stamp


def refused(workspace: Workspace, name: str, encoder: str) -> str:
    """Why a run cannot be shown with this model and these items; "" when it can, or is only about to appear."""
    if name not in run_names(workspace):
        return ""
    try:
        check_same_data(workspace, read_info(existing_run(workspace, name)), encoder)
    except WorkspaceError as error:
        return str(error)
    return ""


def pick_cell(cell: int) -> None:
    """Choose a cell."""
    keep_in_url("cell", str(cell))


def pick_run(name: str) -> None:
    """Choose a run; its best cell is chosen with it later."""
    keep_in_url("run", name)
    keep_in_url("cell", "")
