"""How far people agree with each other and with themselves."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.app.agreement.view import Context
from explorer.app.agreement.words import signed
from explorer.app.frame.table_file import table_button
from explorer.features.judgments.agreement.people import Person
from explorer.features.judgments.agreement.reliability import Reliability
from explorer.features.judgments.agreement.resampling import Estimate
from explorer.features.judgments.agreement.service import how_reliable, how_sure, judged
from explorer.features.judgments.asking.people import names
from explorer.features.judgments.questions import Choices
from explorer.features.judgments.store import judgment_store

FEW = "too few"
Sure = Mapping[str, Estimate]
"""95 % intervals by the name of a field of `Reliability`."""


def people_panel(context: Context) -> None:
    """The numbers, what they mean, and a line a person."""
    found = judged(context.opened, context.asking)
    with st.spinner("Comparing people with each other …"):
        numbers = how_reliable(context.opened, context.asking)
        sure = how_sure(context.opened, context.asking)
    choices = isinstance(found.asked, Choices)
    if not numbers.doubled:
        st.info(
            "No question was answered by two people yet, so nobody knows how far they agree. Give a campaign at least "
            "two answers a question (Annotate, “answers a question”)."
        )
    else:
        _metrics(numbers, sure, choices)
        _words(numbers, choices)
    labels = names(judgment_store(context.opened.workspace), context.asking.campaign)
    _table(found.people, found.left_out, labels, choices)


def _metrics(numbers: Reliability, sure: Sure, choices: bool) -> None:
    """One number a card: title, value, 95 % interval, and what it is."""
    columns = st.columns(5 if choices else 4)
    (_of_choices if choices else _of_ratings)(columns, numbers, sure)


def _of_choices(columns: Sequence[DeltaGenerator], numbers: Reliability, sure: Sure) -> None:
    _card(
        columns[0],
        "Two people agree",
        _percent(numbers.agreement),
        f"{_interval(sure, 'agreement', True)}chance that two people answer one question alike",
    )
    _alpha_and_halves(columns[1:], numbers, sure)
    _card(
        columns[3],
        "One person",
        _percent(numbers.one),
        f"{_interval(sure, 'one', True)}share of answers like the others’ majority",
    )
    _card(
        columns[4],
        "Best possible model",
        _percent(numbers.best),
        f"{_interval(sure, 'best', True)}noise ceiling for single answers, an upper bound",
    )


def _alpha_and_halves(columns: Sequence[DeltaGenerator], numbers: Reliability, sure: Sure) -> None:
    ordinal = f"; by rank alone {_number(numbers.ordinal)}" if numbers.ordinal is not None else ""
    _card(
        columns[0],
        "Krippendorff’s α",
        _number(numbers.alpha),
        f"{_interval(sure, 'alpha')}0: no better than chance, 1: always the same{ordinal}",
    )
    _card(
        columns[1],
        "Split-half reliability",
        _number(numbers.full),
        f"{_interval(sure, 'full')}two halves correlate {_number(numbers.half)}",
    )


def _of_ratings(columns: Sequence[DeltaGenerator], numbers: Reliability, sure: Sure) -> None:
    _alpha_and_halves(columns, numbers, sure)
    _card(
        columns[2],
        "Noise ceiling, lower bound",
        _number(numbers.one),
        f"{_interval(sure, 'one')}a person against the mean of the others, Spearman, mean over people",
    )
    _card(
        columns[3],
        "Noise ceiling, upper bound",
        _number(numbers.best),
        f"{_interval(sure, 'best')}a person against the mean of all, the own ratings included",
    )


def _card(column: DeltaGenerator, label: str, value: str, words: str) -> None:
    column.metric(label, value, border=True)
    column.caption(words)


def _interval(sure: Sure, name: str, percent: bool = False) -> str:
    """The 95 % interval of a number in words, "" where there is none."""
    one = sure.get(name)
    if one is None or not np.isfinite(one.low):
        return ""
    low, high = (_percent(end) if percent else _number(end) for end in (one.low, one.high))
    return f"95 %: {low} to {high} · "


def _words(numbers: Reliability, choices: bool) -> None:
    sample = f"{numbers.doubled:,} of {numbers.questions:,} {'questions' if choices else 'pairs'}"
    levels = "nominal: answers are the same or not" if choices else "interval: squared differences; ordinal: of ranks"
    lines = [
        f"All are computed on the {sample} that at least two different people answered; one who answered twice counts "
        f"once, by the {'first answer' if choices else 'mean rating'}.",
        "**95 % intervals**: items and people are drawn anew, with replacement; an answer counts as often as its items "
        "and its person were drawn, multiplied. Nobody is compared with themselves. The width is that from leaving "
        "out items and people in turn (jackknife).",
        f"**Krippendorff’s α** is 1 − observed disagreement / the disagreement expected by chance ({levels}).",
        "**Split-half reliability**: the answers to each question are split at random in two halves "
        f"({numbers.splits:,} times), {'the shares of the votes' if choices else 'the mean ratings'} of both are "
        "correlated (mean Pearson r), and stepped up to all answers by Spearman–Brown, 2r / (1 + r). It says how well "
        "another group as large would agree with this one; it is no ceiling for a model.",
    ]
    lines += _about_choices() if choices else _about_ratings()
    with st.expander("How these numbers are computed"):
        st.markdown("\n".join(f"- {line}" for line in lines))


def _about_choices() -> list[str]:
    return [
        "**Two people agree**: over all pairs of people who got the same question.",
        "**One person**: each answer against the majority of the other people on that question, ties "
        "left out. A model that always gave the others’ majority would score this: the fair ceiling.",
        "**Best possible model**: share of the single answers that are their question’s majority. It knows the "
        "majority beforehand, so no model can score higher on these questions.",
    ]


def _about_ratings() -> list[str]:
    return [
        "**Noise ceiling**: how well the best possible model could correlate with one person (Nili et al. 2014, as in "
        "rsatoolbox). Each person’s ratings are ranked, so that scales of any width count alike. Lower bound: against "
        "the mean ranks of the others, as a model that knows everybody else. Upper bound: against the mean ranks of "
        "all, which hold the own ones. People who rated fewer than three pairs, or all alike, are left out.",
    ]


def _table(people: list[Person], left_out: list[str], labels: Mapping[str, str], choices: bool) -> None:
    if not people:
        st.caption("The source of these answers names nobody, so there is nothing to tell about single people.")
        return
    away = set(left_out)
    frame = pd.DataFrame(
        {
            "person": [labels.get(person.name, person.name) for person in people],
            "answers": [person.answers for person in people],
            "like the others": [person.others for person in people],
            "compared on": [person.compared for person in people],
            "checks passed": [f"{person.passed} of {person.checks}" if person.checks else "–" for person in people],
            "same answer twice": [f"{person.same} of {person.repeats}" if person.repeats else "–" for person in people],
            "seconds an answer": [None if person.median_ms is None else person.median_ms / 1000 for person in people],
            "counted": ["left out" if person.name in away else "yes" for person in people],
        }
    )
    st.markdown("**One by one**")
    share = "Share of the answers that are the majority of the others, ties left out."
    like = "Spearman’s correlation with the mean ranks of the others."
    told = [name for name in frame.columns if not (frame[name].isna() | (frame[name].astype(str) == "–")).all()]
    st.dataframe(
        frame[told],
        hide_index=True,
        key="agreement.people",
        width="stretch",
        column_config={
            "like the others": st.column_config.NumberColumn(
                format="percent" if choices else "%.2f", help=share if choices else like
            ),
            "compared on": st.column_config.NumberColumn(help="Answers that could be compared with those of others."),
            "checks passed": st.column_config.TextColumn(help="Questions with a known answer."),
            "same answer twice": st.column_config.TextColumn(help="Questions that were asked again later."),
            "seconds an answer": st.column_config.NumberColumn(format="%.1f", help="Median, from showing on."),
        },
    )
    table_button(frame[told], "people", "agreement.people.file")


def _percent(value: float | None) -> str:
    return FEW if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return FEW if value is None else signed(f"{value:.3f}")
