"""Picking an item: by words (its look, or its logic), by its id, or at random."""

import re

import numpy as np
import streamlit as st

from explorer.app.frame.foreign import QUOTED, plain
from explorer.app.frame.gallery import thumb_url
from explorer.app.frame.models import model_ready
from explorer.app.relational.components import OnItem, items_view, relation_words, signed
from explorer.app.relational.view import Context, pick
from explorer.base.arrays import Rows
from explorer.base.dataset import ID
from explorer.encoders.pool import POOL
from explorer.features.relational.service import some_items, text_search

FOUND, RANDOM = 12, 18
BY = {"looks": "by its look", "logic": "by its logic"}


def pick_box(context: Context, key: str, on_item: OnItem, *, hint: str) -> None:
    """A search line and the items it finds; random ones before anything is typed."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Find an item",
            key=f"{key}.text",
            placeholder="Its id, or what to look for, such as: things in a spiral",
            help="By its look: the model compares the words with the pictures. By its logic: the relational head "
            "compares them as an anonymous caption, such as “{things} in a spiral”. An exact id finds that item.",
        )
        by = st.segmented_control(
            "Search", list(BY), default="logic", key=f"{key}.by", format_func=lambda one: BY[one], width=240
        )
        if st.button("Others", key=f"{key}.shuffle", icon=":material/casino:", help="Other random items."):
            st.session_state[f"{key}.seed"] = int(st.session_state.get(f"{key}.seed", 0)) + 1
    found = _by_words(context, text.strip(), by or "logic", key) if text.strip() else None
    seed = int(st.session_state.get(f"{key}.seed", 0))
    rows, numbers, label = found or (some_items(context.opened, context.spec, seed, RANDOM), [], "Random items")
    items_view(context, rows, f"{key}.items", on_item, label=label, hint=hint, numbers=numbers, fill=True)


def _by_words(context: Context, text: str, by: str, key: str) -> tuple[Rows, list[str], str]:
    """(rows, a number for each in words, what they are): the item with this id, else those that the words find."""
    nothing: tuple[Rows, list[str], str] = (np.empty(0, np.int64), [], "Nothing")
    spec = context.spec if by == "logic" else context.base
    if (row := context.dataset.row_of(text)) >= 0:
        return np.array([row]), [], "The item with this id"
    if not model_ready(spec, key):
        return nothing
    if not POOL.get(spec).abilities.texts:
        st.info(f"{plain(spec)} does not read texts. Search by logic, or type an item's id.")
        return nothing
    rows, values = text_search(context.opened, spec, text, FOUND)
    st.caption(f"The {len(rows)} items nearest to “{plain(text, QUOTED)}” {BY[by]}; cosine under {plain(spec)}.")
    return rows, [f"similarity {signed(value)}" for value in values], "Found items"


def picked_line(context: Context, row: int) -> None:
    """The picked item: its picture, its relation in words, and how to pick another."""
    name = str(context.dataset.take(np.array([row]))[ID].iloc[0])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(_picture(context, row), width=64)
        words = relation_words(context, np.array([row]))[0]
        said = f"  \n{slots_as_code(words)}" if words else ""
        st.markdown(f"**Picked item** {plain(name)}{said}", width="stretch")
        st.button("Pick another", key="relational.clear", icon=":material/restart_alt:", on_click=pick, args=("",))


def _picture(context: Context, row: int) -> str:
    url = thumb_url(context.opened, 128).replace("{row}", str(row)).replace("&", "&amp;")
    return f'<img src="{url}" alt="" style="width:58px;height:58px;object-fit:cover;border-radius:10px">'


def slots_as_code(text: str) -> str:
    """An anonymous caption as Markdown with its {slots} set apart; nothing in it can act as Markdown."""
    return re.sub(r"\\\{([\w ]*)\\\}", r"`{\1}`", plain(text))
