"""The results of a query: a gallery with similarities, and one line that says how far they can be trusted."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.by_choice import ORDERED, by_choice, by_of, notes_of
from explorer.app.explore.cards import item_gallery
from explorer.app.explore.cutoff_panel import Cut, cutoff_panel
from explorer.app.explore.items_panel import items_panel, show_choice
from explorer.app.explore.selection import passing_rows
from explorer.app.explore.selection_panel import passing_panel
from explorer.app.explore.state import Context
from explorer.app.explore.view import COUNTS
from explorer.app.figures.scores import score_histogram
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards
from explorer.app.frame.models import model_ready
from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.search.filters import Filter, format_filters, parse_filters
from explorer.search.find import Found, similarities, starters
from explorer.search.hybrid import found_by
from explorer.search.named import named
from explorer.search.query import kind_of, needs_model

ABOUT = "What these numbers mean, and how similar the rest is"
NONE = (
    "**None stands out.** What you look for is probably not in this collection, or this model does not see it. These "
    "are the nearest items, but they are nearer to other words."
)


def results_of(context: Context, encoder: str = "") -> Found | None:
    """The results of the view's query; None when there is no query or its model is still loading (which is shown)."""
    spec = encoder or context.encoder
    parts = context.view.parts
    if not parts or (needs_model(parts) and not model_ready(spec, "explore")):
        return None
    return found_by(context.opened, spec, parts, context.view.filters, context.view.count, by_of(context))


def result_panel(context: Context, results: Found | None) -> None:
    """Draw the results beside the map, or what can be done when there is no query."""
    if results is None:
        if context.view.filters and not context.view.parts:
            passing_panel(context, passing_rows(context.opened, context.view.filters))
        elif not context.view.parts:
            _invitation(context)
        return
    if not len(results.rows) and by_of(context) == "keywords":
        by_choice(context)
        st.info("No text holds any of these words. Meaning finds what says the same in others.")
        return
    if not len(results.rows):
        st.info("No item passes the filters. Widen or clear them in the sidebar.", icon=":material/filter_alt_off:")
        return
    show_choice(context)
    by_choice(context)
    name_line(context)
    cut = cutoff_panel(context, results) if by_of(context) == "dense" else None
    if cut is not None:
        _cut_off(context, cut)
        return
    if results.clear == 0:
        st.info(NONE, icon=":material/visibility_off:")
    elif results.clear is not None:
        st.caption(f"{standing_words(results)}.")
    items_panel(
        context,
        results.rows,
        lambda: show_results(context, results, "explore.results", notes=notes_of(context)),
        name="results",
        similarities=results.similarities,
    )


def _cut_off(context: Context, cut: Cut) -> None:
    """The results that are kept, in the way chosen; among pictures those that are cut off stand faded behind them."""
    results = replace(cut.results, clear=cut.kept)
    items_panel(
        context,
        results.rows[: cut.kept] if cut.kept else results.rows,
        lambda: show_results(context, results, "explore.results", cut_label="cut off: below the line of this query"),
        name="results",
        similarities=results.similarities[: cut.kept] if cut.kept else results.similarities,
    )


def _about(context: Context, results: Found) -> None:
    """What the numbers mean, and all similarities as a histogram, worked out when it is opened."""
    about = st.popover("", icon=":material/info:", key="explore.about", type="tertiary", on_change="rerun", help=ABOUT)
    if about.open:
        values = similarities(context.opened, context.encoder, context.view.parts)
        with about:
            st.markdown("**How far to trust these numbers**")
            st.markdown(explain_numbers(context, results))
            figure = score_histogram(values, results.typical, float(np.nanmin(results.similarities)))
            st.plotly_chart(figure, key="explore.histogram", width=520)
            st.caption(f"Similarity of all {len(values):,} items to the query, before filters.")


def show_results(
    context: Context,
    results: Found,
    key: str,
    *,
    changes: Floats | None = None,
    label: str = "Results",
    notes: Sequence[str] = (),
    cut_label: str = "from here on nearer to other words",
) -> None:
    """The gallery of some results, to the end of the window; `changes` (k,) are ranks won against another list.

    notes: (k,) a few words below each, () for none. cut_label: what the mark says that the faded ones stand behind.
    """
    cards = Cards(
        results.rows,
        results.similarities,
        results.parts,
        results.labels,
        changes,
        -1 if results.clear is None else results.clear,
        notes=notes,
    )
    ids = [part.value for part in context.view.parts if part.kind == "item"]
    item_gallery(
        context,
        cards,
        key,
        label=label,
        query_ids=ids,
        cut_label=cut_label,
    )


def explain_numbers(context: Context, results: Found) -> str:
    """What the similarities of these results mean, in a few sentences."""
    words = f"Similarity = cosine of query and item, −1 to 1. A typical item has {_signed(results.typical)} here. "
    if results.clear is not None:
        words += (
            f"{standing_words(results)}: what counts is whether an item is as near to your words as to the ten nearest "
            f"of {results.texts:,} other texts. "
        )
    if results.corrected:
        words += "Items that are near any text come later, so the numbers need not fall from one to the next. "
    if results.evened:
        words += "Items that are near many others come later, as was asked for on Diagnose. "
    words += ORDERED[by_of(context)]
    return words + plain(context.opened.recall_words(context.encoder, kind_of(context.view.parts)))


def standing_words(results: Found) -> str:
    """How many of the results stand out, of those of a query in words."""
    shown = len(results.rows)
    if results.clear == shown > 1:
        return f"All {shown} of these stand out"
    who = f"The first {results.clear:d} of these {shown} stand" if results.clear != 1 else "The first of these stands"
    return f"{who if results.clear else 'None of these stands'} out"


def name_line(context: Context) -> None:
    """What the words of the query name in the collection's own columns; a click keeps those items alone."""
    found = named(context.opened, context.view.parts)
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="explore-named"):
        st.caption("Also by name:", width="content")
        for place, one in enumerate(found):
            st.button(
                plain(one.sentence),
                key=f"explore.named.{place}",
                type="tertiary",
                help="Keep these items alone",
                on_click=_keep,
                args=(one.keeps,),
            )


def _keep(wanted: Filter) -> None:
    """Filter by `wanted`, in the place of another filter on the same column."""
    try:
        others = [one for one in parse_filters(state.current_view()[0].filters) if one.column != wanted.column]
    except InputError:
        others = []
    state.change(filters=format_filters([*others, wanted]))


def result_controls(context: Context, results: Found) -> None:
    """How many results are shown, and what their numbers mean."""
    st.session_state["explore.count"] = context.view.count
    _about(context, results)
    st.selectbox(
        "Results",
        COUNTS,
        key="explore.count",
        width=84,
        label_visibility="collapsed",
        on_change=lambda: state.change(count=st.session_state["explore.count"]),
    )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _invitation(context: Context) -> None:
    """Before the first query: a few items to begin with."""
    words = "**Start anywhere**: type above, click a point of the map, or one of these items, picked at random."
    st.caption(words)
    rows = starters(context.opened, context.encoder)[:24]
    item_gallery(context, Cards(rows, ranked=False), "explore.starters", label="Items to start with")
