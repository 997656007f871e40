"""The line above the map: which run, colours or pictures, a new map."""

import streamlit as st

from explorer.app.elites.new_run import new_run_dialog
from explorer.app.elites.state import SHOWN, View, pick_run, runs_of
from explorer.app.frame.page import keep_in_url
from explorer.workspace.folder import Workspace


def bar(workspace: Workspace, encoder: str, view: View) -> None:
    """Draw it."""
    names = runs_of(workspace, encoder)
    options = names if view.run in names or not view.run else [view.run, *names]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state["elites.run"] = view.run
        st.selectbox(
            "Map",
            options,
            key="elites.run",
            on_change=_run_picked,
            width=420,
            help="Every map that was searched for with this model, the newest first.",
        )
        st.session_state["elites.show"] = "pictures" if view.pictures else "colours"
        st.segmented_control(
            "Cells show",
            list(SHOWN),
            key="elites.show",
            format_func=lambda name: SHOWN[name],
            on_change=_show_picked,
            required=True,
            help="The best item of each cell as a picture, or its quality as a colour.",
        )
        if st.button("New map", key="elites.new", icon=":material/add:", type="primary"):
            new_run_dialog(workspace, encoder)


def _run_picked() -> None:
    pick_run(st.session_state["elites.run"])


def _show_picked() -> None:
    keep_in_url("show", "colours" if st.session_state["elites.show"] == "colours" else "")
