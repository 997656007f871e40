"""The same query under a second model, side by side, with what rose and what fell."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.result_panel import results_of, show_results
from explorer.app.explore.state import Context
from explorer.app.frame.foreign import plain
from explorer.base.arrays import Rows
from explorer.base.errors import ExplorerError
from explorer.search.find import Found, filter_mask
from explorer.search.ranks import rank_changes

NONE = "none"


def compare_panel(context: Context, results: Found | None) -> None:
    """A choice of the second model, and both lists of results."""
    others = [spec for spec in context.opened.encoders if spec != context.encoder]
    if not others:
        st.caption("Only one model has vectors of these items. Add a second one on the home page to compare them.")
        return
    chosen = context.view.versus if context.view.versus in others else NONE
    st.session_state["explore.versus"] = chosen
    st.selectbox("Second model", [NONE, *others], key="explore.versus", width=320, on_change=_chosen)
    if chosen == NONE:
        st.caption("Choose a model to see what it finds for the same query.")
    elif not context.view.parts:
        st.caption("Ask something first: type above, or click an item.")
    elif results is not None:
        _both(context, results, chosen)


def _chosen() -> None:
    spec = st.session_state["explore.versus"]
    state.change(versus="" if spec == NONE else spec)


def _both(context: Context, results: Found, other: str) -> None:
    try:
        second = results_of(context, other)
    except ExplorerError as error:
        st.info(f"{plain(other)} cannot answer this query. {plain(error)}", icon=":material/block:")
        return
    if second is None:
        return
    st.markdown(shared_words(context, results.rows, second.rows))
    for column, found, base, spec in zip(
        st.columns(2), (results, second), (second, results), (context.encoder, other), strict=True
    ):
        with column:
            st.text(spec)
            side = replace(context, encoder=spec)
            changes = rank_changes(base.rows, found.rows)
            show_results(side, found, f"explore.versus.{spec}", changes=changes, label=f"Results of {spec}")
    st.caption(
        "▲ ranks higher here than in the other model, ▼ lower, = the same. Similarities of two models do not compare; "
        "ranks do."
    )


def shared_words(context: Context, first: Rows, second: Rows) -> str:
    """How many results two lists share, and how many two random lists would; items of the query are no results."""
    asked = [part.value for part in context.view.parts if part.kind == "item"]
    first, second = (np.setdiff1d(rows, context.dataset.rows_of(asked)) for rows in (first, second))
    passing = int(filter_mask(context.opened, context.view.filters).sum()) - len(asked)
    chance = len(first) * len(second) / max(passing, 1)
    shared = len(np.intersect1d(first, second))
    random = f"{chance:.0f}" if chance >= 10 else f"{chance:.1g}"
    return f"**{shared} of {len(first)} results are the same** (two random lists would share about {random})"
