"""One item, small and whole, for the top of a page that is about it."""

import numpy as np
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import thumb_url
from explorer.base.dataset import ID, PATH, TEXT
from explorer.workspace.opened import Opened

TEXT_SHOWN = 400
STYLE = "display: block; width: {side}px; height: {side}px; object-fit: contain; border-radius: .5rem"


def item_look(opened: Opened, row: int, side: int, *, text_width: int = 0) -> None:
    """The whole picture of the item in `row` in a square of `side` pixels, else its text, in `text_width` if given."""
    found = opened.dataset.take(np.array([row], np.int64)).iloc[0]
    if found[PATH]:
        address = thumb_url(opened).replace("{row}", str(row))
        style = STYLE.format(side=side)
        st.html(f'<img class="picked-item" src="{address}" alt="The picked item" style="{style}">', width=side)
    else:
        with st.container(height=side, width=text_width or side, border=False):
            st.caption(plain(str(found[TEXT] or found[ID])[:TEXT_SHOWN]))
