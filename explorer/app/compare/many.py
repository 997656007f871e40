"""All models of a workspace at once: the table of scores and a plane in which distances are kept."""

import streamlit as st

from explorer.app.compare import answers, state
from explorer.app.compare.state import Pair
from explorer.app.frame import theme
from explorer.features.compare.arrangement import arrange
from explorer.features.compare.contract import MEASURES, METRICS
from explorer.features.compare.heatmap import arrangement_figure, score_heatmap
from explorer.workspace.folder import Workspace


def many(pair: Pair) -> None:
    """The panel."""
    names = tuple(pair.workspace.encoders())
    left, right = st.columns(2, gap="medium")
    with left:
        measure = state.measure()
        state.picker("Measure of the table", "m", list(MEASURES), measure, format_func=state.measure_title)
        _table(pair, names, measure)
    with right:
        metric = state.metric()
        state.picker("Metric of the plane", "metric", METRICS, metric, format_func=state.measure_title)
        _plane(pair, names, metric)


def _table(pair: Pair, names: tuple[str, ...], measure: str) -> None:
    found, chosen = answers.matrix(pair.path, pair.key, names, measure, pair.items), MEASURES[measure]
    axes = ("A", "B") if chosen.direction != "both" else ("", "")
    figure = score_heatmap(found.values, names, names, chosen.title, axes=axes, higher=chosen.higher)
    event = st.plotly_chart(figure, width="stretch", key="compare.matrix", on_select="rerun", selection_mode="points")
    lost = f"; {found.dropped:,} that some lack were dropped" if found.dropped else ""
    st.caption(
        f"{found.items:,} items that all models have{lost}. {chosen.formula}. {chosen.meaning} Click a cell to open "
        "that pair."
    )
    points = event["selection"]["points"] if event else []
    if points:
        i, j = (int(value) for value in points[0]["customdata"][:2])
        if i != j:
            _open(names[i], names[j])


def _open(a: str, b: str) -> None:
    for name, value in {"a": a, "b": b, "view": "two", "item": "", "cell": ""}.items():
        state.put(name, value)
    st.session_state.pop("compare.matrix", None)
    st.rerun()


def _plane(pair: Pair, names: tuple[str, ...], metric: str) -> None:
    if len(names) < 3:
        st.info("With two models there is only one distance. Add a third model to lay them out on a plane.")
        add_model(pair.workspace)
        return
    found = answers.matrix(pair.path, pair.key, names, metric, pair.items)
    plane = arrange(found.values)
    st.plotly_chart(arrangement_figure(plane.places, names, theme.accent()), width="stretch", key="compare.plane")
    st.caption(
        f"Classical scaling of the distances ({MEASURES[metric].formula}): models that lie close are alike. The plane "
        "holds "
        f"{plane.kept:.0%} of the squared distances; directions have no meaning. Only metrics can be laid out."
    )


def add_model(workspace: Workspace) -> None:
    """A way to add one more model that works offline."""
    from explorer.app.compare.add import offer

    offer(workspace)
