"""Tune: a model is made better at your own notion of alike."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.page import current_encoder, run_page
from explorer.app.frame.tabs import choose_tab
from explorer.app.tune.panels import PANELS
from explorer.app.tune.view import ADDRESS, TABS, Context, first_sentence
from explorer.workspace.opened import Opened


def tune(opened: Opened) -> None:
    """The page."""
    view, problems = ADDRESS.current()
    for problem in problems:
        st.warning(plain(problem))
    if len(TABS) > 1:
        choose_tab(ADDRESS, "tune", TABS, view.tab)
    first_sentence(view.tab)
    PANELS[view.tab](Context(opened, current_encoder(), view))


run_page("Tune", tune)
