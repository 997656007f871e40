"""The line above the map: which run, what its cells show, a new map."""

import streamlit as st

from explorer.app.elites.new_run import new_run_dialog
from explorer.app.elites.view import ADDRESS, SHOWN, WITHOUT_PICTURES, Context, pick_run
from explorer.features.elites.contract import SPACES


def bar(context: Context) -> None:
    """Draw it."""
    view, names = context.view, list(context.infos)
    options = names if view.run in names or not view.run else [view.run, *names]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.session_state["elites.run"] = view.run
        st.selectbox(
            "Map",
            options,
            key="elites.run",
            on_change=_run_picked,
            width=300,
            label_visibility="collapsed",
            help="Every map that was searched for with this model, the newest first.",
        )
        _shown(context)
        if st.button("New map", key="elites.new", icon=":material/add:", type="primary"):
            new_run_dialog(context)


def _shown(context: Context) -> None:
    words = SHOWN if _has_pictures(context) else WITHOUT_PICTURES
    st.session_state["elites.show"] = context.view.show if context.view.show in words else next(iter(words))
    st.segmented_control(
        "Cells show",
        list(words),
        key="elites.show",
        format_func=words.__getitem__,
        on_change=_show_picked,
        required=True,
        label_visibility="collapsed",
    )


def _has_pictures(context: Context) -> bool:
    info = context.info
    return SPACES[info.settings.space].has_pictures(context.opened.workspace) if info else True


def _run_picked() -> None:
    pick_run(st.session_state["elites.run"])


def _show_picked() -> None:
    ADDRESS.change(show=st.session_state["elites.show"])
