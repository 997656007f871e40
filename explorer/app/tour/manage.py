"""The tours on the home page: show, check, copy, download, bring in, delete; and the stops of the chosen one."""

from collections.abc import Callable

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.tour.check import lacking
from explorer.app.tour.start import start_button
from explorer.app.tour.stops import CHECKED, SAID, stop_rows
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.io.text import counted
from explorer.workspace.opened import Opened
from explorer.workspace.saved import SavedView, load_views
from explorer.workspace.tours import HOME, LONGEST_CAPTION, Tour, stop_of, write_tour
from explorer.workspace.tours_store import (
    add_stop,
    bring_tour,
    delete_tour,
    has_earlier,
    load_tour,
    make_tour,
    tour_names,
    undo_change,
)

SHOW = "tours.show"  # the tour that was just made
Choose = Callable[[str], None]


def tours(opened: Opened, chosen: str, choose: Choose) -> None:
    """The tab. chosen: name of the tour whose stops are shown, "" for the first; `choose` puts it into the address."""
    if SHOW in st.session_state:
        chosen = st.session_state.pop(SHOW)
        choose(chosen)
    said = st.session_state.pop(SAID, "")
    if said:
        st.info(plain(said))
    names = tour_names()
    name = chosen if chosen in names else names[0]
    st.session_state["tours.chosen"] = name
    st.selectbox(
        "Tour", names, key="tours.chosen", on_change=lambda: choose(st.session_state["tours.chosen"]), width=420
    )
    try:
        tour = load_tour(name)
    except ExplorerError as error:
        st.error(plain(error))
        _rest(None, name, opened)
        return
    about = "It ships with the program; make a copy to change it." if tour.built_in else "Your own."
    st.caption(f"{counted(len(tour.stops), 'stop')}. {about}")
    _actions(tour)
    stop_rows(tour)
    _rest(tour, name, opened)


def _actions(tour: Tour) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        start_button(tour.name, HOME, "tours.start", "Show this tour", main=True)
        if st.button(
            "Check the stops", key="tours.check", icon=":material/fact_check:", help="Does each stop still open?"
        ):
            st.session_state[CHECKED] = (tour.name, [lacking(stop) for stop in tour.stops])
        st.download_button(
            "Download",
            write_tour(tour),
            f"{tour.name}.json",
            "application/json",
            key="tours.download",
            icon=":material/download:",
            on_click="ignore",
        )
        if may("save views"):
            _copy(tour)


def _copy(tour: Tour) -> None:
    with st.popover("Copy", icon=":material/content_copy:", key="tours.copy"):
        name = st.text_input("Name of the copy", f"{tour.name[:70]} copy", key=f"tours.copy.{tour.name}", max_chars=80)
        if st.button("Make the copy", key="tours.copy.go") and _named(name):
            _do(
                lambda: make_tour(Tour(name.strip(), tour.stops)), f"“{name.strip()}” is yours to change.", name.strip()
            )


def _rest(tour: Tour | None, name: str, opened: Opened) -> None:
    """What is done with a tour of one's own, and bringing one in; nothing for whoever may not."""
    if not may("save views"):
        return
    if tour is not None and not tour.built_in:
        _from_saved(tour, opened)
    with st.container(horizontal=True, gap="small"):
        if has_earlier(name) and st.button("Take the last change back", key="tours.undo", icon=":material/undo:"):
            _do(lambda: undo_change(name), "The tour is as it was before its last change.", name)
        if tour is None or not tour.built_in:
            with st.popover("Delete", icon=":material/delete:", key="tours.delete"):
                st.caption(f"**{plain(name)}** goes; “explorer tour undo” brings it back.")
                if st.button("Delete the tour", key="tours.delete.go"):
                    _do(lambda: delete_tour(name), f"“{name}” is deleted.", "")
    _bring()


def _from_saved(tour: Tour, opened: Opened) -> None:
    """A saved view of any page as one more stop."""
    views = {f"{view.page}: {view.name}": view for view in load_views(opened.workspace)}
    with st.expander("Add a saved view", icon=":material/playlist_add:"):
        if not views:
            st.caption(
                "Nothing is saved in this workspace yet. “Views and tours” in the sidebar saves what a page shows."
            )
            return
        view = views[st.selectbox("Saved view", list(views), key="tours.saved")]
        caption = st.text_input("Caption", key="tours.saved.caption", max_chars=LONGEST_CAPTION)
        if st.button("Add as the last stop", key="tours.saved.add") and _named(caption, "a caption"):
            _do(lambda: _add_view(tour, opened, view, caption), "Added as the last stop.", tour.name)


def _add_view(tour: Tour, opened: Opened, view: SavedView, caption: str) -> None:
    add_stop(tour.name, stop_of(view.page, {"ws": [opened.name], **view.query}, caption))


def _bring() -> None:
    with st.expander("Bring a tour in", icon=":material/upload:"):
        st.caption(
            "A tour that was downloaded here or elsewhere. Its stops may only show pages and workspaces of this app."
        )
        file = st.file_uploader("Tour (JSON)", type="json", key="tours.file")
        if file is None:
            return
        name = st.text_input(
            "Name", file.name.removesuffix(".json")[:80], key=f"tours.file.{file.file_id}", max_chars=80
        )
        if st.button("Bring in", key="tours.bring") and _named(name):
            _do(lambda: bring_tour(name.strip(), file.getvalue()), f"“{name.strip()}” is here.", name.strip())


def _named(text: str, what: str = "a name") -> bool:
    """Whether there is a text; a message where there is none. A button that waits for one takes a click in vain."""
    if not text.strip():
        st.warning(f"Type {what} first.")
    return bool(text.strip())


def _do(act: Callable[[], object], words: str, name: str) -> None:
    """Do it, say so and show the tour of this name; or say why it cannot be."""
    try:
        act()
    except ExplorerError as error:
        st.error(plain(error))
        return
    st.session_state.pop(CHECKED, None)
    st.session_state[SAID] = words
    st.session_state[SHOW] = name
    st.rerun()
