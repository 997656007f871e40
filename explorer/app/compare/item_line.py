"""The item whose neighbours are compared: what it keeps of them, and the ways to another item."""

import streamlit as st

from explorer.app.compare.changed import Causes
from explorer.app.compare.view import ADDRESS
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.look import item_look

MOST, LOOK, TEXT_WIDTH = 24, 76, 230


def item_line(shown: Causes) -> None:
    """One line: the item, how many of its neighbours both models agree on, and buttons for another."""
    found = shown.movers
    k = found.left.rows.shape[1]
    gone = int((found.shared == 0).sum())
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        item_look(shown.pair.opened, int(shown.rows[shown.place]), LOOK, text_width=TEXT_WIDTH)
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{k * found.shared[shown.place]:.0f} of the {k:d} nearest are the same under both**")
            st.caption(
                f"{plain(shown.picked[:60])} · on average {k * float(found.shared.mean()):.1f}; {gone:,} of "
                f"{len(shown.rows):,} items keep none",
                help="Numbers on the cards are cosines; those of two models do not compare, ranks do. ▲▼ is how much "
                "higher or lower an item stands than in the other list.",
            )
            with st.container(horizontal=True, gap="small"):
                st.button(
                    "Show me where they differ most",
                    key="compare.most",
                    icon=":material/bolt:",
                    on_click=_pick,
                    args=("query", _next(shown)),
                    help="The item whose neighbours changed most; again for the next.",
                )
                with st.popover("Pick", key="compare.pick"):
                    _most_changed(shown)


def _next(shown: Causes) -> str:
    """Id of the most changed item, or of the one after the picked one where that is among the most changed."""
    order = shown.movers.order[:MOST].tolist()
    place = order.index(shown.place) + 1 if shown.place in order and shown.pair.view.item else 0
    return str(shown.ids[order[place % len(order)]])


def _most_changed(shown: Causes) -> None:
    st.caption("The most changed come first. Or click any card or point on this page.")
    gallery(
        shown.pair.opened,
        Cards(shown.rows[shown.movers.order[:MOST]], ranked=False),
        "compare.changed",
        _pick,
        label="Items whose neighbours changed most",
        tall=380,
        card=96,
        query_ids=[shown.picked],
        actions=(),
        click_label="Click: the neighbours of this item",
    )


def _pick(action: str, item: str) -> None:
    ADDRESS.change(item=item)
