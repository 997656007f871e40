"""Accepting sure guesses as a column, and taking such a column away."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.label.view import ADDRESS, Context
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.features.label.accepting import accept, accepted, column_words, right_ones, sure_ones, take_away
from explorer.features.label.guessing import Guessed
from explorer.io.text import counted
from explorer.search.label_columns import label_columns

NOTE, FIELD = "label.accept.note", "label.accept.name"


def accept_panel(context: Context, found: Guessed) -> None:
    """The probability from which guesses are accepted, how many these are, and the button."""
    st.markdown("**Accept sure guesses**")
    st.session_state["label.sure"] = context.view.sure
    st.number_input(
        "From this probability on",
        0.01,
        1.0,
        step=0.01,
        key="label.sure",
        format="%.2f",
        on_change=lambda: ADDRESS.change(sure=round(float(st.session_state["label.sure"]), 4)),
    )
    people = len(found.labelled)
    guessed = int(sure_ones(found, context.view.sure).sum()) - people
    st.caption(
        f"{guessed:,} guesses and {people:,} labels by people would be the values of a new column. "
        " Your files are not changed; the column stays when the data are imported again."
    )
    _right(context, found)
    if may("label"):
        st.session_state.setdefault(FIELD, free_name(context, found.labelling))
        st.text_input("Name of the column", key=FIELD, max_chars=80)
        st.button(
            "Accept",
            key="label.accept",
            type="primary",
            icon=":material/check:",
            disabled=guessed < 1,
            on_click=lambda: _accept(context, found),
        )
    _columns(context)


def _right(context: Context, found: Guessed) -> None:
    """How many of the sure guesses are right, where a column tells it."""
    columns = label_columns(context.opened)
    truth = context.view.truth if context.view.truth in columns else next(iter(columns), "")
    score = right_ones(context.opened, found, context.view.sure, truth) if truth else None
    if score is not None:
        st.caption(
            f"Of these guesses {score.value:.1%} ({score.low:.1%} to {score.high:.1%}, 95 %, {score.items:,} items) "
            f"are the item’s value in the column {plain(truth)}."
        )


def free_name(context: Context, labelling: str) -> str:
    """A name that no column has yet."""
    taken, number, name = set(context.opened.tagged.table.column_names), 1, f"{labelling} accepted"
    while name in taken:
        number += 1
        name = f"{labelling} accepted {number}"
    return name


def _columns(context: Context) -> None:
    said = st.session_state.pop(NOTE, "")
    if said:
        st.info(plain(said))
    for column in accepted(context.opened):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(column_words(column)), width="stretch")
            if may("label"):
                st.button(
                    "Undo",
                    key=f"label.away.{column.name}",
                    icon=":material/undo:",
                    type="tertiary",
                    help="Take this column away; nothing else changes",
                    on_click=_away,
                    args=(context, column.name),
                )


def _accept(context: Context, found: Guessed) -> None:
    try:
        column = accept(context.opened, found, context.view.sure, st.session_state[FIELD])
        st.session_state[NOTE] = f"“{column.name}” is a column of these items now: {counted(column.values, 'value')}."
        st.session_state.pop(FIELD)
    except ExplorerError as error:
        st.session_state[NOTE] = str(error)


def _away(context: Context, name: str) -> None:
    try:
        take_away(context.opened, name)
        st.session_state[NOTE] = f"“{name}” was taken away."
    except ExplorerError as error:
        st.session_state[NOTE] = str(error)
