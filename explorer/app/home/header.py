"""The head of the home page: name, source, the one thing to do next, and what can be done with the workspace."""

import streamlit as st

from explorer.app.frame.address import kept_parameters
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job
from explorer.app.home.manage import manage
from explorer.app.home.words import origin
from explorer.base.permission import may
from explorer.workspace.folder import Workspace
from explorer.workspace.preparing import missing_steps


def header(workspace: Workspace) -> None:
    """Name and source on the left, the next step and “Manage” on the right."""
    left, right = st.columns([5, 3], vertical_alignment="center")
    left.title(plain(workspace.name), anchor=False)
    left.caption(origin(workspace.manifest))
    with right.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        _next_step(workspace)
        if may("manage data"):
            manage(workspace)


def _next_step(workspace: Workspace) -> None:
    if not missing_steps(workspace):
        if st.button("Explore", type="primary", icon=":material/travel_explore:", key="go_explore"):
            st.switch_page("pages/1_Explore.py", query_params=kept_parameters())
    elif (
        may("run work")
        and not running(workspace)
        and st.button(
            "Prepare for search",
            type="primary",
            icon=":material/bolt:",
            key="prepare",
            help="Turns every item into a vector, builds the search index and draws the map.",
        )
    ):
        start_job(workspace.path, ["prepare", str(workspace.path)], "Prepare for search")
