"""A report of the lab: a figure for each kind of query, the numbers below, what has to be known about them."""

from collections.abc import Mapping, Sequence

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.lab.figure import points_table, quality_cost
from explorer.app.lab.view import Context
from explorer.features.lab.contract import METHODS
from explorer.features.lab.report import COSTS, LabReport

KIND_WORDS = {"item": "Queries: items", "text": "Queries: texts", "picture": "Queries: pictures", "composed": "Mixed"}
HELD_OUT = "that are not among the items searched"


def report_panel(
    context: Context,
    report: LabReport,
    costs: Sequence[str],
    kinds: Mapping[str, str] = KIND_WORDS,
    *,
    asked: str = HELD_OUT,
) -> None:
    """Draw a report; `costs`: names of `COSTS` that can stand on the axis, the first one at first; `kinds`: what the
    kinds of query are called here; `asked`: what is said behind their number.
    """
    there = [name for name in costs if any(name in point.costs for point in report.points)]
    cost = there[0]
    if len(there) > 1:
        cost = st.segmented_control(
            "Cost",
            there,
            key=f"lab.cost.{report.tab}",
            default=there[0],
            required=True,
            format_func=lambda name: COSTS[name].label,
        )
    for place, (column, kind) in enumerate(zip(st.columns(len(report.kinds)), report.kinds, strict=True)):
        with column:
            points = report.of(kind)
            st.markdown(f"**{plain(kinds[kind])}** · {points[0].recall.queries:,} {plain(asked)}")
            figure = quality_cost(points, cost, METHODS, quality=f"recall@{points[0].recall.k}")
            st.plotly_chart(figure, key=f"lab.figure.{report.tab}.{place}", config={"displayModeBar": False})
    for note in report.notes:
        st.caption(plain(note))
    with st.expander("All numbers"):
        for kind in report.kinds:
            st.markdown(f"**{plain(kinds[kind])}**")
            st.dataframe(points_table(report.of(kind), METHODS), hide_index=True)
    rounds = ", slowest and fastest round of the speed" if "per_second" in there else ""
    st.caption(
        f"{report.items:,} items of {plain(context.encoder)}, {report.dim:,} numbers each; truth: every item compared. "
        f"Bars: 95 % intervals of the recall over queries{rounds}."
    )
