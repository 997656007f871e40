"""Buttons that begin a tour."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.tour.now import go
from explorer.base.errors import ExplorerError
from explorer.workspace.tours_store import load_tour

ICON = ":material/slideshow:"


def start_button(name: str, page: str, key: str, label: str, *, main: bool = False) -> None:
    """A button on `page` that shows the tour of this name from its first stop on. main: in the main colour."""
    if st.button(plain(label), key=key, icon=ICON, type="primary" if main else "secondary"):
        begin(name, page)


def begin(name: str, page: str) -> None:
    """Go from `page` to the first stop of a tour; a message where that cannot be."""
    try:
        tour = load_tour(name)
    except ExplorerError as error:
        st.error(plain(error))
        return
    if not tour.stops:
        st.info("This tour has no stops yet. Add some with “Views and tours” in the sidebar of a page.")
    go(tour, 1, page)
