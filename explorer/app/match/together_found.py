"""Choosing an item, and the two columns of tiles: what stands in for it, and what goes with it."""

import numpy as np
import pyarrow.compute as pc
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.match.view import ADDRESS, Context
from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import HASH, ID, PATH, TEXT
from explorer.base.memory import remembered
from explorer.features.match.together.model import Together
from explorer.io.text import counted
from explorer.search.captions import best_caption, captions
from explorer.workspace.opened import Opened

FIRST, FOUND, SHOWN, SHORT = 12, 24, 10, 60
COLUMNS = {
    "beside": (
        "Goes with it",
        "IN with OUT",
        "The product of this item’s IN with the other’s OUT. It is no cosine: it grows with the logarithm of how much "
        "more often they lie in one basket than by chance, and 0 is about as many times more as “Noise a pair” says.",
    ),
    "instead": (
        "Stands in for it",
        "IN with IN",
        "The cosine of both items’ IN vectors: how alike their company is, from −1 to 1.",
    ),
}
"""By the function of `Together`: title, formula, what the number is."""


def pick_item(context: Context, model: Together) -> int:
    """The row of the item that the address names, -1 while none is chosen; a field that finds one."""
    opened = context.opened
    row = opened.dataset.row_of(context.view.together_item) if context.view.together_item else -1
    if context.view.together_item and row < 0:
        st.warning(f"There is no item {plain(context.view.together_item, 80)} in this collection.")
    words = st.text_input(
        "Find an item",
        key="match.together.words",
        max_chars=200,
        width=420,
        placeholder="Its id, or words of its text",
    ).strip()
    if words:
        found = items_with(opened, words)
        if len(found):
            more = f" The first {FOUND} are shown; more words narrow them." if len(found) > FOUND else ""
            st.caption(f"{counted(len(found), 'item')} with “{plain(words, 80)}”.{more}")
            _tiles(context, found[:FOUND], "match.together.found", "Items with these words")
        else:
            st.info(f"No item has “{plain(words, 80)}” in its id, name or text.")
    elif row < 0:
        often = np.argsort(-model.bought, kind="stable")[:FIRST]
        st.caption("Choose an item: these are bought most often.")
        _tiles(context, often, "match.together.often", "Bought most often")
    return row


@remembered(32)
def items_with(opened: Opened, words: str) -> Rows:
    """Rows of the items whose id, text or another column of texts holds the words, as they come."""
    table = opened.dataset.table
    found = np.zeros(len(opened.dataset), bool)
    for name in table.column_names:
        column = table.column(name)
        if str(column.type) in ("string", "large_string") and name not in (PATH, HASH):
            hit = pc.match_substring(column, words, ignore_case=True)
            found |= np.asarray(pc.fill_null(hit, False).to_numpy(), bool)
    return np.flatnonzero(found)


@remembered(1)
def caption_column(opened: Opened) -> str:
    """What tiles show: the column that names items best, or their texts where these are short and tell more apart."""
    dataset = opened.dataset
    name = best_caption(opened)
    if not (dataset.has_images and dataset.has_texts) or name == TEXT:
        return name
    texts = [one for one in dataset.table.column(TEXT).to_pylist() if one]
    short = float(np.median([len(one) for one in texts])) <= SHORT
    fewer = pc.count_distinct(dataset.table.column(name)).as_py() < len(set(texts)) if name != ID else False
    return TEXT if short and fewer else name


def found_columns(context: Context, model: Together, row: int) -> None:
    """The chosen item and both lists."""
    column = caption_column(context.opened)
    name = captions(context.opened, np.array([row]), column)[0] or str(context.opened.dataset.ids[row])
    st.markdown(f"**{plain(name, 160)}**: {_told(model, row)}")
    left, right = st.columns([1, 5], vertical_alignment="top")
    with left:
        _tiles(context, np.array([row]), "match.together.item", "The chosen item")
    with right:
        for place, (which, (title, formula, help_)) in zip(st.columns(2), COLUMNS.items(), strict=True):
            with place:
                st.markdown(f"**{title}** ({formula})")
                rows, scores = getattr(model, which)(row, SHOWN)
                if len(rows):
                    _tiles(context, rows, f"match.together.{which}", title, (scores, help_, model))
                else:
                    st.info("Nothing is known of it: nobody has bought it with anything, and nothing is like it.")


def _told(model: Together, row: int) -> str:
    if model.made[row]:
        return "never bought with anything; its company was made from that of items that look or read like it"
    return f"in {int(model.bought[row]):,} baskets"


def _note(model: Together, row: int) -> str:
    if not model.made[row]:
        return ""
    return "bought alone" if model.bought[row] else "unsold"


def _go(item: str) -> None:
    """Go to an item; what was searched for would stand before what is told of it."""
    st.session_state["match.together.words"] = ""
    ADDRESS.change(together_item=item)


def _tiles(
    context: Context, rows: Rows, key: str, label: str, scored: tuple[Floats, str, Together] | None = None
) -> None:
    scores, help_, model = scored or (None, "", None)
    notes = [] if model is None else [_note(model, int(row)) for row in rows]
    gallery(
        context.opened,
        Cards(rows=rows, similarities=scores, notes=notes, ranked=scored is not None),
        key,
        lambda _, item: _go(item),
        label=label,
        actions=(),
        card=112,
        click_label="Click: what goes with this one?",
        column=caption_column(context.opened),
        value_help=help_,
    )
