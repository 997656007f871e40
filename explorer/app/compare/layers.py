"""Every layer of one model against every layer of another, and from a cell to the items that cause it."""

import numpy as np
import streamlit as st

from explorer.app.compare import answers, state
from explorer.app.compare.causes import causes_panel
from explorer.app.compare.state import Pair
from explorer.app.frame.jobs import running, show_jobs, start_job
from explorer.base.arrays import Floats
from explorer.features.compare.contract import MEASURES
from explorer.features.compare.heatmap import score_heatmap
from explorer.features.compare.layers import Activations

OPENS = "compare.layers.open"


def layers(pair: Pair) -> None:
    """The panel."""
    show_jobs(pair.workspace)
    found = [answers.activations(pair.path, pair.key, spec, pair.items) for spec in (pair.a, pair.b)]
    if found[0] is None or found[1] is None:
        _offer(pair)
        return
    measure = state.measure()
    state.picker("Measure", "m", list(MEASURES), measure, format_func=state.measure_title, width=360)
    chosen = MEASURES[measure]
    st.caption(f"{chosen.formula}. {chosen.meaning}")
    _heatmap(pair, found[0], found[1], measure)


def _offer(pair: Pair) -> None:
    st.info(
        f"The activations of every block are not there yet for {pair.items:,} items. Making them runs the items "
        "through "
        "both models once; they are kept with the data."
    )
    if st.button(
        "Collect the activations",
        key="compare.layers.start",
        type="primary",
        disabled=running(pair.workspace),
        icon=":material/layers:",
    ):
        args = ["compare", "layers", str(pair.workspace.path), pair.a, pair.b, "--items", str(pair.items)]
        start_job(pair.workspace.path, args, f"Activations of {pair.a} and {pair.b}")


def _heatmap(pair: Pair, left: Activations, right: Activations, measure: str) -> None:
    values = answers.layers(pair.path, pair.key, pair.a, pair.b, measure, pair.items)
    rows, columns = list(left.blocks), list(right.blocks)
    cell = _cell(rows, columns, pair.a == pair.b)
    places = (rows.index(cell[0]), columns.index(cell[1]))
    chosen = MEASURES[measure]
    figure = score_heatmap(
        values, rows, columns, chosen.title, axes=(f"A: {pair.a}", f"B: {pair.b}"), higher=chosen.higher, picked=places
    )
    event = st.plotly_chart(figure, width="stretch", key="compare.heatmap", on_select="rerun", selection_mode="points")
    _clicked(event, rows, columns, cell)
    _words(left, right, values, places, cell)
    st.subheader(f"Which items cause it: {cell[0]} of A and {cell[1]} of B", anchor=False)
    causes_panel(pair, cell, (f"A · {cell[0]}", f"B · {cell[1]}"))


def _cell(rows: list[str], columns: list[str], same: bool) -> tuple[str, str]:
    """The two layers that the address names, else the last of both (of one model with itself: the last two).

    A layer that is not there is told.
    """
    asked = state.get("cell")
    last = rows[-2 if same and len(rows) > 1 else -1], columns[-1]
    if not asked:
        return last
    first, _, second = asked.partition("~")
    for name, known, side in ((first, rows, "A"), (second, columns, "B")):
        if name not in known:
            st.warning(
                f"{side} has no layer {name[:60]!r}; expected one of {', '.join(known)}. The last ones are shown."
            )
            return last
    return first, second


def _clicked(event: object, rows: list[str], columns: list[str], cell: tuple[str, str]) -> None:
    points = event["selection"]["points"] if event else []  # type: ignore[index]
    if not points:
        return
    i, j = (int(value) for value in np.ravel(points[0]["customdata"])[:2])
    clicked = f"{rows[i]}~{columns[j]}"
    if st.session_state.get(OPENS) != clicked and (rows[i], columns[j]) != cell:
        st.session_state[OPENS] = clicked
        state.put("cell", clicked)
        state.put("item", "")
        st.rerun()
    st.session_state[OPENS] = clicked


def _words(
    left: Activations, right: Activations, values: Floats, places: tuple[int, int], cell: tuple[str, str]
) -> None:
    widths = left.block(cell[0]).shape[1], right.block(cell[1]).shape[1]
    shared = len(np.intersect1d(left.rows, right.rows))
    st.caption(
        f"Click a cell to see its items. Framed: {cell[0]} ({widths[0]:,} channels) × {cell[1]} ({widths[1]:,} "
        "channels) = "
        f"{values[places]:.3f}. Activations are averaged over positions; {shared:,} items. Darker is more alike. "
        "Colours run "
        "from the smallest to the largest score of this table."
    )
