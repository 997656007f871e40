"""What is in the selected region: pictures, table, what sets it apart from the rest, and downloads."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.export_panel import export_panel
from explorer.app.explore.selection import Regions, explanation, selection
from explorer.app.explore.state import Context
from explorer.app.explore.views_panel import save_form, saved_stamp
from explorer.app.figures.explain import difference_bars, lift_bars
from explorer.app.frame.gallery import Cards, gallery
from explorer.base.arrays import Mask, Rows
from explorer.base.dataset import HASH
from explorer.base.errors import WorkspaceError
from explorer.search.find import Found

SHOWN, TABLE_ROWS, BARS = 120, 2_000, 12


def selected_items(context: Context) -> Mask | None:
    """(n,) True for the selected items that pass the filters; None when nothing is selected, or it cannot be found."""
    try:
        chosen = selection(context.opened, *_chosen(context))
    except WorkspaceError as error:
        st.warning(f"The selection of this link was drawn on a map that is not there. {error}")
        return None
    if chosen is None and context.view.saved:
        st.warning(f"There is no saved view named {context.view.saved!r} any more; nothing is selected.")
    return chosen


def _chosen(context: Context) -> tuple[Regions, str, str]:
    return context.view.regions, saved_stamp(context), context.view.filters


def selection_panel(context: Context, results: Found | None, selected: Mask | None) -> None:
    """Draw the selection; without one, say how to make one and offer the results for download."""
    if selected is None:
        _nothing_selected(context, results)
        return
    rows = np.flatnonzero(selected)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{len(rows):,} of {len(selected):,} items selected** ({len(rows) / max(len(selected), 1):.1%})")
        st.button("Clear the selection", key="explore.unselect", on_click=_clear, icon=":material/close:")
    if not len(rows):
        st.info("There is no item in this region, or none of them passes the filters.")
        return
    tabs = st.tabs(
        ["Pictures", "Table", "What sets it apart", "Save and export"], key="explore.tabs", on_change="rerun"
    )
    for tab, draw in zip(tabs, (_gallery, _table, _explanation, _keep), strict=True):
        if tab.open:
            with tab:
                draw(context, rows)


def _clear() -> None:
    state.change(regions=(), saved="")


def _nothing_selected(context: Context, results: Found | None) -> None:
    st.caption(
        "Draw around points with the lasso or the box of the map (Shift adds, Alt takes away) to see what is there."
    )
    if results is not None and len(results.rows):
        st.markdown("**Download the results of the query**")
        export_panel(context, results.rows, "explore.export_results", "results")


def _gallery(context: Context, rows: Rows) -> None:
    if len(rows) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(rows):,} items, in the order of the data.")
    cards = Cards(rows[:SHOWN], ranked=False)
    gallery(
        context.opened,
        cards,
        "explore.selected",
        state.item_event,
        label="Selected items",
        tall=520,
    )


def _table(context: Context, rows: Rows) -> None:
    if len(rows) > TABLE_ROWS:
        st.caption(f"The first {TABLE_ROWS:,} of {len(rows):,} items; an export has them all.")
    frame = context.dataset.take(rows[:TABLE_ROWS]).drop(columns=[HASH])
    filled = [name for name in frame.columns if not (frame[name] == "").all()]
    st.dataframe(frame[filled], hide_index=True, height=480, key="explore.table")


def _explanation(context: Context, rows: Rows) -> None:
    with st.spinner("Comparing the selection with the rest …"):
        frame = explanation(context.opened, *_chosen(context))
    if frame.empty:
        st.info("No attribute sets these items apart: the data has none, or all are as common here as elsewhere.")
        return
    values, numbers = frame[frame["kind"] == "lift"].head(BARS), frame[frame["kind"] == "difference"].head(BARS)
    left, right = st.columns(2)
    with left:
        _lifts(values)
    with right:
        _differences(numbers)


def _lifts(values: pd.DataFrame) -> None:
    st.markdown("**Values that are more or less common here**")
    if values.empty:
        st.caption("No attribute with values.")
        return
    labels = [f"{name}: {value} (×{lift:.1f})" for name, value, lift in _columns(values, "column", "value", "effect")]
    st.plotly_chart(lift_bars(labels, list(values["inside"]), list(values["outside"])), key="explore.lift")
    st.caption("×: lift = share in the selection ÷ share in the rest; 1 = as common as elsewhere.")


def _differences(numbers: pd.DataFrame) -> None:
    st.markdown("**Numbers that are higher or lower here**")
    if numbers.empty:
        st.caption("No attribute with numbers.")
        return
    st.plotly_chart(difference_bars(list(numbers["column"]), list(numbers["effect"])), key="explore.difference")
    st.caption(
        "Standardised difference = (mean here − mean of the rest) ÷ pooled standard deviation; 0.2 small, 0.8 large."
    )


def _columns(frame: pd.DataFrame, *names: str) -> "zip[tuple[object, ...]]":
    return zip(*(frame[name] for name in names), strict=True)


def _keep(context: Context, rows: Rows) -> None:
    left, right = st.columns(2)
    with left:
        st.markdown("**Save under a name**")
        save_form(context, rows, "explore.save_selection")
    with right:
        st.markdown("**Export**")
        export_panel(context, rows, "explore.export")
