"""The results of a query: a gallery with similarities, and one line that says how far they can be trusted."""

import numpy as np
import streamlit as st

from explorer.app.explore import answers, state
from explorer.app.explore.state import Context
from explorer.app.figures.scores import score_histogram
from explorer.app.frame import cache
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.query_url import COUNTS
from explorer.base.arrays import Floats, Rows

HEIGHT = 640
SPREAD_WORDS = "Background: the typical similarity plus three times its spread; results far above it stand out."


def results_of(context: Context, encoder: str = "") -> answers.Results | None:
    """The results of the view's query; None when there is no query or its model is still loading (which is shown)."""
    spec = encoder or context.encoder
    if not context.view.parts or not model_ready(context, spec):
        return None
    return answers.find(context.path, context.key, spec, context.query, context.view.filters, context.view.count)


def model_ready(context: Context, spec: str) -> bool:
    """True when the query can be answered now; otherwise shows that the model loads, or why it could not."""
    if not answers.needs_model(context.query):
        return True
    loading = cache.encoder_state(spec)
    if loading == "loading":
        wait_for_model(spec)
    elif loading == "failed":
        st.error(f"The model {spec} could not be loaded. {cache.encoder_problem(spec)}", icon=":material/error:")
        st.button("Try again", key=f"explore.retry.{spec}", on_click=cache.retry_encoder, args=(spec,))
    return loading == "ready"


@st.fragment(run_every=0.5)
def wait_for_model(spec: str) -> None:
    """Show that a model loads, and run the page again once it is there."""
    if cache.encoder_state(spec) != "loading":
        st.rerun()
    st.status(f"Loading the model {spec} … the page goes on by itself.", state="running")


def result_panel(context: Context, results: answers.Results | None) -> None:
    """Draw the results beside the map, or what can be done when there is no query."""
    if results is None:
        if not context.view.parts:
            _invitation(context)
        return
    if not len(results.rows):
        st.info("No item passes the filters. Widen or clear them in the sidebar.", icon=":material/filter_alt_off:")
        return
    _heading(context, len(results.rows))
    show_results(context, results, "explore.results", tall=HEIGHT - 36)
    st.caption(explain_numbers(context, results))
    _spread(context, results)


def _spread(context: Context, results: answers.Results) -> None:
    """All similarities as a histogram, worked out when it is opened."""
    icon = ":material/bar_chart:"
    spread = st.popover("How similar is the rest?", icon=icon, key="explore.spread", on_change="rerun")
    if spread.open:
        values = answers.similarities(context.path, context.key, context.encoder, context.query)
        limit = results.cut.centre + 3 * results.cut.spread if results.cut else None
        with spread:
            figure = score_histogram(values, limit, float(results.similarities[-1]))
            st.plotly_chart(figure, key="explore.histogram", width=520)
            st.caption(f"Similarity of all {len(values):,} items to the query, before filters. {SPREAD_WORDS}")


def show_results(
    context: Context,
    results: answers.Results,
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
        results.cut.count if results.cut and results.cut.count else -1,
    )
    ids = [part.value for part in context.view.parts if part.kind == "item"]
    gallery(
        context.workspace,
        context.dataset,
        cards,
        key,
        state.item_event,
        label=label,
        tall=tall,
        card=112,
        query_ids=ids,
        cut_label="from here on hardly closer than any item",
    )


def explain_numbers(context: Context, results: answers.Results) -> str:
    """What the similarities of these results mean, in one or two sentences."""
    words = "Similarity = cosine of query and item, −1 to 1. "
    if results.cut is not None:
        count = results.cut.count
        who = f"the first {count} of these {len(results.rows)} stand" if count else "none of these results stands"
        words += (
            f"A typical item has {_signed(results.cut.centre)} here; {who} out clearly from that (at most 5 % of them "
            f"by chance, measured on {results.sample:,} random items). "
        )
    return words + answers.recall_words(context.path, context.key, context.encoder)


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
    rows = starters(context.path, context.key, context.encoder)
    if context.view.filters:
        allowed = answers.filter_mask(context.path, context.key, context.view.filters)
        rows = rows[allowed[rows]]
    gallery(
        context.workspace,
        context.dataset,
        Cards(rows[:24], ranked=False),
        "explore.starters",
        state.item_event,
        label="Items to start with",
        tall=HEIGHT - 60,
        card=112,
    )


@st.cache_data(max_entries=32, show_spinner=False)
def starters(path: str, key: str, spec: str) -> Rows:
    """(m,) at most 500 random rows that have a vector, always the same."""
    rows = answers.embeddings(path, spec).rows
    return np.asarray(np.random.default_rng(7).permutation(rows)[:500])
