"""How like each other what came in at different times is."""

import streamlit as st

from explorer.app.diagnose.alike_figures import drift_figure
from explorer.app.diagnose.view import Context, choose_column
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import small_or_job
from explorer.features.diagnose.alike.drift import LEAST
from explorer.features.diagnose.alike.service import drift_of, known_drift, period_columns, undated
from explorer.io.text import counted

AT_ONCE = 10_000


def drift_panel(context: Context) -> None:
    """The choice of the column, and the heat map."""
    opened, spec = context.opened, context.encoder
    st.markdown("**Drift** · how near is what came in at one time to what came in at another?")
    columns = period_columns(opened)
    if not columns:
        st.caption(
            "No column of these items is one of dates, years or ordered numbers. Bring a table with such a column."
        )
        return
    column = context.view.period if context.view.period in columns else next(iter(columns))
    choose_column("period", list(columns), column)
    if known_drift(opened, spec, column) is None:
        args = ["diagnose", str(opened.path), "--model", spec, "--drift", column]
        if not small_or_job(opened.workspace, args, "Compare the periods", count=len(opened.dataset), most=AT_ONCE):
            return
    found = drift_of(opened, spec, column)
    if len(found.names) < 2:
        st.info(f"Fewer than two periods of {plain(column)} have {LEAST} items with a vector: there is nothing to see.")
        return
    st.plotly_chart(drift_figure(found), key="diagnose.drift", config={"displayModeBar": False})
    out = f" Left out, with fewer than {LEAST} items: {plain(', '.join(found.left_out))}." if found.left_out else ""
    if lacking := undated(opened, column):
        out += f" {counted(lacking, 'item')} without a value in {plain(column)} left out as well."
    st.caption(
        f"Mean cosine of the items of a row’s period to their nearest in the column’s, {found.sampled:,} items drawn "
        "at random from each, the same number from all because among more the nearest is nearer. Colours go from the "
        f"least to the greatest here; differences within ±{1.96 * float(found.errors.max()):.3f} can be chance.{out}"
    )
