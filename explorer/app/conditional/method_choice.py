"""Which method compares under a condition, which trained head it uses, and what that choice rests on."""

import streamlit as st

from explorer.app.conditional.view import Context, set_method
from explorer.app.frame.foreign import plain
from explorer.features.conditional.asking import Question
from explorer.features.conditional.chosen import choose, question_of
from explorer.features.conditional.conditions import Condition, format_condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.measured import measured, measured_before, trials_table
from explorer.features.conditional.service import methods_for
from explorer.features.conditional.usable import head_kind, heads_for
from explorer.features.conditional.wish import usable_columns

USED = "conditional.used"
MEASURING = "Measuring which method keeps to this column best …"
TABLE_HELP = (
    "Each method is asked about up to 1,000 items of one half of the data, among all others of that half; what it "
    "takes from items comes from the other half. The score is the share of the ten nearest that have the "
    "item's value (of as many as there are, where fewer have it), with its 95 % interval."
)


def question(context: Context, side: str, condition: Condition) -> Question:
    """The condition with its method: the one of the address, else the one chosen here."""
    name, _, head = context.view.method(side).partition("/")
    if name or condition.kind != "column" or condition.change or _known(context, condition):
        return question_of(context.opened, context.encoder, condition, name, head)
    with st.spinner(MEASURING):
        return question_of(context.opened, context.encoder, condition)


def _known(context: Context, condition: Condition) -> bool:
    columns = usable_columns(context.opened)
    return condition.name not in columns or measured_before(context.opened, context.encoder, condition.name)


def method_choice(context: Context, side: str, asked: Question) -> str:
    """The picker of methods; returns why the chosen one cannot answer here, "" when it can."""
    key = f"conditional.{side}.method"
    reasons = methods_for(context.opened, context.encoder, asked.condition)
    st.session_state[key] = asked.method
    st.selectbox(
        "How it is compared",
        list(reasons),
        key=key,
        format_func=lambda option: METHODS[option].label + (" (not here)" if reasons[option] else ""),
        on_change=lambda: set_method(side, st.session_state[key]),
        help=f"Score: {METHODS[asked.method].formula}.",
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


def choice_words(context: Context, side: str, condition: Condition, asked: Question) -> None:
    """Why this method compares, the table that the choice rests on, and a line when the choice has become another."""
    if context.view.method(side):
        st.caption("You chose how it is compared.")
    else:
        _switched(context, side, condition, asked)
        why = choose(context.opened, context.encoder, condition).why
        if why:
            st.caption(plain(why))
    if condition.kind == "column" and not condition.change and condition.name in usable_columns(context.opened):
        found = measured(context.opened, context.encoder, condition.name)
        if found is not None:
            st.markdown(f"**What was measured on the column {plain(condition.name)}**", help=TABLE_HELP)
            st.markdown(trials_table(found, asked.method, asked.head))


def _switched(context: Context, side: str, condition: Condition, asked: Question) -> None:
    """Say it when the method of a condition is another than it was before in this session."""
    used: dict[str, str] = st.session_state.setdefault(USED, {})
    key = " ".join((context.opened.name, context.encoder, format_condition(condition)))
    before, used[key] = used.get(key, asked.method), asked.method
    if before != asked.method:
        text = f"{METHODS[asked.method].label} was measured better than {METHODS[before].label} and compares now."
        st.toast(text, icon=":material/change_circle:")
