"""Items with too near neighbours, and items with none: duplicates and outliers."""

import numpy as np
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.export_panel import export_panel
from explorer.app.explore.state import Context
from explorer.app.frame.gallery import Cards, gallery
from explorer.io.text import counted
from explorer.search import DuplicateGroup
from explorer.search.find import duplicates, filter_mask, outliers

AT_ONCE = 5_000  # above this many items the work waits for a button
GROUPS_SHOWN, GROUP_ITEMS, OUTLIERS_SHOWN = 12, 24, 60


def _wanted(context: Context, work: str, words: str) -> bool:
    """True when the work is small, or was asked for with the button."""
    asked = f"explore.asked.{work}.{context.key}.{context.encoder}"
    if len(context.dataset) <= AT_ONCE or st.session_state.get(asked):
        return True
    return st.button(words, key=f"explore.start.{work}", on_click=st.session_state.__setitem__, args=(asked, True))


def duplicate_panel(context: Context) -> None:
    """Groups of items that are nearly the same, each with its weakest link."""
    st.session_state["explore.threshold"] = context.view.threshold
    st.slider(
        "Items count as duplicates from this similarity on",
        0.5,
        1.0,
        step=0.005,
        key="explore.threshold",
        format="%.3f",
        width=420,
        on_change=lambda: state.change(threshold=st.session_state["explore.threshold"]),
        help="Cosine similarity of the two vectors under the chosen model; 1 = the same vector.",
    )
    if not _wanted(context, "duplicates", f"Compare {len(context.dataset):,} items"):
        return
    with st.spinner("Comparing items …"):
        groups = duplicates(context.opened, context.encoder, context.view.threshold)
    if not groups:
        st.info("No two items are this similar. Move the slider to the left to see near misses.")
        return
    rows = np.concatenate([group.rows for group in groups])
    spare = len(rows) - len(groups)
    st.markdown(
        f"**{counted(len(groups), 'group')} with {len(rows):,} items**; keeping one of each would remove {spare:,}"
    )
    st.caption(
        "A group is a chain: each item is at least this similar to one other of its group. The weakest pair are the "
        "two items of a group that are least alike: when they differ, the chain has joined too much."
    )
    for place, group in enumerate(groups[:GROUPS_SHOWN]):
        _group(context, group, place)
    if len(groups) > GROUPS_SHOWN:
        st.caption(f"The {GROUPS_SHOWN} largest of {len(groups):,} groups. The export has the items of all.")
    export_panel(context, rows, "explore.export_duplicates", "duplicates")


def _group(context: Context, group: DuplicateGroup, place: int) -> None:
    with st.container(border=True):
        st.markdown(f"**{len(group.rows)} items** · weakest pair {group.similarity:.3f}")
        cards = Cards(group.rows[:GROUP_ITEMS], ranked=False)
        gallery(
            context.opened,
            cards,
            f"explore.group.{place}",
            state.item_event,
            card=110,
            label=f"Duplicates, group {place + 1}",
        )
        ids = context.dataset.ids
        st.caption(f"Chain from {ids[group.chain[0]]} to {ids[group.chain[-1]]}: {' → '.join(ids[group.chain])}")


def outlier_panel(context: Context) -> None:
    """The items that are furthest from all others."""
    if not _wanted(context, "outliers", f"Measure {len(context.dataset):,} items"):
        return
    with st.spinner("Measuring distances …"):
        rows, scores = outliers(context.opened, context.encoder)
    if context.view.filters:
        passing = filter_mask(context.opened, context.view.filters)[rows]
        rows, scores = rows[passing], scores[passing]
    st.markdown("**The items that are least like any other**")
    st.caption(
        "Number: 1 − cosine similarity to the tenth nearest neighbour; a large one means that nothing is close. "
        "They are rare subjects, or pictures that are broken, empty or out of place."
    )
    cards = Cards(rows[:OUTLIERS_SHOWN], scores[:OUTLIERS_SHOWN])
    gallery(context.opened, cards, "explore.outliers", state.item_event, label="Outliers")
    export_panel(context, rows[:1_000], "explore.export_outliers", "outliers")
