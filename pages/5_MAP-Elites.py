"""MAP-Elites: the best item of every cell of a map whose axes are words or numbers."""

import streamlit as st

from explorer.app.elites.bar import bar
from explorer.app.elites.cell_panel import cell_panel
from explorer.app.elites.new_run import new_run_form
from explorer.app.elites.run_panel import run_panel, search_job
from explorer.app.elites.state import current_view, get_run, refused
from explorer.app.elites.tools import tools
from explorer.app.frame.cache import encoder_state
from explorer.app.frame.page import current_encoder, run_page
from explorer.app.frame.theme import plain
from explorer.workspace.folder import Workspace

INTRO = (
    "**What does a space of images hold, cell by cell?** Choose two axes, such as “dark to bright” and “few to many "
    "objects”, and what counts as good. The map keeps the best item of every cell, and shows where there is nothing."
)


def map_elites(workspace: Workspace) -> None:
    """The page."""
    encoder = current_encoder()
    encoder_state(encoder)  # begins to load the model
    view = current_view(workspace, encoder, search_job(workspace) is not None)
    if not view.run and search_job(workspace) is None:
        st.markdown(INTRO)
        run_panel(workspace, encoder, view)
        with st.container(border=True):
            new_run_form(workspace, encoder)
        return
    bar(workspace, encoder, view)
    problem = refused(workspace, view.run, encoder)
    if problem:
        st.error(plain(problem), icon=":material/error:")
        return
    left, right = st.columns([8, 5], gap="medium")
    with left:
        run_panel(workspace, encoder, view)
    if not view.run or not (workspace.path / "elites" / view.run / "log.parquet").is_file():
        return
    run, _ = get_run(workspace, view.run, encoder)
    with right:
        cell_panel(workspace, run, view.cell)
    with left:
        tools(workspace, run, encoder)


run_page("MAP-Elites", map_elites)
