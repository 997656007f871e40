"""What the made shop has to be matched, ready with a click."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from explorer.app.match.links_sources import ITEMS, SHOP, shop_words
from explorer.app.match.view import ADDRESS, Context, View

PRESETS: dict[str, Mapping[str, Any]] = {
    "Two catalogues": {
        "links_left": f"{SHOP}:other catalogue",
        "links_right": ITEMS,
        "links_right_column": "name",
        "links_truth": "same_as",
    },
    "Firms": {
        "links_left": f"{SHOP}:suppliers",
        "links_right": f"{SHOP}:other suppliers",
        "links_method": "directory",
        "links_set": (f"file={SHOP}:brand names",),
        "links_truth": "same_as",
    },
    "Questions and answers": {
        "links_left": f"{SHOP}:questions",
        "links_right": f"{SHOP}:answers",
        "links_method": "embedding",
        "links_truth": "answer",
    },
    "Columns and terms": {
        "links_left": f"{SHOP}:columns",
        "links_left_column": "column",
        "links_right": f"{SHOP}:glossary",
        "links_method": "columns",
        "links_truth": "term",
    },
    "Tables": {"links_left": f"{SHOP}:tables", "links_method": "tables_tfidf", "links_way": "mutual"},
    "Products": {"links_left_column": "name"},
}
"""What to match of the shop, by what it is called: fields of the view."""


def presets(context: Context) -> None:
    """Draw the choice, where the made shop is shown."""
    if not shop_words(context.opened):
        return
    st.session_state["match.links.preset"] = preset_of(context.view)
    st.pills(
        "Of this shop",
        list(PRESETS),
        key="match.links.preset",
        on_change=_chosen,
        help="What a shop has to match. “Products” looks for those that stand in the list twice.",
    )


def preset_of(view: View) -> str | None:
    """The preset whose sides are shown; None for other sides."""
    fits = (name for name, fields in PRESETS.items() if _sides(view) == _sides(View(**fields)))
    return next(fits, None)


def _sides(view: View) -> tuple[str, str]:
    return view.links_left, view.links_right


def _chosen() -> None:
    chosen = st.session_state["match.links.preset"]
    if chosen:
        ADDRESS.show(View(**PRESETS[chosen]))
