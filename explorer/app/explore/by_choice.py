"""By what a query in words finds: meaning (vectors), words (keywords), or both; and whether the words can be asked."""

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.state import Context
from explorer.app.explore.view import View
from explorer.app.frame.jobs import small_or_job
from explorer.base.arrays import Rows
from explorer.search.hybrid import BY, By, Hybrid, by_named, hybrid, keyword_list
from explorer.search.keywords import keywords, words_asked
from explorer.workspace.keywords import AT_FIRST_USE
from explorer.workspace.opened import Opened

NAMES: dict[By, str] = {"dense": "Meaning", "keywords": "Words", "both": "Both"}
ORDERED: dict[By, str] = {
    "dense": "",
    "keywords": "The order is that of BM25, by the words of the query in the texts, and not of these cosines. ",
    "both": "The order fuses the places by meaning and by words, and is not that of these cosines. ",
}
HELP = (
    "Meaning: by the vectors of the model. Words: by the words in the texts (BM25). Both: the two lists fused by their "
    "places; rare words make keywords count more."
)


def asks_words(context: Context) -> bool:
    """Whether there are texts that the words of the query can be looked for in."""
    return context.dataset.has_texts and bool(words_asked(context.view.parts))


def by_of(context: Context) -> By:
    """What the results are found by: as the address says, meaning where words cannot be asked."""
    return usable_by(context.opened, context.view)


def usable_by(opened: Opened, view: View) -> By:
    """As `by_of`, for a view that is not on screen."""
    wanted = by_named(view.by or "dense")
    asked = wanted != "dense" and opened.dataset.has_texts and words_asked(view.parts)
    return wanted if asked and keywords(opened) is not None else "dense"


def by_choice(context: Context) -> None:
    """Draw the choice, where the query has words and the collection texts."""
    if not asks_words(context):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.session_state["explore.by"] = context.view.by or "dense"
        st.segmented_control(
            "Found by",
            BY,
            format_func=NAMES.__getitem__,
            key="explore.by",
            label_visibility="collapsed",
            required=True,
            help=HELP,
            on_change=_chosen,
        )
        st.button(
            "Side by side",
            key="explore.hybrid",
            icon=":material/view_column:",
            type="tertiary",
            help="What meaning, words and both find, and how they were weighed",
            on_click=lambda: state.change(tool="hybrid"),
        )
    if context.view.by:
        words_ready(context)


def words_ready(context: Context) -> bool:
    """True when the words can be asked; else what makes their index is drawn."""
    if keywords(context.opened) is not None:
        return True
    st.caption("The words of the texts are not indexed yet, or the texts have changed. Until then meaning alone finds.")
    args = ["index", str(context.workspace.path), "--keywords"]
    small_or_job(context.workspace, args, "Index the words", count=len(context.dataset), most=AT_FIRST_USE)
    return False


def notes_of(context: Context) -> list[str]:
    """(k,) why each result of the view stands where it does; [] for results by meaning."""
    by = by_of(context)
    if by == "both":
        return [place_words(ranks) for ranks in both_lists(context).fused.ranks]
    if by == "keywords":
        hits = keyword_list(context.opened, context.view.parts, context.view.filters, context.view.count)
        return [f"BM25 {score:.2f}" for score in hits.scores]
    return []


def place_words(ranks: Rows) -> str:
    """The places that an item has by meaning and by words, counted from 1 as people do; ranks: (2,) from 0 or -1."""
    return " · ".join(f"{name} {rank + 1}" for name, rank in zip(("meaning", "words"), ranks, strict=True) if rank >= 0)


def both_lists(context: Context) -> Hybrid:
    """Both lists of the view's query, and what they become together."""
    view = context.view
    return hybrid(context.opened, context.encoder, view.parts, view.filters, view.count)


def _chosen() -> None:
    chosen = st.session_state["explore.by"]
    state.change(by="" if chosen == "dense" else chosen)
