"""The top of the page: the query line, undo, redo, what can be shared of this view, and messages of the last action."""

from urllib.parse import urlencode

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.history import History
from explorer.app.explore.query_line import query_box, query_parts
from explorer.app.explore.send_panel import send_panel
from explorer.app.explore.state import Context
from explorer.app.frame.address import parameters
from explorer.app.frame.foreign import plain

SHARE = "explore.share"


def toolbar(context: Context) -> None:
    """Draw the query line with undo, redo and share beside it, and the messages of the last action below."""
    history = state.visit()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        query_box(context)
        with st.container(horizontal=True, width="content", gap="xsmall", key="page-actions"):
            _steps(history)
        _share(context)
    query_parts(context)
    for message in state.take_notes():
        st.info(plain(message))


def _steps(history: History) -> None:
    st.button(
        "Undo",
        key="explore.undo",
        icon=":material/undo:",
        on_click=state.undo,
        disabled=not history.past,
        help="Back to the view before. The back button of the browser does the same.",
    )
    st.button(
        "Redo",
        key="explore.redo",
        icon=":material/redo:",
        on_click=state.redo,
        disabled=not history.future,
        help="Forward again, to the view that was undone.",
    )


def _share(context: Context) -> None:
    with st.popover("Share", icon=":material/link:", key=SHARE, on_change="rerun"):
        st.markdown("This link opens exactly this view: query, filters, colours, selection and part of the map.")
        st.code(_link(), language=None, wrap_lines=True)
        if st.session_state.get(SHARE):
            send_panel(context)


def _link() -> str:
    """Address of the page with all that it carries now."""
    return f"{(st.context.url or '').split('?')[0]}?{urlencode(parameters(), doseq=True)}"
