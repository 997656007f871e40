"""The results of a query: a gallery with similarities, and one line that says how far they can be trusted."""

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.state import Context
from explorer.app.explore.view import COUNTS
from explorer.app.figures.scores import score_histogram
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.models import model_ready
from explorer.app.frame.theme import plain
from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.search.filters import Filter, format_filters, parse_filters
from explorer.search.find import Found, filter_mask, find, similarities, starters
from explorer.search.named import named
from explorer.search.query import kind_of, needs_model

HEIGHT = 640
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
    return find(context.opened, spec, parts, context.view.filters, context.view.count)


def result_panel(context: Context, results: Found | None) -> None:
    """Draw the results beside the map, or what can be done when there is no query."""
    if results is None:
        if not context.view.parts:
            _invitation(context)
        return
    if not len(results.rows):
        st.info("No item passes the filters. Widen or clear them in the sidebar.", icon=":material/filter_alt_off:")
        return
    _heading(context, len(results.rows))
    name_line(context)
    if results.clear == 0:
        st.info(NONE, icon=":material/visibility_off:")
    show_results(context, results, "explore.results", tall=HEIGHT - 36)
    st.caption(explain_numbers(context, results))
    _spread(context, results)


def _spread(context: Context, results: Found) -> None:
    """All similarities as a histogram, worked out when it is opened."""
    icon = ":material/bar_chart:"
    spread = st.popover("How similar is the rest?", icon=icon, key="explore.spread", on_change="rerun")
    if spread.open:
        values = similarities(context.opened, context.encoder, context.view.parts)
        with spread:
            figure = score_histogram(values, results.typical, float(results.similarities.min()))
            st.plotly_chart(figure, key="explore.histogram", width=520)
            st.caption(f"Similarity of all {len(values):,} items to the query, before filters.")


def show_results(
    context: Context,
    results: Found,
    key: str,
    *,
    tall: int,
    changes: Floats | None = None,
    label: str = "Results",
) -> None:
    """The gallery of some results; `changes` (k,) are ranks won against another list."""
    cards = Cards(
        results.rows,
        results.similarities,
        results.parts,
        results.labels,
        changes,
        -1 if results.clear is None else results.clear,
    )
    ids = [part.value for part in context.view.parts if part.kind == "item"]
    gallery(
        context.opened,
        cards,
        key,
        state.item_event,
        label=label,
        tall=tall,
        card=112,
        query_ids=ids,
        cut_label="from here on nearer to other words",
    )


def explain_numbers(context: Context, results: Found) -> str:
    """What the similarities of these results mean, in a few sentences."""
    words = f"Similarity = cosine of query and item, −1 to 1. A typical item has {_signed(results.typical)} here. "
    if results.clear is not None:
        shown = len(results.rows)
        who = f"The first {results.clear} of these {shown} stand" if results.clear > 1 else "The first of these stands"
        who = who if results.clear else "None of these stands"
        words += (
            f"{who} out: what counts is whether an item is as near to your words as to the ten nearest of "
            f"{results.texts:,} other texts. "
        )
    if results.corrected:
        words += "Items that are near any text come later, so the numbers need not fall from one to the next. "
    return words + context.opened.recall_words(context.encoder, kind_of(context.view.parts))


def name_line(context: Context) -> None:
    """What the words of the query name in the collection's own columns; a click keeps those items alone."""
    found = named(context.opened, context.view.parts)
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
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


def _heading(context: Context, found: int) -> None:
    st.session_state["explore.count"] = context.view.count
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**The {found} most similar items**", width="content")
        st.selectbox(
            "Results",
            COUNTS,
            key="explore.count",
            width=110,
            label_visibility="collapsed",
            format_func=lambda count: f"show {count}",
            on_change=lambda: state.change(count=st.session_state["explore.count"]),
        )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _invitation(context: Context) -> None:
    """Before the first query: a few items to begin with."""
    st.markdown("**Start anywhere**")
    st.caption("Type above, click a point of the map, or click one of these items, picked at random.")
    rows = starters(context.opened, context.encoder)
    if context.view.filters:
        allowed = filter_mask(context.opened, context.view.filters)
        rows = rows[allowed[rows]]
    gallery(
        context.opened,
        Cards(rows[:24], ranked=False),
        "explore.starters",
        state.item_event,
        label="Items to start with",
        tall=HEIGHT - 60,
        card=112,
    )
