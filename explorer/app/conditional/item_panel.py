"""The picked item, the ways to pick another (a few words, or a click), and where else to go with it."""

import streamlit as st

from explorer.app.conditional.view import Context, pick
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.look import item_look
from explorer.app.frame.page import link_to
from explorer.base.errors import ExplorerError
from explorer.encoders.pool import POOL
from explorer.search.find import find, starters
from explorer.search.query import QueryPart

CLICK = "Click: ask about this item"
OFFERED, LOOK, BESIDE = 24, 96, 134


def picked_row(context: Context) -> int:
    """Row of the picked item; the first of the items to start with when the address names none."""
    if context.view.item:
        return int(context.opened.dataset.rows_of([context.view.item])[0])
    rows = starters(context.opened, context.encoder)
    return int(rows[0]) if len(rows) else -1


def item_panel(context: Context, row: int) -> None:
    """The whole of the picked item, small; the search for another, and links to the pages that ask more about it."""
    item = str(context.opened.dataset.ids[row])
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        item_look(context.opened, row, LOOK)
        with st.container(width=BESIDE, gap=None):
            _search(context)
            link_to("pages/1_Explore.py", "Explore from it", ":material/travel_explore:", item=item)
            link_to("pages/3_Relational.py", "Relational", ":material/hub:", item=item)


def _search(context: Context) -> None:
    with st.popover("Pick another", key="conditional.pick", width="stretch"):
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
            st.info(f"{plain(context.encoder)} does not read words: pick from these.")
        except ExplorerError as error:
            st.warning(plain(error))
    return Cards(starters(context.opened, context.encoder)[:OFFERED], ranked=False)
