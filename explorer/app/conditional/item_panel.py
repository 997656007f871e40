"""The picked item, and the ways to pick another: a few words, or a click."""

import numpy as np
import streamlit as st

from explorer.app.conditional import state
from explorer.app.conditional.state import Page
from explorer.app.explore import answers as explore
from explorer.app.explore.result_panel import starters
from explorer.app.frame import cache
from explorer.app.frame.gallery import Cards, gallery
from explorer.base.errors import ExplorerError

CLICK = "Click: ask about this item"


def picked_row(page: Page) -> int:
    """Row of the picked item; the first of the items to start with when the address names none."""
    if page.view.item:
        return int(page.dataset.rows_of([page.view.item])[0])
    rows = starters(page.path, page.key, page.encoder)
    return int(rows[0]) if len(rows) else -1


def item_panel(page: Page, row: int) -> None:
    """The picked item as a card, and the search for another."""
    gallery(
        page.workspace,
        page.dataset,
        Cards(np.array([row], np.int64), ranked=False),
        "conditional.item",
        state.pick,
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
            page.workspace,
            page.dataset,
            _offered(page, words.strip()),
            "conditional.offered",
            state.pick,
            label="Items to pick",
            tall=380,
            card=78,
            actions=(),
            click_label=CLICK,
        )


def _offered(page: Page, words: str) -> Cards:
    if words:
        try:
            can = cache.get_encoder(page.encoder).abilities
            if can.texts:
                found = explore.find(page.path, page.key, page.encoder, (f"text:1:{words}",), "", 24)
                return Cards(found.rows, found.similarities)
            st.info(f"{page.encoder} does not read words: pick from these.")
        except ExplorerError as error:
            st.warning(str(error))
    return Cards(starters(page.path, page.key, page.encoder)[:24], ranked=False)
