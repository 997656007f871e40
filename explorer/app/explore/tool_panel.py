"""The tools below the map; only the open one is worked out."""

from collections.abc import Callable

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.compare_panel import compare_panel
from explorer.app.explore.lonely_panel import duplicate_panel, outlier_panel
from explorer.app.explore.selection_panel import selection_panel
from explorer.app.explore.state import Context
from explorer.app.explore.view import TOOLS
from explorer.app.explore.views_panel import views_panel
from explorer.base.arrays import Mask
from explorer.search.find import Found

NAMES = {
    "selection": ":material/lasso_select: Selection",
    "compare": ":material/compare: Second model",
    "duplicates": ":material/content_copy: Duplicates",
    "outliers": ":material/person_off: Outliers",
    "views": ":material/bookmark: Saved views",
}


def tool_panel(context: Context, results: Found | None, selected: Mask | None) -> None:
    """Draw the row of tools and the open one."""
    panels: dict[str, Callable[[], None]] = {
        "selection": lambda: selection_panel(context, results, selected),
        "compare": lambda: compare_panel(context, results),
        "duplicates": lambda: duplicate_panel(context),
        "outliers": lambda: outlier_panel(context),
        "views": lambda: views_panel(context, selected),
    }
    st.session_state["explore.tool"] = context.view.tool
    st.segmented_control(
        "Tools",
        TOOLS,
        format_func=NAMES.__getitem__,
        key="explore.tool",
        label_visibility="collapsed",
        required=True,
        on_change=lambda: state.change(tool=st.session_state["explore.tool"]),
    )
    panels[context.view.tool]()
