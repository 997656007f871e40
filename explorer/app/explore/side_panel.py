"""What lies beside the map: the results, the selection, or a tool, one at a time."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.cards import card_controls
from explorer.app.explore.compare_panel import compare_panel
from explorer.app.explore.hybrid_panel import hybrid_panel
from explorer.app.explore.lonely_panel import duplicate_panel, outlier_panel
from explorer.app.explore.result_panel import result_controls, result_panel, results_of
from explorer.app.explore.selection import passing_rows
from explorer.app.explore.selection_panel import selection_controls, selection_panel
from explorer.app.explore.solid_panel import solid_panel
from explorer.app.explore.state import Context
from explorer.app.explore.view import View
from explorer.app.explore.views_panel import views_panel
from explorer.app.frame.foreign import plain
from explorer.base.arrays import Mask
from explorer.base.errors import InputError, ModelError
from explorer.search.find import Found

MENU = {
    "hybrid": ":material/view_column: Meaning and words",
    "compare": ":material/compare: Ask a second model",
    "duplicates": ":material/content_copy: Find duplicates",
    "outliers": ":material/person_off: Find outliers",
    "solid": ":material/view_in_ar: Turn in 3-D",
    "views": ":material/bookmark: Saved views",
}
NAMES = {
    "hybrid": "Meaning and words",
    "compare": "Second model",
    "duplicates": "Duplicates",
    "outliers": "Outliers",
    "solid": "3-D",
    "views": "Saved views",
}
WIDEST = [0.7, 1.3]
WIDE = [1.0, 1.0]
NARROW = [1.35, 1.0]


def open_tool(view: View, selected: Mask | None) -> str:
    """What is shown beside the map: the tool of the address, else the selection if there is one, else the results."""
    tool = view.tool or ("results" if selected is None else "selection")
    return "results" if tool == "selection" and selected is None else tool


def widths(tool: str, view: View) -> list[float]:
    """Relative widths of map and panel: half each or more where the panel holds much beside each other."""
    if tool == "hybrid":
        return WIDEST
    roomy = tool in ("compare", "solid") or (tool in ("results", "selection") and view.show == "table")
    return WIDE if roomy else NARROW


def side_panel(context: Context, tool: str, selected: Mask | None) -> Found | None:
    """Draw the open tool and the way to the others; the results of the query, which the map marks."""
    head = st.container(horizontal=True, vertical_alignment="center", gap="small", key="explore-switch")
    results, problem = _answered(context)
    with head:
        _switch(context, tool, results, selected)
        if tool == "results" and results is not None and len(results.rows):
            result_controls(context, results)
        elif tool == "results" and not (context.view.parts or context.view.filters):
            card_controls(context)
        elif tool == "selection":
            selection_controls()
    if problem:
        st.warning(plain(problem), icon=":material/search_off:")
    panels: dict[str, Callable[[], None]] = {
        "results": lambda: None if problem else result_panel(context, results),
        "selection": lambda: None if selected is None else selection_panel(context, np.flatnonzero(selected)),
        "hybrid": lambda: None if problem else hybrid_panel(context, results),
        "compare": lambda: compare_panel(context, results),
        "duplicates": lambda: duplicate_panel(context),
        "outliers": lambda: outlier_panel(context),
        "solid": lambda: solid_panel(context, results, selected),
        "views": lambda: views_panel(context, selected),
    }
    panels[tool]()
    return results


def _answered(context: Context) -> tuple[Found | None, str]:
    """The results, None without any; and why the query cannot be answered, "" when it can."""
    try:
        return results_of(context), ""
    except (InputError, ModelError) as error:
        return None, str(error)


def _switch(context: Context, tool: str, results: Found | None, selected: Mask | None) -> None:
    names = {"results": "Results" if context.view.parts else "Start"}
    if context.view.filters and not context.view.parts:
        names["results"] = f"Passing · {len(passing_rows(context.opened, context.view.filters)):,}"
    if results is not None:
        names["results"] = f"Results · {len(results.rows)}"
    if selected is not None:
        names["selection"] = f"Selection · {int(selected.sum()):,}"
    if tool in NAMES:
        names[tool] = NAMES[tool]
    st.session_state["explore.tool"] = tool
    st.segmented_control(
        "Shown beside the map",
        list(names),
        format_func=names.__getitem__,
        key="explore.tool",
        label_visibility="collapsed",
        required=True,
        on_change=lambda: state.change(tool=st.session_state["explore.tool"]),
    )
    st.menu_button(
        "More",
        [name for name in MENU if name != "hybrid" or context.dataset.has_texts],
        format_func=MENU.__getitem__,
        key="explore.more",
        icon=":material/more_horiz:",
        type="tertiary",
        on_click=lambda: state.change(tool=st.session_state["explore.more"]),
    )
