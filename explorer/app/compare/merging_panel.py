"""Merging: two small classifiers from different seeds, mixed before and after matching their units."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.app.compare.controls import bound, known_value, picker
from explorer.app.compare.labels import no_labels
from explorer.app.compare.view import MOST_SEED, WIDTHS, View
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.features.replacing import service
from explorer.features.replacing.contract import METHODS
from explorer.features.replacing.figures import alignment_lines, merge_lines
from explorer.features.replacing.merging.merge import Merge, MergedWay
from explorer.workspace.opened import Opened

LEADING = 0.5
"""Of the thresholds on singular values, the one whose alignment stands on a card."""


def merging_panel(opened: Opened, view: View) -> None:
    """The panel."""
    st.markdown(
        "Two classifiers that differ only in their seed learn the same from the same vectors, but their hidden units "
        "come in a different order. Mixing their weights halfway breaks both. Bring B's units into A's order first (a "
        "permutation: B's answers stay exactly the same), and the way between them is often nearly flat."
    )
    columns = service.label_columns(opened)
    if not columns:
        st.info(no_labels("Merging"))
        return
    what, go = _choices(opened, view, columns)
    found = service.load_merge(opened, what)
    if found is None and work_button(
        "Match", type="primary", place=go, key="merge_go", width="stretch", disabled=running(opened.workspace)
    ):
        service.check_seeds((what.first, what.second))
        start_job(opened.path, _command(opened, what), f"Match two classifiers of {what.column}")
    show_jobs(opened.workspace)
    if found is None:
        st.caption(
            f"Trains two classifiers of two hidden layers on up to {service.DRAWN:,} items: some seconds. The result "
            "opens by itself and is kept."
        )
        return
    show_merge(found)


def _choices(opened: Opened, view: View, columns: Sequence[str]) -> tuple[service.Merging, DeltaGenerator]:
    """(What is asked, where the button stands)."""
    row = st.columns([3, 3, 2, 2, 2, 3], vertical_alignment="bottom")
    column = known_value(view.labels, columns, columns[0])
    spec = known_value(view.vectors, opened.encoders, opened.encoders[0])
    with row[0]:
        picker("Labels", "labels", columns, column, labelled=True)
    with row[1]:
        picker("Vectors of", "vectors", opened.encoders, spec, labelled=True)
    with row[2]:
        picker("Hidden units", "width", WIDTHS, view.width, labelled=True, help="In each of two layers.")
    for place, label, field in ((row[3], "Seed of A", "first"), (row[4], "Seed of B", "second")):
        key = f"merge_{field}"
        place.number_input(label, 0, MOST_SEED, key=key, on_change=bound(field, key, getattr(view, field)))
    what = service.Merging(
        column=column, spec=spec, hidden=view.width, first=view.first, second=view.second, items=service.DRAWN
    )
    return what, row[5]


def _command(opened: Opened, what: service.Merging) -> list[str]:
    args = ["compare", "merge", str(opened.path), "--labels", what.column, "--model", what.spec]
    numbers = {"--hidden": (what.hidden,), "--seeds": (what.first, what.second), "--items": (what.items,)}
    return [*args, *(str(part) for name, values in numbers.items() for part in (name, *values))]


def show_merge(found: Merge) -> None:
    """Numbers of every method beside its baseline's, lines, and the alignment of singular vectors."""
    compared = [(found.ways[METHODS[name].baseline], way) for name, way in found.ways.items() if METHODS[name].baseline]
    for before, after in compared:
        _cards(found, before, after)
    left, right = st.columns(2)
    left.plotly_chart(merge_lines(found, "loss"), width="stretch", key="merge_loss")
    right.plotly_chart(merge_lines(found, "accuracy"), width="stretch", key="merge_accuracy")
    left, right = st.columns(2, vertical_alignment="center")
    left.plotly_chart(alignment_lines(found), width="stretch", key="merge_alignment")
    before, after = compared[0]
    right.markdown(
        f"The weights come only {1 - after.distance / before.distance:.0%} closer by matching, so distance does not "
        "explain why the barrier falls. The **leading directions** do: those with large singular values, which carry "
        "most of what a layer does, turn the same way after matching (right end of the blue line), while the many "
        "small ones stay unaligned (left end). A permutation cannot change the singular values themselves."
    )


def _cards(found: Merge, before: MergedWay, after: MergedWay) -> None:
    middle = len(before.between.shares) // 2
    cards = st.columns(4)
    cards[0].metric(
        "Barrier",
        f"{after.between.barrier:.3f}",
        f"{after.between.barrier - before.between.barrier:+.3f} by matching",
        delta_color="inverse",
        help="How far the held-out loss rises above the straight line between A and B, at most.",
    )
    old, new = before.between.accuracies, after.between.accuracies
    cards[1].metric(
        "Accuracy halfway",
        f"{new[middle]:.1%}",
        f"{100 * (new[middle] - old[middle]):+.1f} points by matching",
        help=f"Held-out items; A {old[0]:.1%}, B {old[-1]:.1%}, always the commonest class {found.chance:.1%}.",
    )
    cards[2].metric(
        "Distance of weights",
        f"{after.distance:.1f}",
        f"{after.distance / before.distance - 1:+.0%} by matching",
        delta_color="inverse",
        help="Euclidean, over all weights and biases.",
    )
    place = found.thresholds.index(LEADING)
    cards[3].metric(
        "Alignment R(0.5)",
        f"{after.aligned[place]:.2f}",
        f"{after.aligned[place] - before.aligned[place]:+.2f} by matching",
        help="Σ ⟨uᵢ, uⱼ⟩⟨vᵢ, vⱼ⟩ over singular vectors with at least half of the largest singular value, divided by "
        "how many there are: 1 for equal networks, about 0 for unrelated ones.",
    )
