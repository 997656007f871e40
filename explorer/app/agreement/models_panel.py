"""Models, columns, texts and methods against people, on the same questions."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.agreement.paired_panel import paired_panel
from explorer.app.agreement.stacked_panel import stacked_panel
from explorer.app.agreement.view import ADDRESS, MOST_MODELS, Context
from explorer.app.agreement.words import cells, interval
from explorer.app.frame.foreign import plain
from explorer.app.frame.table_file import table_button
from explorer.base.errors import ExplorerError
from explorer.features.judgments.agreement.reliability import Reliability
from explorer.features.judgments.agreement.resampling import Estimate
from explorer.features.judgments.agreement.scores import (
    Agreement,
    ChoiceAgreement,
    RatingAgreement,
    best_first,
    with_one_person,
)
from explorer.features.judgments.agreement.service import (
    candidates,
    how_reliable,
    judged,
    learned_here,
    score,
    similarity,
)
from explorer.features.judgments.figures import GREEN, GREY, Bar, Mark, rating_scatter, score_bars
from explorer.features.judgments.questions import Choices, Ratings
from explorer.io.text import counted

Scores = dict[str, Agreement]


def models_panel(context: Context) -> None:
    """A chart with the ceiling, a table with every number, models in pairs, stacked, and for ratings a dot a pair."""
    _choose(context)
    found = scores(context, told=True)
    if not found:
        return
    order = best_first(found)
    _chart(context, found, order)
    _table(context, found, order)
    asked = judged(context.opened, context.asking).asked
    paired_panel(context, order, isinstance(asked, Choices))
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
    _choose_learned(context)


def _choose_learned(context: Context) -> None:
    """A switch, where a model was fitted to these very answers: it has seen what it is measured on."""
    known = candidates(context.opened, context.asking.last)
    learned = learned_here(context.opened, context.asking)
    if not learned:
        return
    count = len({one.spec for one in known if one.key in learned})
    st.session_state["agreement.with_learned"] = context.view.learned
    st.toggle(
        f"With {counted(count, 'model')} learned from these answers",
        key="agreement.with_learned",
        on_change=lambda: ADDRESS.change(learned=st.session_state["agreement.with_learned"]),
        help="They have seen the answers that they are measured on here, and do better than on others. How they do on "
        "answers that were held out stands under “Learn from people”.",
    )


def _chart(context: Context, found: Scores, order: list[str]) -> None:
    first, known = found[order[0]], context.candidates
    choices = isinstance(first, ChoiceAgreement)
    bars = [_bar(known[key].label, with_one_person(found[key]), choices) for key in order]
    numbers = how_reliable(context.opened, context.asking)
    if isinstance(first, ChoiceAgreement):
        marks, band, title = _marks(first, numbers), None, "share of people's answers given"
    else:
        marks = [Mark("no relation", 0.0, GREY, "dot")]
        band = _ceiling(numbers) if first.people else None
        title = "Spearman, one person (mean over people)" if first.people else "Spearman, mean rating"
    st.plotly_chart(score_bars(bars, marks, title, choices, band), width="stretch", key="agreement.chart")
    about = _about_choices(first, numbers) if isinstance(first, ChoiceAgreement) else _about_ratings(first, numbers)
    st.caption("Farther right is more like people; bars are 95 % intervals.", help=about)


def _marks(first: ChoiceAgreement, numbers: Reliability) -> list[Mark]:
    """Chance, what one person reaches, and the ceiling, as far as they are known."""
    marks = [Mark("chance", first.chance, GREY, "dot")]
    marks += [Mark("one person", numbers.one, GREEN)] if numbers.one is not None else []
    return marks + ([Mark("ceiling", numbers.best, GREEN, "solid")] if numbers.best is not None else [])


def _ceiling(numbers: Reliability) -> tuple[float, float] | None:
    return None if numbers.one is None or numbers.best is None else (numbers.one, numbers.best)


def _about_choices(first: ChoiceAgreement, numbers: Reliability) -> str:
    return (
        f"Share of the {first.answers:,} single answers to {counted(first.questions, 'question')} that the model "
        "gives. Bars: 95 % intervals over items and people (both resampled). One person: how often an answer is "
        "the majority of the others. Ceiling: share of answers that are the majority, more is impossible."
        + ("" if numbers.best is not None else " No ceiling: no question was answered by two people.")
    )


def _about_ratings(first: RatingAgreement, numbers: Reliability) -> str:
    pairs = f"over {first.pairs:,} different pairs of different items"
    if not first.people:
        return (
            f"Rank correlation of similarity and mean rating {pairs}. Bars: 95 % intervals over items and answers "
            "(both resampled). No noise ceiling: the source of these answers names nobody."
        )
    ceiling = (
        "Noise ceiling: how well the best possible model could do. Lower bound: each person against the mean of the "
        "others, upper bound: against the mean of all; ratings are ranked person by person first "
        f"(Nili et al. 2014, as in rsatoolbox), on the {counted(numbers.doubled, 'pair')} that two people rated."
        if numbers.one is not None
        else "No noise ceiling: no pair was rated by two people."
    )
    return (
        f"Rank correlation of similarity with the ratings of each person {pairs}, averaged over {first.people:,} "
        f"people. Bars: 95 % intervals over items and people, both resampled. {ceiling} The table has the correlation "
        "with the mean rating, too, which is higher: a mean is less noisy than one person."
    )


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
