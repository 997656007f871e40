"""Two models side by side: the vectors of both put end to end."""

import pandas as pd
import streamlit as st

from explorer.app.agreement.view import Context
from explorer.app.agreement.words import cells
from explorer.app.frame.foreign import plain
from explorer.base.errors import ExplorerError
from explorer.features.judgments.agreement.candidates import Candidate
from explorer.features.judgments.agreement.service import stacked


def stacked_panel(context: Context) -> None:
    """A choice of two, and how both together agree with people."""
    known = {key: one for key, one in context.candidates.items() if one.kind != "column"}
    if len(known) < 2:
        return
    st.markdown("**Stacked: two models side by side**")
    one, other = _choose(known)
    if one == other:
        st.caption("Choose two different ones.")
        return
    try:
        with st.spinner("Tuning the weight on other items …"):
            found = stacked(context.opened, context.asking, one, other)
    except ExplorerError as error:
        st.info(plain(error))
        return
    rows = {
        known[one].label: found.first,
        known[other].label: found.second,
        f"both, the second × {found.weight:g}": found.both,
    }
    frame = pd.DataFrame([{"model": label, **cells(score)} for label, score in rows.items()])
    st.dataframe(frame, hide_index=True, key="agreement.stacked", width="stretch")
    st.caption(
        f"Cosine of the two vectors put end to end, the second multiplied by a weight. The weight {found.weight:g} did "
        f"best on {found.tuned_on:,} questions about {found.tuning_items:,} other items; none of those items is in the "
        "questions that these rows are measured on."
    )


def _choose(known: dict[str, Candidate]) -> tuple[str, str]:
    keys = list(known)
    texts = [key for key, one in known.items() if one.kind in ("texts", "tags") or "sentence:" in key]
    second = keys.index(texts[0]) if texts else 1
    left, right = st.columns(2)
    one = left.selectbox("First", keys, format_func=lambda k: known[k].label, key="agreement.first")
    other = right.selectbox("Second", keys, second, format_func=lambda k: known[k].label, key="agreement.second")
    return one, other
