"""Saved views: a name for a view and for the items that were selected in it."""

from datetime import UTC, datetime

import numpy as np
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.selection import view_stamp
from explorer.app.explore.state import Context
from explorer.app.explore.view import ADDRESS
from explorer.app.frame.foreign import plain
from explorer.base.arrays import Mask, Rows
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.workspace.saved import EXPLORE, SavedView, delete_view, load_views, save_view


def saved_stamp(context: Context) -> str:
    """Which version of the saved view that the address selects is meant; "" when it selects none."""
    if not context.view.saved:
        return ""
    found = [view for view in load_views(context.workspace) if view.name == context.view.saved]
    return view_stamp(found[-1]) if found else f"gone {context.view.saved}"


def views_panel(context: Context, selected: Mask | None) -> None:
    """A form for a new view and the list of those there are."""
    if may("save views"):
        st.markdown("**Save this view**")
    save_form(context, np.zeros(0, np.int64) if selected is None else np.flatnonzero(selected), "explore.save_view")
    views = [view for view in load_views(context.workspace) if view.page == EXPLORE]
    st.markdown(f"**Saved views** ({len(views)})")
    if not views:
        st.caption("Nothing is saved yet. A saved view keeps the query, filters, colours, map and selected items.")
    for view in reversed(views):
        _row(context, view)


def save_form(context: Context, rows: Rows, key: str) -> None:
    """A name and a button that saves the view with the ids of these rows; nothing for whoever may not."""
    if not may("save views"):
        return
    st.text_input("Name", key=f"{key}.name", max_chars=80, placeholder="such as: night scenes with a boat")
    count = f" and {len(rows):,} selected items" if len(rows) else ""
    st.button(
        f"Save view{count}",
        key=f"{key}.button",
        icon=":material/bookmark_add:",
        on_click=_save,
        args=(context, rows, f"{key}.name"),
    )


def _save(context: Context, rows: Rows, key: str) -> None:
    name = st.session_state[key].strip()
    if not name:
        state.note("Give the view a name first, then save it.")
        return
    query = {"model": [context.encoder], **ADDRESS.write(context.view)}
    view = SavedView(name, datetime.now(UTC).isoformat(timespec="seconds"), query, list(context.dataset.ids[rows]))
    try:
        save_view(context.workspace, view)
        state.note(f"Saved as “{name}”. Find it under More, Saved views.")
    except ExplorerError as error:
        state.note(str(error))


def _row(context: Context, view: SavedView) -> None:
    key = f"explore.view.{view.name}"
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        with st.container(gap=None):
            st.text(view.name)
            st.caption(f"{plain(view.created[:10])} · {len(view.ids):,} items")
        st.button("Open", key=f"{key}.open", on_click=_open, args=(view,))
        if view.ids:
            st.button("Select its items", key=f"{key}.select", on_click=_select, args=(view.name,))
        if may("save views"):
            st.button(
                "Delete", key=f"{key}.delete", icon=":material/delete:", on_click=_delete, args=(context, view.name)
            )


def _open(view: SavedView) -> None:
    state.go_to({name: list(values) for name, values in view.query.items()})


def _select(name: str) -> None:
    state.change(saved=name, regions=(), tool="")


def _delete(context: Context, name: str) -> None:
    try:
        delete_view(context.workspace, name)
    except ExplorerError as error:
        state.note(str(error))
