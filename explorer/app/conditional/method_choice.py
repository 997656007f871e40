"""Which method compares under a condition, and which trained head it uses."""

import streamlit as st

from explorer.app.conditional.view import Context, set_method
from explorer.features.conditional.asking import Question
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.service import methods_for, question_of
from explorer.features.conditional.usable import head_kind, heads_for


def question(context: Context, side: str, condition: Condition) -> Question:
    """The condition with its method: the one of the address, else the best that can answer here."""
    name, _, head = context.view.method(side).partition("/")
    return question_of(context.encoder, condition, name, head)


def method_choice(context: Context, side: str, asked: Question) -> str:
    """The picker of methods; returns why the chosen one cannot answer here, "" when it can."""
    key = f"conditional.{side}.method"
    reasons = methods_for(context.encoder, asked.condition)
    st.session_state[key] = asked.method
    st.selectbox(
        "How it is compared",
        list(reasons),
        key=key,
        format_func=lambda option: METHODS[option].label + (" (not here)" if reasons[option] else ""),
        on_change=lambda: set_method(side, st.session_state[key]),
    )
    _head_choice(context, side, asked)
    return reasons[asked.method]


def _head_choice(context: Context, side: str, asked: Question) -> None:
    kind = head_kind(METHODS[asked.method].needs)
    names = heads_for(kind, context.encoder, asked.condition) if kind else []
    if len(names) < 2:
        return
    key = f"conditional.{side}.head"
    st.session_state[key] = asked.head
    st.selectbox(
        "Trained head",
        names,
        key=key,
        on_change=lambda: set_method(side, f"{asked.method}/{st.session_state[key]}"),
    )
