"""Questions: whether two ask the same, learned in one stage and in two, by the number of pairs."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from explorer.app.figures.intervals import interval_bars
from explorer.app.frame.foreign import plain
from explorer.app.tune.text_parts import choose, enough_columns, guessed, training
from explorer.app.tune.view import Context
from explorer.drawing.map.palettes import QUALITATIVE
from explorer.features.tune.questions.measure import LABELS, LEXICAL, STAGES, QuestionReport
from explorer.features.tune.questions.service import QuestionWish, kept_questions
from explorer.features.tune.questions.words import about, rows_of, said
from explorer.features.tune.text_columns import text_columns

ABOUT = (
    "A small network sees the vectors of two questions and says whether they ask the same. In **two stages** it first "
    "learns which answer belongs to which question, then the pairs. Letters and words alone go a long way here, so "
    "they stand beside it."
)


def questions_panel(context: Context) -> None:
    """The tab."""
    st.markdown(ABOUT)
    names = text_columns(context.opened)
    if not enough_columns(context, names, 3):
        return
    wish = _wish(context, names)
    found = kept_questions(context.opened, wish)
    args = ["questions", "--first", wish.first, "--second", wish.second, "--label", wish.label, "--name", wish.name]
    args += ["--answers", wish.answers] if wish.answers else []
    training(
        context,
        args,
        name=wish.name,
        title=f"Tune: questions of {context.opened.name}",
        score="minus the loss on watched pairs",
        again=found is not None,
    )
    if found is not None:
        _shown(found)


def _wish(context: Context, names: list[str]) -> QuestionWish:
    view = context.view
    first = guessed(view.first, names, (), ("question_1", "question1", "text"))
    second = guessed(view.second, names, (first,), ("question_2", "question2", "question"))
    label = guessed(view.label, names, (first, second), ("similar", "label", "duplicate", "same"))
    extra = view.extra if view.extra in names else ""
    left, middle, right, last = st.columns(4)
    with left:
        choose("first", "First question", names, first, help="Folds are made by it.")
    with middle:
        choose("second", "Second question", names, second)
    with right:
        choose("label", "Do they ask the same", names, label, help="yes or no, 1 or 0.")
    with last:
        choose("extra", "Answers, if any", ["", *names], extra, help="To the first question; for stage one.")
    name = f"{context.opened.name[:60]}-questions"
    return QuestionWish(first=first, second=second, label=label, answers=extra, name=name)


def _shown(found: QuestionReport) -> None:
    st.markdown(plain(said(found)))
    st.plotly_chart(curve_figure(found), key="tune.questions.figure", config={"displayModeBar": False})
    table = pd.DataFrame(rows_of(found))
    if not any(one.triples for one in found.ways):
        table = table.drop(columns="triples in order")
    st.dataframe(table, hide_index=True, key="tune.questions.table")
    st.caption(plain(about(found)))


def curve_figure(found: QuestionReport) -> go.Figure:
    """Accuracy against the number of pairs, with stage one and without; the ways that learn nothing as lines across."""
    figure = go.Figure()
    for number, way in enumerate(STAGES):
        points = [one for one in found.curve if one.way == way]
        figure.add_scatter(
            x=[one.pairs for one in points],
            y=[one.accuracy.value for one in points],
            error_y=interval_bars([one.accuracy for one in points], thickness=2),
            name=LABELS[way],
            line={"color": QUALITATIVE[number]},
        )
    ends = [min(one.pairs for one in found.curve), max(one.pairs for one in found.curve)]
    for number, one in enumerate(one for one in found.ways if one.way in (*LEXICAL, "cosine")):
        figure.add_scatter(
            x=ends,
            y=[one.accuracy.value] * 2,
            mode="lines",
            name=LABELS[one.way],
            line={"color": QUALITATIVE[len(STAGES) + number], "dash": "dot"},
        )
    figure.update_layout(
        height=360, margin={"l": 10, "r": 10, "t": 10, "b": 10}, legend={"orientation": "h", "y": -0.25}
    )
    figure.update_xaxes(title="pairs learned from", type="log", tickvals=[one.pairs for one in found.curve])
    least = min([one.accuracy.low for one in found.curve] + [one.accuracy.value for one in found.ways])
    figure.update_yaxes(title="accuracy", range=[max(0.0, least - 0.05), 1.02])
    return figure
