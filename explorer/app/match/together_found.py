"""Choosing an item, and the two columns of tiles: what stands in for it, and what goes with it."""

import numpy as np
import pyarrow.compute as pc
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.match.view import ADDRESS, Context
from explorer.base.arrays import Floats, Rows
from explorer.base.memory import remembered
from explorer.features.match.together.model import Together
from explorer.search.captions import captions
from explorer.workspace.opened import Opened

FIRST, FOUND, SHOWN = 12, 24, 10
COLUMNS = {
    "beside": (
        "Goes with it",
        "IN with OUT",
        "The product of this item’s IN with the other’s OUT: how much more often they lie in one basket than by "
        "chance. It is no cosine and has no upper end.",
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
        _tiles(context, found, "match.together.found", f"{len(found):,} items with “{words}”")
        if not len(found):
            st.info(f"No item has “{plain(words, 80)}” in its id, name or text.")
    elif row < 0:
        often = np.argsort(-model.bought, kind="stable")[:FIRST]
        st.caption("Choose an item: these are bought most often.")
        _tiles(context, often, "match.together.often", "Bought most often")
    return row


@remembered(32)
def items_with(opened: Opened, words: str) -> Rows:
    """Rows of at most 24 items whose id, text or another column of texts holds the words, as they come."""
    table = opened.dataset.table
    found = np.zeros(len(opened.dataset), bool)
    for name in table.column_names:
        column = table.column(name)
        if str(column.type) in ("string", "large_string") and name != "hash":
            hit = pc.match_substring(column, words, ignore_case=True)
            found |= np.asarray(pc.fill_null(hit, False).to_numpy(), bool)
    return np.flatnonzero(found)[:FOUND]


def found_columns(context: Context, model: Together, row: int) -> None:
    """The chosen item and both lists."""
    name = captions(context.opened, np.array([row]))[0] or str(context.opened.dataset.ids[row])
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


def _tiles(
    context: Context, rows: Rows, key: str, label: str, scored: tuple[Floats, str, Together] | None = None
) -> None:
    scores, help_, model = scored or (None, "", None)
    notes = [] if model is None else ["unsold" if model.made[row] else "" for row in rows]
    gallery(
        context.opened,
        Cards(rows=rows, similarities=scores, notes=notes, ranked=scored is not None),
        key,
        lambda _, item: ADDRESS.change(together_item=item),
        label=label,
        actions=(),
        card=112,
        click_label="Click: what goes with this one?",
        value_help=help_,
    )
