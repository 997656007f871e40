"""The view as the page reads and changes it: the address is the only place where it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode

import streamlit as st

from explorer.app.explore.history import History
from explorer.app.explore.view import ADDRESS, Region, View
from explorer.app.frame.address import keep, parameters
from explorer.base.dataset import Dataset
from explorer.drawing.map.place import PLACE
from explorer.search.query import QueryPart
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

HISTORY, NOTES, DETAILS = "explore.history", "explore.notes", "explore.details"
MARKED = "explore.marked"


@dataclass(frozen=True)
class Context:
    """What one run of the page works on: a workspace in one state, the chosen encoder, and the view of the address."""

    opened: Opened
    encoder: str
    view: View

    @property
    def workspace(self) -> Workspace:
        """The folder of the workspace."""
        return self.opened.workspace

    @property
    def dataset(self) -> Dataset:
        """The items, with their tags."""
        return self.opened.tagged

    @property
    def key(self) -> str:
        """Changes whenever anything of the workspace does."""
        return self.opened.key

    @cached_property
    def maps(self) -> tuple[str, ...]:
        """Methods of the maps that there are for the encoder, the preferred one first."""
        return self.opened.map_methods(self.encoder)

    @property
    def method(self) -> str:
        """Method of the map that is shown, "" when there is none."""
        return self.view.method if self.view.method in self.maps else (self.maps or ("",))[0]


def current_view() -> tuple[View, list[str]]:
    """The view that the address asks for, and sentences about what in it could not be used."""
    return ADDRESS.current()


def change(**changes: Any) -> None:
    """Go to the current view with these fields changed; one new entry in the browser's history."""
    ADDRESS.change(**changes)


def go_to(params: dict[str, list[str]]) -> None:
    """Go to the view of these parameters, which may name the model; the workspace stays."""
    kept = {name: values for name, values in parameters().items() if name not in (*ADDRESS.names, "model")}
    _go(kept | params)


def set_parts(parts: tuple[QueryPart, ...]) -> None:
    """Make these the query, and show what it finds."""
    view = ADDRESS.view()
    change(parts=parts, tool="results" if view.regions or view.saved else "")


def add_part(part: QueryPart) -> None:
    """Add one part to the query, in the place of an equal one with another weight."""
    kept = tuple(p for p in ADDRESS.view().parts if (p.kind, p.value) != (part.kind, part.value))
    set_parts((*kept, part))


def add_region(region: Region) -> None:
    """Select a region, added to, taken from or in the place of what is selected."""
    kept = () if region.mode == "replace" else ADDRESS.view().regions
    change(regions=(*kept, region), saved="", tool="")


def item_event(action: str, item: str) -> None:
    """What a click in a gallery or on the map does with an item's id."""
    if action == "open":
        enlarge(item)
    elif action == "query":
        set_parts((QueryPart("item", item),))
    else:
        add_part(QueryPart("item", item, -1.0 if action == "less" else 1.0))


def enlarge(item: str, among: Sequence[str] = ()) -> None:
    """Show an item in full in the next run; from it one can go on to the others of the list `among`."""
    st.session_state[DETAILS] = (item, list(among))


def take_enlarged() -> tuple[str, list[str]] | None:
    """The item to show in full and the list it stands in; told once."""
    asked: tuple[str, list[str]] | None = st.session_state.pop(DETAILS, None)
    return asked


def mark(item: str) -> None:
    """Point out an item on the map of this run, "" for none."""
    st.session_state[MARKED] = item


def take_mark() -> str:
    """The item that was pointed out in this run, "" for none."""
    marked: str = st.session_state.pop(MARKED, "")
    return marked


def note(message: str) -> None:
    """Keep a message for the next run of the page."""
    st.session_state[NOTES] = [*st.session_state.get(NOTES, []), message]


def take_notes() -> list[str]:
    """Messages kept for this run; they are shown once."""
    notes: list[str] = st.session_state.pop(NOTES, [])
    return notes


def visit() -> History:
    """Enter the shown address into the history of views."""
    seen = History(*st.session_state.get(HISTORY, ((), _text(), ())))
    return _keep(seen.visit(_text()))


def undo() -> None:
    """Go back to the view before this one."""
    _go(parse_qs(_keep(History(*st.session_state[HISTORY]).undo()).present, keep_blank_values=True))


def redo() -> None:
    """Go to the view that was undone last."""
    _go(parse_qs(_keep(History(*st.session_state[HISTORY]).redo()).present, keep_blank_values=True))


def _keep(history: History) -> History:
    st.session_state[HISTORY] = (history.past, history.present, history.future)
    return history


def keep_place(at: str) -> None:
    """Note the part of the map that is on screen; a step that undo takes back does not begin with it."""
    keep(PLACE, at)


def _text() -> str:
    return urlencode(sorted((name, values) for name, values in parameters().items() if name != PLACE), doseq=True)


def _go(params: dict[str, list[str]]) -> None:
    st.query_params.from_dict(params)
