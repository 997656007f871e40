"""All models of a workspace at once: the table of scores and a plane in which distances are kept."""

import streamlit as st

from explorer.app.compare.add import offer
from explorer.app.compare.controls import Pair, measure_label, picker
from explorer.app.compare.view import ADDRESS
from explorer.app.frame import theme
from explorer.app.frame.foreign import plain
from explorer.features.compare import service
from explorer.features.compare.contract import METHODS, METRICS
from explorer.features.compare.figures import arrangement_figure, score_heatmap

BUSY = "Comparing the models …"


def many(pair: Pair) -> None:
    """The panel."""
    left, right = st.columns(2, gap="medium")
    with left:
        picker(
            "Measure of the table",
            "measure",
            tuple(METHODS),
            pair.view.measure,
            format_func=measure_label,
            labelled=True,
        )
        _table(pair)
    with right:
        picker("Metric of the plane", "metric", METRICS, pair.view.metric, format_func=measure_label, labelled=True)
        _plane(pair)


def _table(pair: Pair) -> None:
    chosen = METHODS[pair.view.measure]
    with st.spinner(BUSY):
        found = service.matrix(pair.opened, chosen.name, items=pair.view.items)
    names = found.encoders
    axes = ("A", "B") if chosen.direction != "both" else ("", "")
    figure = score_heatmap(found.values, names, names, chosen.label, axes=axes, higher=chosen.higher, most_numbers=9)
    event = st.plotly_chart(figure, width="stretch", key="compare.matrix", on_select="rerun", selection_mode="points")
    lost = f"; {found.dropped:,} that some lack were dropped" if found.dropped else ""
    st.caption(
        f"{found.items:,} items that all models have{lost}. {plain(chosen.meaning)} Click a cell to open that pair.",
        help=plain(chosen.formula),
    )
    points = event["selection"]["points"] if event else []
    if points:
        i, j = (int(value) for value in points[0]["customdata"][:2])
        if i != j:
            _open(names[i], names[j])


def _open(a: str, b: str) -> None:
    ADDRESS.change(panel="two", a=a, b=b, item="", cell=None)
    st.session_state.pop("compare.matrix", None)
    st.rerun()


def _plane(pair: Pair) -> None:
    names, metric = pair.opened.encoders, pair.view.metric
    if len(names) < 3:
        st.info("With two models there is only one distance. Add a third model to lay them out on a plane.")
        offer(pair.opened)
        return
    with st.spinner(BUSY):
        plane = service.arrangement(pair.opened, metric, items=pair.view.items)
    st.plotly_chart(arrangement_figure(plane.places, names, theme.accent()), width="stretch", key="compare.plane")
    st.caption(
        f"Models that lie close are alike. The plane holds {plane.kept:.0%} of the squared distances; directions have "
        "no meaning.",
        help=f"Classical scaling of the distances: {plain(METHODS[metric].formula)}. Only metrics can be laid out.",
    )
