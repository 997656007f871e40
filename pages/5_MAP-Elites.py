"""MAP-Elites: the best item of every cell of a map whose axes are words or numbers."""

import streamlit as st

from explorer.app.elites.bar import bar
from explorer.app.elites.cell_panel import cell_panel
from explorer.app.elites.new_run import new_run_form
from explorer.app.elites.run_panel import run_panel
from explorer.app.elites.tools import tools
from explorer.app.elites.view import current, show_problems
from explorer.app.frame.foreign import plain
from explorer.app.frame.page import current_encoder, run_page
from explorer.encoders.pool import POOL
from explorer.features.elites.store import has_log
from explorer.workspace.opened import Opened

INTRO = (
    "**What does a collection hold, cell by cell?** Choose what lies along two axes, such as “{}”, and what counts as "
    "good. The map keeps the best item of every cell, and shows where there is nothing."
)


def map_elites(opened: Opened) -> None:
    """The page."""
    encoder = current_encoder()
    POOL.state(encoder)  # begins to load the model
    context, problems = current(opened, encoder)
    show_problems(problems)
    if not context.view.run and context.searching is None:
        st.markdown(INTRO.format("dark to bright" if opened.dataset.has_images else "short to long"))
        run_panel(context)
        with st.container(border=True):
            new_run_form(context)
        return
    bar(context)
    refused = context.refused()
    if refused:
        st.error(plain(refused), icon=":material/error:")
        return
    left, right = st.columns([8, 5], gap="medium")
    with left:
        run_panel(context)
    if not context.view.run or not has_log(opened.workspace, context.view.run):
        return
    run = context.run()
    with right:
        cell_panel(context, run)
    with left:
        tools(context, run)


run_page("MAP-Elites", map_elites)
