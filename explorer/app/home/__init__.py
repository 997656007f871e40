"""The home page: what is here, how far it is, and how to bring more."""

import streamlit as st

from explorer.app.frame.jobs import show_jobs
from explorer.app.home.bring import bring_data
from explorer.app.home.models import models_and_maps
from explorer.app.home.overview import header, overview, skipped
from explorer.app.home.welcome import demos, welcome
from explorer.workspace.opened import Opened


def body(opened: Opened | None) -> None:
    """Draw the home page of a workspace, or the welcome when there is none yet."""
    if opened is None:
        welcome()
        show_jobs(None)
        demos()
        st.subheader("Your own data")
        bring_data(None)
        return
    workspace = opened.workspace
    header(opened)
    show_jobs(workspace)
    here, models, left_out, more = st.tabs(
        ["What is in it", "Models and maps", "Skipped files", "Add data"], key="home_tab"
    )
    with here:
        overview(opened)
    with models:
        models_and_maps(workspace)
    with left_out:
        skipped(workspace)
    with more:
        demos()
        st.subheader("Your own data")
        bring_data(workspace)
