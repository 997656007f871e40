"""Label: from a handful of labels to all items."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.page import current_encoder, run_page
from explorer.app.frame.tabs import choose_tab
from explorer.app.label.panels import PANELS
from explorer.app.label.view import ADDRESS, TABS, Context, first_sentence
from explorer.workspace.opened import Opened


def label(opened: Opened) -> None:
    """The page."""
    view, problems = ADDRESS.current()
    for problem in problems:
        st.warning(plain(problem))
    choose_tab(ADDRESS, "label", TABS, view.tab)
    first_sentence(view.tab)
    PANELS[view.tab](Context(opened, current_encoder(), view))


run_page("Label", label)
