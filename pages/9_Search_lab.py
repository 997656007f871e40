"""Search lab: one collection, ways to search it side by side, quality against cost."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.page import current_encoder, run_page
from explorer.app.frame.tabs import choose_tab
from explorer.app.lab.panels import PANELS
from explorer.app.lab.view import ADDRESS, TABS, Context, first_sentence
from explorer.workspace.opened import Opened


def lab(opened: Opened) -> None:
    """The page."""
    view, problems = ADDRESS.current()
    for problem in problems:
        st.warning(plain(problem))
    choose_tab(ADDRESS, "lab", TABS, view.tab)
    first_sentence(view.tab)
    PANELS[view.tab](Context(opened, current_encoder(), view))


run_page("Search_lab", lab)
