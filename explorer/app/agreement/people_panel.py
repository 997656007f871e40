"""How far people agree with each other and with themselves."""

import pandas as pd
import streamlit as st

from explorer.app.agreement.view import Context
from explorer.app.frame.table_file import table_button
from explorer.features.judgments.agreement.people import Person
from explorer.features.judgments.agreement.reliability import Reliability
from explorer.features.judgments.agreement.service import how_reliable, judged
from explorer.features.judgments.questions import Choices

FEW = "too few"


def people_panel(context: Context) -> None:
    """The numbers, what they mean, and a line a person."""
    found = judged(context.opened, context.asking)
    with st.spinner("Comparing people with each other …"):
        numbers = how_reliable(context.opened, context.asking)
    choices = isinstance(found.asked, Choices)
    if not numbers.doubled:
        st.info(
            "No question was answered by two people yet, so nobody knows how far they agree. Give a campaign at least "
            "two answers a question (Annotate, “answers a question”)."
        )
    else:
        _metrics(numbers, choices)
        with st.expander("What these numbers are"):
            _words(numbers, choices)
    _table(found.people, found.left_out, choices)


def _metrics(numbers: Reliability, choices: bool) -> None:
    shown = [
        ("Two people agree", _percent(numbers.agreement), "chance that two people answer one question alike"),
        ("Krippendorff’s α", _number(numbers.alpha), "0: no better than chance, 1: always the same"),
        ("Split-half reliability", _number(numbers.full), f"two halves correlate {_number(numbers.half)}"),
        (
            "One person",
            _percent(numbers.one) if choices else _number(numbers.one),
            "share of answers like the others’ majority" if choices else "Spearman’s correlation, mean over people",
        ),
        ("Best possible model", _percent(numbers.best), "noise ceiling for single answers, an upper bound"),
    ]
    shown = [one for one in shown if choices or one[0] not in ("Two people agree", "Best possible model")]
    for column, (label, value, words) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(label, value, border=True)
        column.caption(words)


def _words(numbers: Reliability, choices: bool) -> None:
    sample = f"{numbers.doubled:,} of {numbers.questions:,} {'questions' if choices else 'pairs'}"
    lines = [
        f"All are computed on the {sample} that at least two people answered.",
        "**Krippendorff’s α** is 1 − observed disagreement / the disagreement expected by chance "
        f"({'nominal: answers are the same or not' if choices else 'interval: squared differences'}).",
        "**Split-half reliability**: the answers to each question are split at random in two halves "
        f"({numbers.splits:,} times), {'the shares of the votes' if choices else 'the mean ratings'} of both are "
        "correlated (mean Pearson r), and stepped up to all answers by Spearman–Brown, 2r / (1 + r). A model cannot be "
        "expected to correlate better with people than people do with themselves.",
    ]
    if choices:
        lines += [
            "**Two people agree**: over all pairs of people who got the same question.",
            "**One person**: each answer against the majority of the other people on that question, ties "
            "left out. A model that always gave the others’ majority would score this: the fair ceiling.",
            "**Best possible model**: share of the single answers that are their question’s majority. It knows the "
            "majority beforehand, so no model can score higher on these questions.",
        ]
    else:
        lines.append(
            "**One person**: the ratings of each person against the mean of the others, Spearman’s "
            "correlation over the pairs both rated."
        )
    with st.expander("How these numbers are computed"):
        st.markdown("\n".join(f"- {line}" for line in lines))


def _table(people: list[Person], left_out: list[str], choices: bool) -> None:
    if not people:
        st.caption("The source of these answers names nobody, so there is nothing to tell about single people.")
        return
    away = set(left_out)
    frame = pd.DataFrame(
        {
            "person": [person.name for person in people],
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
    like = "Spearman’s correlation with the mean of the others."
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
    return FEW if value is None else f"{value:.3f}".replace("-", "−")
