"""What the made shop has to be matched, ready with a click."""

from collections.abc import Mapping

import streamlit as st

from explorer.app.match.links_sources import SHOP, shop_words
from explorer.app.match.view import ADDRESS, Context, View

PRESETS: dict[str, Mapping[str, str]] = {
    "Two catalogues": {"left": "other catalogue", "right": "catalogue", "truth": "same_as"},
    "Firms": {"left": "suppliers", "right": "other suppliers", "truth": "same_as"},
    "Questions and answers": {"left": "questions", "right": "answers", "truth": "answer"},
    "Columns and terms": {"left": "columns", "right": "glossary", "truth": "term"},
    "Products": {"left": "", "right": ""},
}
"""What to match of the shop, by what it is called: names of its files, and the column that tells what is right."""


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


def fields_of(preset: str) -> dict[str, str]:
    """The sides of a preset as fields of the view."""
    one, plainly = PRESETS[preset], View()
    return {
        "links_left": f"{SHOP}:{one['left']}" if one["left"] else plainly.links_left,
        "links_right": f"{SHOP}:{one['right']}" if one["right"] else plainly.links_right,
    }


def preset_of(view: View) -> str | None:
    """The preset whose sides are shown; None for other sides."""
    fits = (name for name in PRESETS if all(getattr(view, field) == word for field, word in fields_of(name).items()))
    return next(fits, None)


def _chosen() -> None:
    chosen = st.session_state["match.links.preset"]
    if chosen:
        ADDRESS.show(View(**fields_of(chosen), links_truth=PRESETS[chosen].get("truth", "")))
