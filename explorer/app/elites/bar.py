"""The line above the map: which run, colours or pictures, a new map."""

import streamlit as st

from explorer.app.elites.new_run import new_run_dialog
from explorer.app.elites.view import ADDRESS, SHOWN, Context, pick_run


def bar(context: Context) -> None:
    """Draw it."""
    view, names = context.view, list(context.infos)
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
        st.session_state["elites.show"] = view.show
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
            new_run_dialog(context)


def _run_picked() -> None:
    pick_run(st.session_state["elites.run"])


def _show_picked() -> None:
    ADDRESS.change(show=st.session_state["elites.show"])
