"""Explore: the map, the query, its results, and what can be done with a selection."""

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.details import show_details
from explorer.app.explore.filter_panel import checked_filters, filter_panel, tell_how
from explorer.app.explore.map_panel import map_panel
from explorer.app.explore.selection_panel import selected_items
from explorer.app.explore.side_panel import open_tool, side_panel, widths
from explorer.app.explore.state import Context
from explorer.app.explore.toolbar import toolbar
from explorer.app.frame import theme
from explorer.app.frame.foreign import plain
from explorer.app.frame.page import current_encoder, run_page
from explorer.encoders.pool import POOL
from explorer.workspace.opened import Opened


def explore(opened: Opened) -> None:
    """The page."""
    view, problems = state.current_view()
    context = Context(opened, current_encoder(), view)
    for problem in problems:
        st.warning(plain(problem))
    context = checked_filters(context)
    toolbar(context)
    passing = filter_panel(context)
    selected = selected_items(context)
    tool = open_tool(context.view, selected)
    left, right = st.columns(widths(tool, context.view), gap="small")
    with right:
        results = side_panel(context, tool, selected)
    tell_how(passing, context, results)
    with left:
        map_panel(context, results, selected)
    show_details(context)
    theme.answers_first(bool(context.view.parts or context.view.tool))
    POOL.state(context.encoder)  # begins to load the model, so that the first question does not wait for it


run_page("Explore", explore)
