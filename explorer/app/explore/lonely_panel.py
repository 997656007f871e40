"""Items with too near neighbours, and items with none: duplicates and outliers."""

from math import ceil

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.cards import item_gallery
from explorer.app.explore.export_panel import export_panel
from explorer.app.explore.state import Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards
from explorer.app.frame.jobs import small_or_job
from explorer.io.text import counted
from explorer.search import DuplicateGroup
from explorer.search.cleaning import (
    copies,
    duplicates,
    group_columns,
    known_copies,
    known_outliers,
    outliers,
    proposed,
    sure_outliers,
)
from explorer.search.copies import CopyPairs
from explorer.search.find import filter_mask

AT_ONCE, PICTURES_AT_ONCE = 10_000, 300  # above this many items the work is a job that a button starts
GROUPS_SHOWN, GROUP_ITEMS, OUTLIERS_SHOWN = 12, 24, 60
LOWEST, STEP = 0.5, 0.005
AGREEMENT = {
    "pictures": "Agreement of two pictures: one is laid over the other, also mirrored, cropped or framed, and the "
    "directions in which brightness changes are compared. 1 is the same picture, 0 is chance.",
    "vectors": "Agreement of two items: the cosine of their vectors under the chosen model; 1 is the same vector.",
}


def duplicate_panel(context: Context) -> None:
    """Groups of items that are copies of each other, each with its weakest pair."""
    pairs = known_copies(context.opened, context.encoder)
    if pairs is None:
        most = PICTURES_AT_ONCE if context.dataset.has_images else AT_ONCE
        if not _at_once(context, "duplicates", "Find copies", most):
            return
        with st.spinner("Comparing items …"):
            pairs = copies(context.opened, context.encoder)
    threshold = _threshold(context, pairs)
    groups = duplicates(context.opened, context.encoder, threshold)
    if not groups:
        st.info("No two items agree this much. Move the slider to the left to see near misses.")
        return
    rows, extra = group_columns(groups)
    spare = len(rows) - len(groups)
    st.markdown(
        f"**{counted(len(groups), 'group')} with {len(rows):,} items**; keeping one of each would remove {spare:,}"
    )
    st.caption("In a group every two items agree at least this much. The weakest pair are the two that agree least.")
    for place, group in enumerate(groups[:GROUPS_SHOWN]):
        _group(context, group, place)
    if len(groups) > GROUPS_SHOWN:
        st.caption(f"The {GROUPS_SHOWN} largest of {len(groups):,} groups. The export has the items of all.")
    export_panel(context, rows, "explore.export_duplicates", "duplicates", extra)


def _at_once(context: Context, name: str, title: str, most: int) -> bool:
    args = [name, str(context.workspace.path), "--model", context.encoder]
    return small_or_job(context.workspace, args, title, count=len(context.dataset), most=most)


def _threshold(context: Context, pairs: CopyPairs) -> float:
    """The slider, which stands where the data propose until it is moved, and why there."""
    proposal = proposed(context.opened, context.encoder)
    lowest = min(max(LOWEST, ceil(pairs.least / STEP) * STEP), 1 - STEP)
    threshold = max(lowest, context.view.threshold or proposal.threshold)
    st.session_state["explore.threshold"] = threshold
    st.slider(
        "Items count as duplicates from this agreement on",
        lowest,
        1.0,
        step=STEP,
        key="explore.threshold",
        format="%.3f",
        width=420,
        on_change=lambda: state.change(threshold=st.session_state["explore.threshold"]),
        help=AGREEMENT[pairs.measure],
    )
    st.caption(f"Proposed: {proposal.threshold:.3f}. {plain(proposal.why)}")
    if threshold != proposal.threshold:
        st.button(
            "Use the proposed one", key="explore.propose", type="tertiary", on_click=lambda: state.change(threshold=0.0)
        )
    return threshold


def _group(context: Context, group: DuplicateGroup, place: int) -> None:
    ids = context.dataset.ids
    with st.container(border=True):
        if group.exact:
            st.markdown(f"**{len(group.rows)} items** · exact copies")
        else:
            first, second = (ids[row] for row in group.weakest)
            st.markdown(f"**{len(group.rows)} items** · weakest pair {group.similarity:.3f}")
            st.caption(f"Weakest pair: {plain(first)} and {plain(second)}")
        item_gallery(
            context,
            Cards(group.rows[:GROUP_ITEMS], ranked=False),
            f"explore.group.{place}",
            label=f"Duplicates, group {place + 1}",
            fill=False,
            tall=0,
        )


def _how_sure(context: Context) -> str:
    """Which items were compared with all others, and what a large number means."""
    sure = sure_outliers(context.opened, context.encoder)
    how = ", every item compared with every other"
    if sure is not None:
        how = (
            f". The first {sure:,} are the loneliest of all, compared with every other item; others may be less lonely"
        )
    return (
        f"{how}; a large one means that nothing is close. They are rare subjects, or pictures that are broken, empty "
        "or out of place."
    )


def outlier_panel(context: Context) -> None:
    """The items that are furthest from all others."""
    found = known_outliers(context.opened, context.encoder)
    if found is None:
        if not _at_once(context, "outliers", "Measure how lonely each is", AT_ONCE):
            return
        with st.spinner("Measuring distances …"):
            found = outliers(context.opened, context.encoder)
    rows, scores = found
    if context.view.filters:
        passing = filter_mask(context.opened, context.view.filters)[rows]
        rows, scores = rows[passing], scores[passing]
    st.markdown("**The items that are least like any other**")
    st.caption(f"Number: 1 − cosine similarity to the tenth nearest neighbour{_how_sure(context)}")
    cards = Cards(rows[:OUTLIERS_SHOWN], scores[:OUTLIERS_SHOWN])
    item_gallery(context, cards, "explore.outliers", label="Outliers", fill=False, tall=0)
    export_panel(context, rows[:1_000], "explore.export_outliers", "outliers", {"loneliness": scores[:1_000]})
