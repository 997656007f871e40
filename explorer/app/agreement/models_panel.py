"""Models, columns, texts and methods against people, on the same questions."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.agreement.stacked_panel import stacked_panel
from explorer.app.agreement.view import ADDRESS, MOST_MODELS, Context
from explorer.app.agreement.words import cells, interval
from explorer.app.frame.foreign import plain
from explorer.app.frame.table_file import table_button
from explorer.base.errors import ExplorerError
from explorer.features.judgments.agreement.resampling import Estimate
from explorer.features.judgments.agreement.scores import (
    Agreement,
    ChoiceAgreement,
    RatingAgreement,
    by_headline,
    headline,
)
from explorer.features.judgments.agreement.service import how_reliable, judged, score, similarity
from explorer.features.judgments.figures import GREEN, GREY, Bar, Mark, rating_scatter, score_bars
from explorer.features.judgments.questions import Ratings

Scores = dict[str, Agreement]


def models_panel(context: Context) -> None:
    """A chart with the ceiling, a table with every number, stacked models, and for ratings a dot a pair."""
    _choose(context)
    found = scores(context, told=True)
    if not found:
        return
    order = by_headline(found)
    _chart(context, found, order)
    _table(context, found, order)
    asked = judged(context.opened, context.asking).asked
    if isinstance(asked, Ratings):
        _scatter(context, asked, order)
    stacked_panel(context)


def scores(context: Context, *, told: bool = False) -> Scores:
    """How the chosen candidates agree with people, by key; those that cannot be compared are left out.

    told: say why they are.
    """
    found: Scores = {}
    for one in context.chosen:
        try:
            with st.spinner("Comparing with people …"):
                found[one.key] = score(context.opened, context.asking, one.key)
        except ExplorerError as error:
            if told:
                st.warning(f"{plain(one.label)}: {plain(error)}")
    return found


def _choose(context: Context) -> None:
    known = context.candidates
    st.session_state["agreement.models"] = [one.key for one in context.chosen]
    st.multiselect(
        "Compared with people",
        list(known),
        key="agreement.models",
        on_change=lambda: ADDRESS.change(models=tuple(st.session_state["agreement.models"])),
        format_func=lambda key: known[key].label,
        max_selections=MOST_MODELS,
        help="Encoders by the cosine of their vectors, attribute columns by equal values, captions and tags by the "
        "cosine of their texts' vectors, and conditional methods: an encoder looked at under one condition, "
        "such as the same colour.",
    )


def _chart(context: Context, found: Scores, order: list[str]) -> None:
    first, known = found[order[0]], context.candidates
    choices = isinstance(first, ChoiceAgreement)
    bars = [_bar(known[key].label, headline(found[key]), choices) for key in order]
    title = "share of people's answers given" if choices else "Spearman's correlation with people"
    marks = _marks(context, first)
    st.plotly_chart(score_bars(bars, marks, title, choices), width="stretch", key="agreement.chart")
    if isinstance(first, ChoiceAgreement):
        _about_choices(first, any(mark.label == "ceiling" for mark in marks))
    else:
        _about_ratings(first)


def _marks(context: Context, first: Agreement) -> list[Mark]:
    """Chance, what one person reaches, and the ceiling, as far as they are known."""
    numbers = how_reliable(context.opened, context.asking)
    if isinstance(first, ChoiceAgreement):
        marks, ceiling = [Mark("chance", first.chance, GREY, "dot")], numbers.best
    else:
        marks, ceiling = [Mark("no relation", 0.0, GREY, "dot")], numbers.full
    marks += [Mark("one person", numbers.one, GREEN)] if numbers.one is not None else []
    return marks + ([Mark("ceiling", ceiling, GREEN, "solid")] if ceiling is not None else [])


def _about_choices(first: ChoiceAgreement, ceiling: bool) -> None:
    about = (
        f"Share of the {first.answers:,} single answers to {first.questions:,} questions that the model gives. "
        "Bars: 95 % intervals over items and people (both resampled 400 times). One person: how often an answer is "
        "the majority of the others. Ceiling: share of answers that are the majority, more is impossible."
        + ("" if ceiling else " No ceiling: no question was answered twice.")
    )
    st.caption("Farther right is more like people; bars are 95 % intervals.", help=about)


def _about_ratings(first: RatingAgreement) -> None:
    about = (
        f"Rank correlation of similarity and mean rating over {first.pairs:,} different pairs of different items. "
        "Bars: 95 % intervals over items and people (both resampled 400 times). One person: a person against "
        "the mean of the others. Ceiling: split-half reliability, stepped up by Spearman–Brown."
    )
    st.caption("Farther right is more like people; bars are 95 % intervals.", help=about)


def _bar(label: str, one: Estimate, percent: bool) -> Bar:
    return Bar(label, one.value, one.low, one.high, f"{label}: {interval(one, percent)}")


def _table(context: Context, found: Scores, order: list[str]) -> None:
    known = context.candidates
    rows = [{"model": known[key].label, **cells(found[key]), "similarity": known[key].formula} for key in order]
    frame = pd.DataFrame(rows)
    st.dataframe(frame, hide_index=True, key="agreement.table", width="stretch")
    table_button(frame, "models and people", "agreement.table.file")


def _scatter(context: Context, asked: Ratings, order: list[str]) -> None:
    known = context.candidates
    label = {key: known[key].label for key in order}
    key = st.selectbox("A dot a pair, under", order, format_func=label.__getitem__, key="agreement.scatter", width=420)
    if key:
        modelled = similarity(context.opened, context.asking, key)(asked.pairs[:, 0], asked.pairs[:, 1])
        st.plotly_chart(rating_scatter(asked.mean, np.asarray(modelled), label[key]), key="agreement.dots")
