"""Every layer of one model against every layer of another, and from a cell to the items that cause it."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from explorer.app.compare.bring_layers import bring_layers
from explorer.app.compare.causes import causes_panel
from explorer.app.compare.controls import Pair, measure_label, picker
from explorer.app.compare.view import ADDRESS, Cell
from explorer.app.frame.foreign import QUOTED, plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.base.arrays import Floats
from explorer.features.compare import service
from explorer.features.compare.activations import Activations, common_items
from explorer.features.compare.contract import METHODS
from explorer.features.compare.figures import score_heatmap
from explorer.features.compare.report import structure_words
from explorer.features.compare.structure import blocks, correspondence

OPENS = "compare.layers.open"


def layers(pair: Pair) -> None:
    """The panel."""
    left, right = (service.activations(pair.opened, spec, pair.view.items) for spec in (pair.a, pair.b))
    show_jobs(pair.opened.workspace)
    if left is None or right is None:
        _offer(pair)
        bring_layers(pair.opened)
        return
    chosen = METHODS[pair.view.measure]
    picker("Measure", "measure", tuple(METHODS), chosen.name, format_func=measure_label, width=360)
    st.caption(chosen.meaning, help=plain(chosen.formula))
    _heatmap(pair, left, right)


def _offer(pair: Pair) -> None:
    items = pair.view.items
    st.info(
        f"The activations of every block are not there yet for {items:,} items. Making them runs the items through "
        "both models once; they are kept with the data."
    )
    if work_button(
        "Collect the activations",
        key="compare.layers.start",
        type="primary",
        disabled=running(pair.opened.workspace),
        icon=":material/layers:",
    ):
        args = ["compare", "layers", str(pair.opened.path), pair.a, pair.b, "--items", str(items)]
        start_job(pair.opened.path, args, f"Activations of {pair.a} and {pair.b}")


def _heatmap(pair: Pair, left: Activations, right: Activations) -> None:
    chosen = METHODS[pair.view.measure]
    with st.spinner("Comparing every layer with every layer …"):
        values = service.layer_matrix(pair.opened, pair.a, pair.b, chosen.name, pair.view.items)
    rows, columns = list(left.blocks), list(right.blocks)
    cell = _cell(pair, rows, columns)
    places = (rows.index(cell[0]), columns.index(cell[1]))
    figure = score_heatmap(
        values,
        rows,
        columns,
        chosen.label,
        axes=(f"A: {pair.a}", f"B: {pair.b}"),
        higher=chosen.higher,
        picked=places,
        partners=() if pair.a == pair.b else correspondence(values, chosen).partners.tolist(),
        runs=blocks(values, chosen).runs if pair.a == pair.b else (),
    )
    st.markdown(plain(structure_words(values, rows, chosen.name, itself=pair.a == pair.b)))
    event = st.plotly_chart(figure, width="stretch", key="compare.heatmap", on_select="rerun", selection_mode="points")
    _clicked(event, rows, columns, cell)
    _words(pair, (left, right), values, places, cell)
    bring_layers(pair.opened)
    st.subheader(f"Which items cause it: {plain(cell[0])} of A and {plain(cell[1])} of B", anchor=False)
    causes_panel(pair, cell, (f"{pair.a} · {cell[0]}", f"{pair.b} · {cell[1]}"))


def _cell(pair: Pair, rows: list[str], columns: list[str]) -> Cell:
    """The two layers that the address names, else the last of both (of one model with itself: the last two).

    A layer that is not there is told.
    """
    last = rows[-2 if pair.a == pair.b and len(rows) > 1 else -1], columns[-1]
    if pair.view.cell is None:
        return last
    for name, known, side in zip(pair.view.cell, (rows, columns), "AB", strict=True):
        if name not in known:
            st.warning(
                f"{side} has no layer “{plain(name, QUOTED)}”; expected one of {plain(', '.join(known))}. The last "
                "ones are shown."
            )
            return last
    return pair.view.cell


def _clicked(event: Mapping[str, object], rows: list[str], columns: list[str], cell: Cell) -> None:
    points = event["selection"]["points"] if event else []  # type: ignore[index]
    if not points:
        return
    i, j = (int(value) for value in np.ravel(points[0]["customdata"])[:2])
    clicked = (rows[i], columns[j])
    if st.session_state.get(OPENS) != clicked and clicked != cell:
        st.session_state[OPENS] = clicked
        ADDRESS.change(cell=clicked, item="")
        st.rerun()
    st.session_state[OPENS] = clicked


def _words(
    pair: Pair, sides: tuple[Activations, Activations], values: Floats, places: tuple[int, int], cell: Cell
) -> None:
    """What is drawn, and the framed cell."""
    widths = [side.block(name).shape[1] for side, name in zip(sides, cell, strict=True)]
    shared = len(common_items(*sides, pair.view.items)[0])
    drawn = "Lines frame the blocks." if pair.a == pair.b else "A dot marks the best partner in B of each layer of A."
    st.caption(
        f"{drawn} Click a cell to see its items. Framed: {plain(cell[0])} ({widths[0]:,} channels) × {plain(cell[1])} "
        f"({widths[1]:,} channels) = {values[places]:.3f}. Darker is more alike.",
        help=f"Activations are averaged over positions; {shared:,} items. Colours run from the smallest to the largest "
        "score of this table. Blocks: the cut into runs of neighbouring layers with the largest sum, over the pairs "
        "within runs, of score − mean score.",
    )
