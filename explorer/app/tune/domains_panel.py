"""Domains: experts beside one shared model and one model a domain; a text through the expert of a chosen domain."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.tune.text_parts import choose, enough_columns, guessed, training
from explorer.app.tune.view import ADDRESS, MOST_WORDS, Context
from explorer.base.arrays import Floats
from explorer.base.errors import ExplorerError
from explorer.encoders.pool import POOL
from explorer.features.tune.experts.learn import EXPERTS
from explorer.features.tune.experts.measure import LABELS, UNTUNED, DomainReport, DomainScore
from explorer.features.tune.experts.service import DomainWish, kept_domains, through_expert, wish_of
from explorer.features.tune.experts.words import ABOUT as HOW
from explorer.features.tune.experts.words import OTHERS, rows_of, said
from explorer.features.tune.text_columns import text_columns

ABOUT = (
    "Each domain gets an **expert**: a copy of the MLP in MiniLM’s last layer and a token of its own, both chosen by a "
    "column, never by the text. At first all experts are equal, so that the domain does not matter. Beside them: one "
    "shared model, and one model a domain."
)
ALIKE, OTHER = "#0072b2", "#d55e00"


def domains_panel(context: Context) -> None:
    """The tab."""
    st.markdown(ABOUT)
    names = text_columns(context.opened)
    if not enough_columns(context, names, 3):
        return
    wish = _wish(context, names)
    found = kept_domains(context.opened, wish)
    args = ["domains", "--first", wish.first, "--second", wish.second, "--domain", wish.domain]
    training(
        context,
        [*args, "--loss", wish.loss, "--name", wish.name],
        name=wish.name,
        title=f"Tune: experts by {wish.domain}",
        score="F1max on watched pairs",
        again=found is not None,
    )
    if found is not None:
        _shown(found)
        _through(context, found)


def _wish(context: Context, names: list[str]) -> DomainWish:
    view = context.view
    first = guessed(view.first, names, (), ("title", "first", "question_1", "text"))
    second = guessed(view.second, names, (first,), ("body", "second", "abstract", "text", "question_2"))
    domain = guessed(view.column, names, (first, second), ("domain", "topic", "category", "label"))
    left, middle, right = st.columns(3)
    with left:
        choose("first", "First text", names, first)
    with middle:
        choose("second", "Second text, which belongs to it", names, second)
    with right:
        choose("column", "Domain", names, domain)
    return wish_of(first, second, domain, name=f"{context.opened.name[:30]}-domains")


def _shown(found: DomainReport) -> None:
    st.markdown(plain(said(found)))
    st.dataframe(pd.DataFrame(rows_of(found)), hide_index=True, key="tune.domains.table")
    st.caption(f"{HOW} {OTHERS}")


def _through(context: Context, found: DomainReport) -> None:
    """Histograms of a domain, and two texts compared by its expert."""
    domain = context.view.setting if context.view.setting in found.domains else found.domains[0]
    st.session_state["tune.domain"] = domain
    st.selectbox(
        "Domain token",
        found.domains,
        key="tune.domain",
        width=320,
        on_change=lambda: ADDRESS.change(setting=st.session_state["tune.domain"]),
    )
    scores = {one.way: one for one in found.scores if one.domain == domain}
    left, right = st.columns(2)
    for place, way in ((left, UNTUNED), (right, EXPERTS)):
        with place:
            st.markdown(f"**{LABELS[way]}**, {plain(domain)}")
            st.plotly_chart(histogram_figure(scores[way]), key=f"tune.domains.{way}", config={"displayModeBar": False})
    st.caption("Cosines of tested pairs; the line is the domain’s own threshold, at which F1 is highest.")
    _two_texts(context, found, domain, scores)


def histogram_figure(score: DomainScore) -> go.Figure:
    """Cosines of pairs that are alike and of others, and the threshold."""
    figure = go.Figure()
    middle = [(a + b) / 2 for a, b in zip(score.edges[:-1], score.edges[1:], strict=True)]
    for counts, name, colour in ((score.yes, "alike", ALIKE), (score.no, "not alike", OTHER)):
        figure.add_bar(x=middle, y=list(counts), name=name, marker_color=colour, opacity=0.7)
    figure.add_vline(x=score.best.threshold, line_dash="dot", annotation_text=f"{score.best.threshold:.2f}")
    figure.update_layout(
        barmode="overlay",
        bargap=0,
        height=260,
        margin={"l": 10, "r": 10, "t": 20, "b": 10},
        legend={"orientation": "h", "y": 1.2},
    )
    figure.update_xaxes(title="cosine")
    figure.update_yaxes(title="pairs")
    return figure


def _two_texts(context: Context, found: DomainReport, domain: str, scores: dict[str, DomainScore]) -> None:
    st.markdown(f"**Two texts through the expert of {plain(domain)}**")
    view = context.view
    for place, field, label in zip(st.columns(2), ("one", "other"), ("One text", "Another text"), strict=True):
        st.session_state[f"tune.{field}"] = getattr(view, field)
        place.text_area(
            plain(label),
            key=f"tune.{field}",
            max_chars=MOST_WORDS,
            height=80,
            on_change=lambda field=field: ADDRESS.change(**{field: st.session_state[f"tune.{field}"]}),
        )
    if not view.one.strip() or not view.other.strip():
        st.caption("Type two texts: their cosine is shown by every domain’s expert, and by MiniLM as it is.")
        return
    texts = [view.one, view.other]
    try:
        rows = [
            _cosine("MiniLM as it is", POOL.text_vectors("sentence:all-MiniLM-L6-v2", tuple(texts)), scores[UNTUNED])
        ]
        for name in found.domains:
            own = next(one for one in found.scores if one.way == EXPERTS and one.domain == name)
            label = f"Expert of {name}" + (" (chosen)" if name == domain else "")
            rows.append(_cosine(label, through_expert(found.heads[name], texts), own))
    except ExplorerError as error:  # the model was removed since
        st.warning(plain(error))
        return
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="tune.domains.two")


def _cosine(label: str, vectors: Floats, score: DomainScore) -> dict[str, str]:
    cosine = float(vectors[0] @ vectors[1])
    alike = "alike" if cosine >= score.best.threshold else "not alike"
    return {"": label, "cosine": f"{cosine:.3f}", "threshold": f"{score.best.threshold:.3f}", "so they are": alike}
