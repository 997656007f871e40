"""The picked item, and the ways to pick another: a few words, or a click."""

import numpy as np
import streamlit as st

from explorer.app.conditional.view import Context, pick
from explorer.app.frame.gallery import Cards, gallery
from explorer.base.errors import ExplorerError
from explorer.encoders.pool import POOL
from explorer.search.find import find, starters
from explorer.search.query import QueryPart

CLICK = "Click: ask about this item"
OFFERED = 24


def picked_row(context: Context) -> int:
    """Row of the picked item; the first of the items to start with when the address names none."""
    if context.view.item:
        return int(context.opened.dataset.rows_of([context.view.item])[0])
    rows = starters(context.opened, context.encoder)
    return int(rows[0]) if len(rows) else -1


def item_panel(context: Context, row: int) -> None:
    """The picked item as a card, and the search for another."""
    gallery(
        context.opened,
        Cards(np.array([row], np.int64), ranked=False),
        "conditional.item",
        pick,
        label="Picked item",
        card=150,
        actions=(),
        click_label="The picked item",
    )
    with st.popover("Pick another", icon=":material/search:", width="stretch", key="conditional.pick"):
        words = st.text_input(
            "Find items by words", key="conditional.find", placeholder="such as: a red star", max_chars=300
        )
        st.caption("Or click any card or point on this page." if words.strip() else "Or one of these, at random:")
        gallery(
            context.opened,
            _offered(context, words.strip()),
            "conditional.offered",
            pick,
            label="Items to pick",
            tall=380,
            card=78,
            actions=(),
            click_label=CLICK,
        )


def _offered(context: Context, words: str) -> Cards:
    if words:
        try:
            if POOL.get(context.encoder).abilities.texts:
                found = find(context.opened, context.encoder, (QueryPart("text", words),), "", OFFERED)
                return Cards(found.rows, found.similarities)
            st.info(f"{context.encoder} does not read words: pick from these.")
        except ExplorerError as error:
            st.warning(str(error))
    return Cards(starters(context.opened, context.encoder)[:OFFERED], ranked=False)
