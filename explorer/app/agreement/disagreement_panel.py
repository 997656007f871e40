"""The questions on which a model and people are apart: which of them is shown, and the chosen one in full."""

import streamlit as st

from explorer.app.agreement.models_panel import scores
from explorer.app.agreement.question import show_choice, show_rating
from explorer.app.agreement.question_maps import question_maps
from explorer.app.agreement.view import ADDRESS, Context
from explorer.app.frame.foreign import plain
from explorer.features.judgments.agreement.service import furthest, judged
from explorer.features.judgments.questions import Choices
from explorer.features.judgments.splits import rows_of


def disagreement_panel(context: Context) -> None:
    """A list of questions, the furthest apart first, and the chosen one in full."""
    found = scores(context)
    usable = [one for one in context.chosen if one.key in found]
    if not usable:
        st.info("There is nothing to compare people with yet. Prepare a model on the home page.")
        return
    labels = {one.key: one.label for one in usable}
    against = _choose(context, labels)
    with st.spinner("Looking for disagreements …"):
        apart = furthest(context.opened, context.asking, against)
    if not len(apart.question):
        st.success(f"{plain(labels[against])} gives the majority's answer to every question it is sure of.")
        return
    asked = judged(context.opened, context.asking).asked
    place = min(context.view.question, len(apart.question) - 1)
    _steps(place, len(apart.question), isinstance(asked, Choices))
    question = int(apart.question[place])
    if isinstance(asked, Choices):
        show_choice(context, asked, question, usable)
    else:
        show_rating(context, asked, question, usable, float(apart.gap[place]))
    question_maps(context, rows_of(asked)[question], usable)


def _choose(context: Context, labels: dict[str, str]) -> str:
    against = context.view.against if context.view.against in labels else next(iter(labels))
    st.session_state["agreement.against"] = against
    st.selectbox(
        "Where people disagree with",
        list(labels),
        format_func=labels.__getitem__,
        key="agreement.against",
        width=420,
        on_change=lambda: ADDRESS.change(against=st.session_state["agreement.against"], question=0),
    )
    return against


def _steps(place: int, count: int, choices: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Previous", icon=":material/chevron_left:", key="agreement.previous", disabled=place == 0):
            ADDRESS.change(question=place - 1)
            st.rerun()
        if st.button("Next", icon=":material/chevron_right:", key="agreement.next", disabled=place + 1 >= count):
            ADDRESS.change(question=place + 1)
            st.rerun()
        how = "people were surest of another answer" if choices else "its rank is furthest from people's"
        st.caption(f"Disagreement {place + 1} of the {count} widest: the questions where {how} come first.")
