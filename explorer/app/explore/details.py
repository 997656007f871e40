"""One item in full: its picture, text and attributes, and what can be asked of it."""

from urllib.parse import quote

import pandas as pd
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.state import Context
from explorer.base.dataset import PATH, RESERVED, TEXT

PICTURE_STYLE = "max-width:100%;max-height:62vh;border-radius:10px"


def show_details(context: Context) -> None:
    """Open the dialog of the item that was asked for, once."""
    item = st.session_state.pop(state.DETAILS, None)
    if item is not None and context.dataset.row_of(item) >= 0:
        st.dialog(item if len(item) < 80 else item[:79] + "…", width="large")(_body)(context, item)


def _body(context: Context, item: str) -> None:
    row = context.dataset.row_of(item)
    values = context.dataset.take(context.dataset.rows_of([item])).iloc[0]
    left, right = st.columns([3, 2])
    with left:
        if values[PATH]:
            st.html(f'<img src="{_image_url(context, row)}" alt="" style="{PICTURE_STYLE}">')
        if values[TEXT]:
            st.text(values[TEXT])
    with right:
        table = values[[name for name in values.index if name not in RESERVED]]
        if len(table):
            st.dataframe(pd.DataFrame({"attribute": table.index, "value": table.astype(str)}), hide_index=True)
        for action, text in (("query", "Find similar items"), ("add", "Add to the query"), ("less", "Less like this")):
            if st.button(text, key=f"explore.details.{action}", width="stretch"):
                state.item_event(action, item)
                st.rerun()


def _image_url(context: Context, row: int) -> str:
    return f"/image/{quote(context.opened.name)}/{row}?v={quote(context.key)}"
