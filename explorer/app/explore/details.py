"""One item in full: its picture as large as the window allows, its text and attributes, and what can be asked of it."""

from typing import Any

import pandas as pd
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.state import Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.picture import image_url, large_picture
from explorer.app.frame.visits import address_of
from explorer.base.arrays import Rows
from explorer.base.dataset import PATH, RESERVED, TEXT
from explorer.features.lab.several.store import kept_sets
from explorer.search.captions import captions, shown_value

AT = "explore.details.at"
LONG = 10_000  # characters of a value
WIDE = """<style>
[data-testid="stDialog"] {padding-top: 0;}
[data-testid="stDialog"] > div {width: min(97vw, 1800px); max-width: none; margin-top: 1.5vh; margin-bottom: 1.5vh;}
[data-testid="stDialog"] section {width: 100%;}
[data-testid="stDialog"] h2 {padding: .7rem 1.4rem .2rem; font-size: 1rem;}
</style>"""
ACTIONS = (
    ("query", "Search from it", ":material/search:", "The items most like this one"),
    ("add", "More like this", ":material/add:", "Add it to the query"),
    ("less", "Less like this", ":material/remove:", "Add it to the query with a minus"),
)
PAGES = {
    "Conditional": ("pages/2_Conditional.py", ":material/tune:", "What is like it under a condition"),
    "Relational": ("pages/3_Relational.py", ":material/hub:", "What is built as it is"),
}


def show_details(context: Context) -> None:
    """Open the dialog of the item that was asked for, once."""
    items = state.take_enlarged()
    if items is None:
        return
    item, others = items
    ids = [one for one in others if context.dataset.row_of(one) >= 0]
    if context.dataset.row_of(item) >= 0:
        st.session_state[AT] = ids.index(item) if item in ids else 0
        listed = context.dataset.rows_of(ids if item in ids else [item])
        st.dialog("Item", width="large")(_body)(context, listed)


def _body(context: Context, rows: Rows) -> None:
    at = min(int(st.session_state.get(AT, 0)), len(rows) - 1)
    row = int(rows[at])
    item = str(context.dataset.ids[row])
    st.html(WIDE)
    left, right = st.columns([3, 1.25])
    values = context.dataset.take(rows[at : at + 1]).iloc[0]
    with left:
        if values[PATH]:
            following = image_url(context.opened, int(rows[at + 1])) if at + 1 < len(rows) else ""
            alt = captions(context.opened, rows[at : at + 1], context.view.card)[0]
            large_picture(image_url(context.opened, row), alt, "explore.details.picture", following=following)
        else:
            st.text(values[TEXT])
    with right:
        _paging(at, len(rows))
        st.markdown(f"**{plain(item)}**")
        _actions(context, item, row)
        _attributes(values, bool(values[PATH]))


def _paging(at: int, count: int) -> None:
    if count < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Previous",
            key="explore.details.previous",
            icon=":material/chevron_left:",
            shortcut="Left",
            disabled=at == 0,
            on_click=_go,
            args=(at - 1,),
        )
        st.button(
            "Next",
            key="explore.details.next",
            icon=":material/chevron_right:",
            icon_position="right",
            shortcut="Right",
            disabled=at == count - 1,
            on_click=_go,
            args=(at + 1,),
        )
        st.caption(f"{at + 1} of {count}")


def _go(at: int) -> None:
    st.session_state[AT] = at


def _actions(context: Context, item: str, row: int) -> None:
    with st.container(horizontal=True, gap="small"):
        for action, text, icon, words in ACTIONS:
            if st.button(text, key=f"explore.details.{action}", icon=icon, help=words):
                state.item_event(action, item)
                st.rerun()
        for name, (page, icon, words) in PAGES.items():
            if st.button(plain(name), key=f"explore.details.{name}", icon=icon, help=words):
                st.switch_page(page, query_params=address_of(name, item))
        if _has_patches(context, row) and st.button(
            "Find a detail",
            key="explore.details.part",
            icon=":material/grid_view:",
            help="Mark a part of it, and look for that part in all pictures",
        ):
            asked = {"tab": ["several"], "item": [item]}
            kept = {name: values for name, values in address_of("Search_lab").items() if name not in ("part", "words")}
            st.switch_page("pages/9_Search_lab.py", query_params=kept | asked)


def _has_patches(context: Context, row: int) -> bool:
    """Whether the item has several vectors of its picture under the model."""
    kept = kept_sets(context.opened, context.encoder)
    return kept is not None and kept.of == "patches" and bool(kept.sets.counts[row])


def _attributes(values: "pd.Series[Any]", pictured: bool) -> None:
    names = [name for name in values.index if name not in RESERVED]
    shown = {str(name): shown_value(values[name]) for name in names}
    if pictured and values[TEXT]:
        shown = {TEXT: str(values[TEXT])} | shown
    shown = {name: value for name, value in shown.items() if value}
    st.markdown("  \n".join(f":gray[{plain(name)}]  {plain(value, LONG)}" for name, value in shown.items()))
