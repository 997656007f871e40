"""Which of two models agrees better with people: each against the chosen one, on the same questions."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.agreement.view import Context
from explorer.app.agreement.words import signed
from explorer.app.frame.foreign import plain
from explorer.app.frame.table_file import table_button
from explorer.base.errors import ExplorerError
from explorer.features.judgments.agreement.paired import Difference, Paired
from explorer.features.judgments.agreement.service import compared
from explorer.io.text import counted

ABOUT = (
    "t = difference / its standard error, from leaving out items and people in turn, the same for all models "
    "(jackknife); degrees of freedom: items or people, whichever are fewer, less one. p is corrected for all pairs of "
    "these models (Holm), so that choosing the best one first does no harm. “Not told apart” does not mean equal."
)


def paired_panel(context: Context, order: list[str], choices: bool) -> None:
    """A choice of one model, and how much better or worse each other one is. order: keys, the best first."""
    if len(order) < 2:
        return
    st.markdown("**Is one better than another?**")
    try:
        with st.spinner("Comparing models in pairs …"):
            found = compared(context.opened, context.asking, tuple(order))
    except ExplorerError as error:
        st.caption(plain(error))
        return
    label = {key: one.label for key, one in context.candidates.items()}
    keys = list(found.scores)
    reference = st.selectbox(
        "Compared with", keys, format_func=label.__getitem__, key="agreement.paired.with", width=420
    )
    frame = pd.DataFrame([_row(one.turned(), label, choices) for one in found.against(reference)])
    st.dataframe(frame, hide_index=True, key="agreement.paired", width="stretch")
    table_button(frame, "models in pairs", "agreement.paired.file")
    st.caption(_summary(found, "question" if choices else "pair"), help=ABOUT)


def _row(one: Difference, label: dict[str, str], choices: bool) -> dict[str, str]:
    """one: of another model from the chosen one."""
    told = "not told apart" if not one.sure else "better" if one.value > 0 else "worse"
    return {
        "model": label[one.first],
        f"than {label[one.second]}": told,
        "difference (95 %)": _interval(one, choices),
        "p, corrected": _chance(one.corrected),
        "p": _chance(one.p),
    }


def _interval(one: Difference, choices: bool) -> str:
    form = "{:+.1f}" if choices else "{:+.3f}"
    numbers = [form.format(value * (100 if choices else 1)) for value in (one.value, one.low, one.high)]
    value, low, high = map(signed, numbers)
    unit = " points" if choices else ""
    return f"{value}{unit} ({low} to {high})" if np.isfinite(one.low) else f"{value}{unit}"


def _chance(p: float) -> str:
    return "–" if not np.isfinite(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _summary(found: Paired, what: str) -> str:
    who = f" and {found.people:,} {'person' if found.people == 1 else 'people'}" if found.people else ""
    return (
        f"Paired, on the {counted(found.questions, what)} that all of these models can answer; over "
        f"{counted(found.items, 'item')}{who}; p corrected for {counted(len(found.differences), 'pair')} of models."
    )
