"""Accuracy against the number of labels, where a column tells what is right."""

import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.app.label.curve_figure import curve_figure
from explorer.app.label.view import ADDRESS, Context
from explorer.features.label.contract import METHODS
from explorer.features.label.curve import Curve, known_curve, untrained
from explorer.search.label_columns import label_columns

ABOUT = (
    "A random half of the items of each value is tested on and never labelled. From the other half 1, 2, 5 and 10 "
    "items of each value are given to all methods, the same ones, and all methods see the vectors of all items. Five "
    "draws; intervals of 95 % over the draws (Student’s t)."
)


def curve_panel(context: Context) -> None:
    """The choice of the column, the button that measures, and the curve."""
    opened, spec = context.opened, context.encoder
    st.markdown("**How right would the guesses be?**", help=ABOUT)
    columns = label_columns(opened)
    if not columns:
        st.caption(
            "No column of these items tells what is right: one is needed whose values most items share with others. "
            "Without it, how right the guesses are cannot be measured."
        )
        return
    truth = context.view.truth if context.view.truth in columns else columns[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state["label.truth"] = truth
        st.selectbox(
            "Column that tells what is right",
            columns,
            key="label.truth",
            width=300,
            on_change=lambda: ADDRESS.change(truth=st.session_state["label.truth"]),
        )
        trained = st.checkbox("Trained methods too (minutes)", key="label.curve.trained") if _trained() else False
        found = known_curve(opened, spec, truth)
        if work_button(
            "Measure again" if found else "Measure",
            key="label.curve",
            icon=":material/query_stats:",
            disabled=running(opened.workspace),
        ):
            more = [word for name in METHODS for word in ("--method", name)] if trained else []
            args = ["label", "curve", str(opened.path), truth, "--model", spec, *more]
            start_job(opened.path, args, f"Accuracy against the number of labels: {truth}")
    show_jobs(opened.workspace)
    if found:
        _shown(found)


def _trained() -> bool:
    return len(untrained()) < len(METHODS)


def _shown(found: Curve) -> None:
    st.plotly_chart(curve_figure(found), width="stretch", key="label.curve.figure")
    left_out = (
        f" {found.left_out:,} items left out: too few with their value, no value, or no vector."
        if found.left_out
        else ""
    )
    st.caption(
        f"Accuracy on {found.tested:,} items of {found.classes:,} values of {plain(found.column)} under "
        f"{plain(found.encoder)}, {found.seeds:,} draws, 95 % intervals (Student’s t).{plain(left_out)}"
    )
    rows = [
        {
            "method": METHODS[one.method].label if one.method in METHODS else one.method,
            "labels of each": one.each,
            "accuracy": f"{one.accuracy:.3f} ({one.low:.3f} to {one.high:.3f})",
            "less logistic regression": ""
            if one.method == "logistic"
            else f"{one.change:+.3f} ({one.change_low:+.3f} to {one.change_high:+.3f})".replace("-", "−"),
        }
        for one in found.points
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="label.curve.table")
