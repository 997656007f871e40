"""How right the links are, where a column tells it: precision and recall against the threshold."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.match.links_decided import Standing
from explorer.app.match.links_figures import curve_figure
from explorer.app.match.links_setup import column_names
from explorer.app.match.view import ADDRESS, Context
from explorer.base.errors import InputError
from explorer.base.metrics import wilson
from explorer.features.match.assigning import Rule
from explorer.features.match.service import Matched
from explorer.features.match.truth import Truth, truth_of_column, truth_of_groups

HELP = (
    "A column of the left list with the ids of the right things, “|” between several, nothing for none. Where a list "
    "is matched with itself: ids of the same list, or the name of the group of things that are the same."
)


def truth_panel(context: Context, matched: Matched, found: Standing, rule: Rule) -> None:
    """The choice of the column, numbers of the links as they stand, and the curve."""
    names = ["", *column_names(matched.task.left)]
    now = context.view.links_truth if context.view.links_truth in names else ""
    st.session_state["match.links.truth"] = now
    st.selectbox(
        "Truth, if a column tells it",
        names,
        key="match.links.truth",
        width=300,
        format_func=lambda name: name or "none",
        help=HELP,
        on_change=lambda: ADDRESS.change(links_truth=st.session_state["match.links.truth"]),
    )
    if not now:
        return
    try:
        truth = truth_of(matched, now)
        _numbers(matched, found, truth)
        every = matched.links(Rule(way=rule.way, about=rule.about, copies=rule.copies))
        curve = matched.curve(truth, every)
    except InputError as error:
        st.warning(plain(error))
        return
    st.plotly_chart(
        curve_figure(curve, found.links.threshold), key="match.links.curve", config={"displayModeBar": False}
    )
    missed = f" {curve.missed:,} of them are linked at no threshold." if curve.missed else ""
    st.caption(
        f"Links made as above without a least score, then cut at each threshold, against {curve.all_right:,} right "
        f"pairs.{missed} Bands: 95 % intervals (Wilson, over pairs)."
    )
    for note in truth.notes:
        st.caption(plain(note))


def truth_of(matched: Matched, column: str) -> Truth:
    """The right pairs that a column tells; of one list ids where it holds some, else groups."""
    task = matched.task
    if not task.same:
        return truth_of_column(task.left, task.right, column)
    known = set(task.left.ids)
    values = [one for one in task.left.strings(column) if one]
    if sum(one in known for one in values) > len(values) / 2:
        return truth_of_column(task.left, task.right, column, same=True)
    return truth_of_groups(task.left, column)


def _numbers(matched: Matched, found: Standing, truth: Truth) -> None:
    places = found.links.places
    right = truth.right_pairs(matched.pairs.left[places], matched.pairs.right[places])
    hits = int(right.sum())
    with st.container(horizontal=True):
        for name, count, what in (("Precision", len(places), "links"), ("Recall", len(truth), "right pairs")):
            low, high = wilson(hits / count, count) if count else (0.0, 1.0)
            value = f"{hits / count:.3f}" if count else "–"
            st.metric(
                name, value, width=190, help=f"{hits:,} of {count:,} {what}; 95 % interval {low:.3f} to {high:.3f}."
            )
        total = len(places) + len(truth)
        st.metric("F1", f"{2 * hits / total:.3f}" if total else "–", width=190, help="Harmonic mean of the two.")
