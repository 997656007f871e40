"""The top of the page: which campaign, who counts, and which part of the page."""

import numpy as np
import streamlit as st

from explorer.app.agreement.view import ADDRESS, WHICH, Context, View
from explorer.app.frame.foreign import plain
from explorer.features.judgments.agreement.service import judged
from explorer.features.judgments.agreement.which import Drawn
from explorer.features.judgments.questions import Choices
from explorer.features.judgments.splits import rows_of
from explorer.features.judgments.values import TITLES

STEPS = (0.0, 0.5, 0.7, 0.8, 0.9, 1.0)


def choose_campaign(campaigns: dict[str, str], view: View) -> str:
    """The campaign in the address, else the first; a control to change it."""
    names = list(campaigns)
    chosen = view.campaign if view.campaign in campaigns else names[0]
    if view.campaign and view.campaign not in campaigns:
        st.warning(f"There are no answers of a campaign called {plain(view.campaign[:80])!s} here.")
    st.session_state["agreement.campaign"], st.session_state["agreement.least"] = chosen, _step(view.least)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Campaign",
            names,
            key="agreement.campaign",
            width=420,
            format_func=lambda name: f"{name} · {TITLES[campaigns[name]].lower()}",
            on_change=_campaign_chosen,
        )
        st.selectbox(
            "Count only people who passed",
            STEPS,
            key="agreement.least",
            width=260,
            on_change=_least_chosen,
            format_func=lambda share: f"at least {share:.0%} of their checks" if share else "any number of checks",
            help="Attention checks are questions with a known answer. People who saw none are always counted.",
        )
    return chosen


def facts(context: Context) -> None:
    """One line on what the numbers below are computed from, those left out included."""
    with st.spinner("Reading the answers …"):
        found = judged(context.opened, context.asking)
    _choose_questions(context.view, found.drawn)
    asked = found.asked
    questions = len(rows_of(asked))
    named = len(np.unique(asked.person[asked.person >= 0]))
    unnamed = int((asked.person < 0).sum())
    people = f"{named:,} {'person' if named == 1 else 'people'}" if named else ""
    nameless = f"{unnamed:,} answers name nobody" if unnamed else ""
    what = "questions" if isinstance(asked, Choices) else "pairs"
    parts = [f"{len(asked):,} answers to {questions:,} {what}", people, nameless]
    if found.condition:
        parts.append(f"judged {plain(found.condition)}")
    left_out = len(found.left_out)
    if context.view.least:
        parts.append(f"{left_out} of {len(found.people)} people left out for failed checks")
    drawn = f" {plain(found.drawn.sentence)}" if found.drawn.sentence else ""
    rules = f" {plain(found.rules_said)}" if found.rules_said else ""
    said = " · ".join(part for part in parts if part)
    st.caption(f"{said}. Checks and repeated questions are not counted.{drawn}{rules}")


def _choose_questions(view: View, drawn: Drawn) -> None:
    """Which questions count, where some were chosen for being hard or were asked under several conditions."""
    if not drawn.chosen and len(drawn.conditions) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if drawn.chosen:
            st.session_state["agreement.which"] = view.which
            st.selectbox(
                "Questions",
                list(WHICH),
                key="agreement.which",
                width=260,
                format_func=WHICH.__getitem__,
                on_change=lambda: ADDRESS.change(which=st.session_state["agreement.which"], question=0),
                help="Questions that were chosen because models or places were unsure of them are harder than others: "
                "a score on them says little about other questions. Enough are 50 questions.",
            )
        if len(drawn.conditions) > 1:
            st.session_state["agreement.condition"] = drawn.condition
            st.selectbox(
                "Judged",
                drawn.conditions,
                key="agreement.condition",
                width=260,
                format_func=lambda name: name or "without a condition",
                on_change=lambda: ADDRESS.change(condition=st.session_state["agreement.condition"], question=0),
            )


def _step(value: float) -> float:
    return min(STEPS, key=lambda step: abs(step - value))


def _campaign_chosen() -> None:
    ADDRESS.change(campaign=st.session_state["agreement.campaign"], question=0, against="", condition="")


def _least_chosen() -> None:
    ADDRESS.change(least=st.session_state["agreement.least"])
