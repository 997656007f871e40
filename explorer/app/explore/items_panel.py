"""Some items, results or selection, in the way chosen: pictures, a table, what sets them apart, tags, export."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.cards import card_controls
from explorer.app.explore.export_panel import export_panel
from explorer.app.explore.item_table import item_table
from explorer.app.explore.selection import explained
from explorer.app.explore.state import Context
from explorer.app.explore.tag_panel import tag_panel
from explorer.app.explore.view import SHOWS
from explorer.app.explore.views_panel import save_form
from explorer.app.figures.explain import difference_bars, lift_bars
from explorer.base.arrays import Floats, Rows
from explorer.base.permission import may

NAMES = {"pictures": "Pictures", "texts": "Texts", "table": "Table", "apart": "Profile", "tag": "Tag", "save": "Save"}
BARS = 12


def show_choice(context: Context) -> None:
    """How the items are shown, which holds for results and selection alike."""
    st.session_state["explore.show"] = context.view.show
    pictures = "pictures" if context.dataset.has_images else "texts"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "Shown as",
            SHOWS,
            format_func=lambda show: NAMES[pictures if show == "pictures" else show],
            key="explore.show",
            label_visibility="collapsed",
            required=True,
            on_change=lambda: state.change(show=st.session_state["explore.show"]),
        )
        if context.view.show == "pictures":
            card_controls(context)


def items_panel(
    context: Context,
    rows: Rows,
    pictures: Callable[[], None],
    *,
    name: str,
    similarities: Floats | None = None,
) -> None:
    """Draw `rows` (k,) as the view says. pictures: draws them as cards. name: "results" or "selection"."""
    shows: dict[str, Callable[[], None]] = {
        "pictures": pictures,
        "table": lambda: item_table(context, rows, f"explore.table.{name}", similarities=similarities),
        "apart": lambda: _profile(context, rows),
        "tag": lambda: tag_panel(context, rows, f"explore.tag.{name}"),
        "save": lambda: _save(context, rows, name),
    }
    shows[context.view.show]()


def _save(context: Context, rows: Rows, name: str) -> None:
    st.markdown("**Export these items**")
    export_panel(context, rows, f"explore.export.{name}", name)
    if may("save views"):
        st.markdown("**Save the view under a name**")
    save_form(context, rows, f"explore.save.{name}")


def _profile(context: Context, rows: Rows) -> None:
    """What is more or less common among these items than among the rest."""
    with st.spinner("Comparing these items with the rest …"):
        frame = explained(context.opened, rows.astype(np.int64).tobytes())
    if frame.empty:
        st.info("No attribute sets these items apart: the data has none, or all are as common here as elsewhere.")
        return
    _lifts(frame[frame["kind"] == "lift"].head(BARS))
    _differences(frame[frame["kind"] == "difference"].head(BARS))


def _lifts(values: pd.DataFrame) -> None:
    st.markdown(
        "**Values that are more or less common here**",
        help="×: lift = share among these items ÷ share among the rest; 1 = as common as elsewhere.",
    )
    if values.empty:
        st.caption("No attribute with values.")
        return
    labels = [f"{name}: {value} (×{lift:.1f})" for name, value, lift in _columns(values, "column", "value", "effect")]
    st.plotly_chart(lift_bars(labels, list(values["inside"]), list(values["outside"])), key="explore.lift")


def _differences(numbers: pd.DataFrame) -> None:
    st.markdown(
        "**Numbers that are higher or lower here**",
        help="Standardised difference = (mean here − mean of the rest) ÷ pooled standard deviation; "
        "0.2 is small, 0.8 large.",
    )
    if numbers.empty:
        st.caption("No attribute with numbers.")
        return
    st.plotly_chart(difference_bars(list(numbers["column"]), list(numbers["effect"])), key="explore.difference")


def _columns(frame: pd.DataFrame, *names: str) -> "zip[tuple[object, ...]]":
    return zip(*(frame[name] for name in names), strict=True)
