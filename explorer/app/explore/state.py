"""The view as the page reads and changes it: the address is the only place where it is kept."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

import pandas as pd
import streamlit as st

from explorer.app.explore.history import History
from explorer.app.frame.query_url import NAMES, QueryPart, Region, ViewState, read_view, write_view
from explorer.base.dataset import Dataset
from explorer.workspace.folder import Workspace

HISTORY, NOTES, DETAILS = "explore.history", "explore.notes", "explore.details"


@dataclass(frozen=True)
class Context:
    """What one run of the page works on.

    key: changes whenever anything of the workspace does. maps: methods of the maps that there are for the encoder.
    """

    workspace: Workspace
    dataset: Dataset
    encoder: str
    key: str
    view: ViewState
    maps: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Folder of the workspace, for the keys of caches."""
        return str(self.workspace.path)

    @property
    def method(self) -> str:
        """Method of the map that is shown, "" when there is none."""
        return self.view.method if self.view.method in self.maps else (self.maps or ("",))[0]

    def row_of(self, item: str) -> int:
        """Row of the item with this id, -1 when there is none."""
        return int(self.dataset.ids.get_indexer(pd.Index([item], dtype=self.dataset.ids.dtype))[0])

    @property
    def query(self) -> tuple[str, ...]:
        """The query in the form of the address: small strings, for the keys of caches."""
        return tuple(write_view(self.view).get("q", ()))

    @property
    def regions(self) -> tuple[str, ...]:
        """The drawn selection in the form of the address."""
        return tuple(write_view(self.view).get("sel", ()))


def address() -> dict[str, list[str]]:
    """All parameters of the address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def current_view() -> tuple[ViewState, list[str]]:
    """The view that the address asks for, and sentences about what in it could not be used."""
    return read_view(address())


def change(**changes: Any) -> None:
    """Go to the current view with these fields changed; one new entry in the browser's history."""
    show(replace(current_view()[0], **changes))


def show(view: ViewState) -> None:
    """Go to this view; workspace, model and parameters of other parts stay."""
    kept = {name: values for name, values in address().items() if name not in NAMES}
    _go(kept | write_view(view))


def go_to(params: dict[str, list[str]]) -> None:
    """Go to the view of these parameters, which may name the model; the workspace stays."""
    kept = {name: values for name, values in address().items() if name not in (*NAMES, "model")}
    _go(kept | params)


def set_parts(parts: tuple[QueryPart, ...]) -> None:
    """Make these the query."""
    change(parts=parts)


def add_part(part: QueryPart) -> None:
    """Add one part to the query, in the place of an equal one with another weight."""
    kept = tuple(p for p in current_view()[0].parts if (p.kind, p.value) != (part.kind, part.value))
    set_parts((*kept, part))


def add_region(region: Region) -> None:
    """Select a region, added to, taken from or in the place of what is selected."""
    kept = () if region.mode == "replace" else current_view()[0].regions
    change(regions=(*kept, region), saved="", tool="selection")


def item_event(action: str, item: str) -> None:
    """What a click in a gallery or on the map does with an item's id."""
    if action == "open":
        st.session_state[DETAILS] = item
    elif action == "query":
        set_parts((QueryPart("item", item),))
    else:
        add_part(QueryPart("item", item, -1.0 if action == "less" else 1.0))


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


def _text() -> str:
    return urlencode(sorted(address().items()), doseq=True)


def _go(params: dict[str, list[str]]) -> None:
    st.query_params.from_dict(params)
