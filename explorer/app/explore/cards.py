"""Cards of items as the view has them: the column that they show, whether pictures are cropped, the list to page by."""

from typing import Any

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.state import Context
from explorer.app.frame.gallery import Cards, gallery
from explorer.base.dataset import ID, TEXT
from explorer.search.captions import best_caption, caption_columns

LEAST = 320  # pixels of height of a gallery
WORDS = {ID: "id or file name", TEXT: "text"}


def item_gallery(context: Context, cards: Cards, key: str, *, label: str, **options: Any) -> None:
    """A gallery to the end of the window; `options` go to `gallery`. What is enlarged can be paged through."""

    def on_event(action: str, item: str) -> None:
        if action == "open":
            state.enlarge(item, [str(one) for one in context.dataset.ids[cards.rows]])
        else:
            state.item_event(action, item)

    shown = {"tall": LEAST, "fill": True, "card": 112} | options
    gallery(
        context.opened,
        cards,
        key,
        on_event,
        label=label,
        column=context.view.card,
        whole=context.view.fit == "whole",
        **shown,
    )


def card_controls(context: Context) -> None:
    """What cards show, and whether pictures are cropped."""
    columns = caption_columns(context.dataset)
    best = best_caption(context.opened)
    card = context.view.card if context.view.card in columns else best
    with st.popover("", icon=":material/id_card:", type="tertiary", key="explore.cards", help="What cards show"):
        st.session_state["explore.card"] = card
        st.selectbox(
            "Show on cards",
            columns,
            key="explore.card",
            format_func=lambda name: WORDS.get(name, name),
            on_change=lambda: _show(best),
        )
        if context.dataset.has_images:
            st.session_state["explore.whole"] = context.view.fit == "whole"
            st.toggle(
                "Whole pictures",
                key="explore.whole",
                help="Otherwise they are cropped to squares.",
                on_change=lambda: state.change(fit="whole" if st.session_state["explore.whole"] else ""),
            )


def _show(best: str) -> None:
    chosen = st.session_state["explore.card"]
    state.change(card="" if chosen == best else chosen)
