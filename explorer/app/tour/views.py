"""“Views and tours” in the sidebar of every page: save the page as it is, put it into a tour, open what was saved."""

import streamlit as st

from explorer.app.frame.address import keep, parameters
from explorer.app.frame.foreign import plain
from explorer.app.tour.check import address_of_page
from explorer.app.tour.now import move
from explorer.app.tour.start import ICON, begin
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.workspace.opened import Opened
from explorer.workspace.saved import EXPLORE, SavedView, delete_view, load_views, save_view
from explorer.workspace.tours import HOME, LONGEST_CAPTION, STOP, TOUR, stop_of
from explorer.workspace.tours_store import add_stop, own_names, tour_names

KEY, SAID = "tour.views", "tour.said"
NEW = "New tour …"


def views_and_tours(page: str, opened: Opened, encoder: str) -> None:
    """Draw the button; it opens a dialog, since what stands low in a sidebar has no room below."""
    if st.button("Views and tours", icon=":material/bookmark:", key=KEY, width="stretch"):
        st.session_state.pop(SAID, None)
        st.dialog("Views and tours", width="medium")(_body)(page, opened, encoder)


def _body(page: str, opened: Opened, encoder: str) -> None:
    said = st.session_state.pop(SAID, "")
    if said:
        st.info(plain(said))
    views, tours = st.columns(2, gap="medium")
    with views:
        if page == EXPLORE:
            _explore()
        elif address_of_page(page):
            _views(page, opened, encoder)
        st.markdown("**Show a tour**")
        for name in tour_names():
            if st.button(plain(name), key=f"{KEY}.show.{name}", icon=ICON, type="tertiary"):
                begin(name, page)
        if st.button("All tours", key=f"{KEY}.all", icon=":material/list:", type="tertiary"):
            move(page, HOME, {"ws": [opened.name], "tab": ["tours"]})
    if may("save views"):
        with tours:
            st.markdown("**Add this view to a tour**")
            _add(page, opened, encoder)


def _explore() -> None:
    """What was saved there stands in a panel of the page, with the items of each view."""
    if st.button("Save this view, or open a saved one", icon=":material/bookmark:", key=f"{KEY}.explore"):
        keep("tool", "views")
        st.rerun()


def shown_query(encoder: str) -> dict[str, list[str]]:
    """What the address of the page says, with the model named, so that it stays the same."""
    shown = {name: values for name, values in parameters().items() if name not in ("ws", TOUR, STOP)}
    return ({"model": [encoder]} if encoder else {}) | shown


def _views(page: str, opened: Opened, encoder: str) -> None:
    if may("save views"):
        st.markdown("**Save this view**")
        st.text_input("Name", key=f"{KEY}.name", max_chars=80)
        st.button(
            "Save view",
            key=f"{KEY}.save",
            icon=":material/bookmark_add:",
            on_click=_save,
            args=(page, opened, encoder),
        )
    views = [view for view in load_views(opened.workspace) if view.page == page]
    st.markdown(f"**Saved views** ({len(views)})")
    for view in reversed(views):
        _row(opened, view)


def _row(opened: Opened, view: SavedView) -> None:
    key = f"{KEY}.{view.name}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(plain(view.name), key=f"{key}.open", icon=":material/bookmark:", type="tertiary"):
            st.query_params.from_dict({"ws": [opened.name]} | view.query)
            st.rerun()
        if may("save views"):
            st.button(
                "",
                key=f"{key}.delete",
                icon=":material/delete:",
                type="tertiary",
                help="Delete this view",
                on_click=_delete,
                args=(opened, view.name),
            )


def _add(page: str, opened: Opened, encoder: str) -> None:
    chosen = st.selectbox("Tour", [*own_names(), NEW], key=f"{KEY}.tour")
    name = st.text_input("Name of the tour", key=f"{KEY}.new", max_chars=80).strip() if chosen == NEW else chosen
    st.text_area(
        "Caption", key=f"{KEY}.caption", max_chars=LONGEST_CAPTION, placeholder="What the audience should see here"
    )
    st.button(
        "Add to the tour",
        key=f"{KEY}.add",
        icon=":material/playlist_add:",
        on_click=_add_stop,
        args=(page, opened, encoder, name),
    )


def _save(page: str, opened: Opened, encoder: str) -> None:
    name = st.session_state[f"{KEY}.name"].strip()
    if not name:
        st.session_state[SAID] = "Give the view a name first, then save it."
        return
    try:
        save_view(opened.workspace, SavedView(name, query=shown_query(encoder), page=page))
        st.session_state[SAID] = f"Saved as “{name}”."
        st.session_state[f"{KEY}.name"] = ""
    except ExplorerError as error:
        st.session_state[SAID] = str(error)


def _add_stop(page: str, opened: Opened, encoder: str, name: str) -> None:
    name = name or st.session_state.get(f"{KEY}.new", "").strip()  # typed a moment ago
    caption = st.session_state[f"{KEY}.caption"].strip()
    if not (name and caption):
        lacking = "a caption" if name else "a name of the tour and a caption" if not caption else "a name of the tour"
        st.session_state[SAID] = f"A stop needs {lacking}. Type it, then add the view."
        return
    try:
        stop = stop_of(page, {"ws": [opened.name], **shown_query(encoder)}, caption)
        tour = add_stop(name, stop)
        st.session_state[SAID] = f"This is stop {len(tour.stops)} of the tour “{name}” now."
        st.session_state[f"{KEY}.caption"] = ""
        st.session_state[f"{KEY}.tour"] = name
    except ExplorerError as error:
        st.session_state[SAID] = str(error)


def _delete(opened: Opened, name: str) -> None:
    try:
        delete_view(opened.workspace, name)
    except ExplorerError as error:
        st.session_state[SAID] = str(error)
