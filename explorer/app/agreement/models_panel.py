"""Models, columns, texts and methods against people, on the same questions."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.agreement import answers
from explorer.app.agreement.answers import Asking
from explorer.app.agreement.state import View, change
from explorer.app.frame import theme
from explorer.features.judgments.agreement.candidates import Source, sources
from explorer.features.judgments.agreement.scores import ChoiceAgreement, RatingAgreement, Score, headline
from explorer.features.judgments.figures import GREEN, GREY, Bar, Line, rating_scatter, score_bars
from explorer.features.judgments.questions import Choices, Ratings

USUAL_COLUMNS = 4
Found = dict[str, ChoiceAgreement | RatingAgreement]


@st.cache_data(max_entries=32, show_spinner=False)
def all_sources(path: str, key: str) -> list[Source]:
    """Everything that can be compared with people in the workspace at `path`."""
    return sources(Asking(path, key, "", 0.0).workspace)


def chosen_sources(asking: Asking, view: View) -> list[Source]:
    """The sources in the address, else the usual ones: all encoders, captions, tags, and the first columns."""
    known = {source.key: source for source in all_sources(asking.path, asking.key)}
    asked = [known[key] for key in view.models if key in known]
    return asked or usual(list(known.values()))


def usual(known: list[Source]) -> list[Source]:
    """What is compared before anybody chose."""
    columns = [source for source in known if source.kind == "column"][:USUAL_COLUMNS]
    return [source for source in known if source.kind in ("encoder", "texts", "tags")] + columns


def models_panel(asking: Asking, view: View) -> None:
    """A chart with the ceiling, a table with every number, stacked models, and for ratings a dot a pair."""
    chosen = _choose(asking, view)
    found: Found = {}
    for source in chosen:
        one = answers.score(asking, source.key)
        if isinstance(one, str):
            st.warning(f"{theme.plain(source.label)}: {theme.plain(one)}")
        else:
            found[source.key] = one
    if not found:
        return
    labels = {source.key: source.label for source in chosen}
    order = sorted(found, key=lambda key: -np.nan_to_num(headline(found[key]).value, nan=-9))
    _chart(asking, found, labels, order)
    _table(found, chosen, order)
    if isinstance(answers.judged(asking).asked, Ratings):
        _scatter(asking, labels, order)
    _stacked(asking)


def _choose(asking: Asking, view: View) -> list[Source]:
    known = {source.key: source for source in all_sources(asking.path, asking.key)}
    chosen = chosen_sources(asking, view)
    st.session_state["agreement.models"] = [source.key for source in chosen]
    st.multiselect(
        "Compared with people",
        list(known),
        key="agreement.models",
        on_change=_models_chosen,
        format_func=lambda key: known[key].label,
        max_selections=12,
        help="Encoders by the cosine of their vectors, attribute columns by equal values, captions and tags by the "
        "cosine of their texts' vectors, and conditional methods: an encoder looked at under one condition, "
        "such as the same colour.",
    )
    return chosen


def _models_chosen() -> None:
    change(vs=list(st.session_state["agreement.models"]))


def _chart(asking: Asking, found: Found, labels: dict[str, str], order: list[str]) -> None:
    choices = isinstance(answers.judged(asking).asked, Choices)
    numbers = answers.how_reliable(asking)
    bars = [_bar(labels[key], headline(found[key]), choices) for key in order]
    first = found[order[0]]
    lines = []
    if isinstance(first, ChoiceAgreement):
        lines.append(Line("chance", first.chance, GREY, "dot"))
        lines += [Line("one person", numbers.one, GREEN)] if numbers.one is not None else []
        lines += [Line("ceiling", numbers.best, GREEN, "solid")] if numbers.best is not None else []
    else:
        lines += [Line("no relation", 0.0, GREY, "dot")]
        lines += [Line("one person", numbers.one, GREEN)] if numbers.one is not None else []
        lines += [Line("ceiling", numbers.full, GREEN, "solid")] if numbers.full is not None else []
    title = "share of people's answers given" if choices else "Spearman's correlation with people"
    st.plotly_chart(score_bars(bars, lines, title, choices), width="stretch", key="agreement.chart")
    if isinstance(first, ChoiceAgreement):
        st.caption(
            f"Share of the {first.answers:,} single answers to {first.questions:,} questions that the model gives. "
            "Bars: 95 % intervals over items and people (both resampled 400 times). One person: how often an answer is "
            "the majority of the others. Ceiling: share of answers that are the majority, more is impossible."
            + ("" if numbers.best is not None else " No ceiling: no question was answered twice.")
        )
    else:
        st.caption(
            f"Rank correlation of similarity and mean rating over {first.pairs:,} different pairs of different items. "
            "Bars: 95 % intervals over items and people (both resampled 400 times). One person: a person against "
            "the mean of the others. Ceiling: split-half reliability, stepped up by Spearman–Brown."
        )


def _bar(label: str, score: Score, percent: bool) -> Bar:
    return Bar(label, score.value, score.low, score.high, f"{label}: {interval(score, percent)}")


def interval(score: Score, percent: bool) -> str:
    """A score with its interval, in words."""
    if not np.isfinite(score.value):
        return "–"
    form = "{:.1%}" if percent else "{:.3f}"
    value, low, high = (form.format(one).replace("-", "−") for one in (score.value, score.low, score.high))
    return f"{value} ({low} to {high})" if np.isfinite(score.low) else value


def _table(found: Found, chosen: list[Source], order: list[str]) -> None:
    by_key = {source.key: source for source in chosen}
    rows = [{"model": by_key[key].label, **_numbers(found[key]), "similarity": by_key[key].formula} for key in order]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="agreement.table", width="stretch")


def _numbers(one: ChoiceAgreement | RatingAgreement) -> dict[str, str]:
    if isinstance(one, ChoiceAgreement):
        return {
            "single answers (95 %)": interval(one.single, True),
            "majorities (95 %)": f"{interval(one.majority, True)} of {one.decided:,}",
            "undecided": f"{one.tied:.0%}",
            "questions": f"{one.questions:,}",
        }
    return {
        "Spearman (95 %)": interval(one.spearman, False),
        "Pearson (95 %)": interval(one.pearson, False),
        "pairs": f"{one.pairs:,}",
    }


def _scatter(asking: Asking, labels: dict[str, str], order: list[str]) -> None:
    key = st.selectbox("A dot a pair, under", order, format_func=labels.__getitem__, key="agreement.scatter", width=420)
    asked = answers.judged(asking).asked
    if isinstance(asked, Ratings) and key:
        modelled = answers.similarity(asking, key)(asked.pairs[:, 0], asked.pairs[:, 1])
        st.plotly_chart(rating_scatter(asked.mean, np.asarray(modelled), labels[key]), key="agreement.dots")


def _stacked(asking: Asking) -> None:
    """Image and text side by side."""
    known = {source.key: source for source in all_sources(asking.path, asking.key) if source.kind != "column"}
    if len(known) < 2:
        return
    st.markdown("**Stacked: two models side by side**")
    texts = [key for key, source in known.items() if source.kind in ("texts", "tags") or "sentence:" in key]
    left, right = st.columns(2)
    keys = list(known)
    second = keys.index(texts[0]) if texts else 1
    one = left.selectbox("First", keys, format_func=lambda k: known[k].label, key="agreement.first")
    other = right.selectbox("Second", keys, second, format_func=lambda k: known[k].label, key="agreement.second")
    if one == other:
        st.caption("Choose two different ones.")
        return
    found = answers.stacked(asking, one, other)
    if isinstance(found, str):
        st.info(theme.plain(found))
        return
    frame = pd.DataFrame(
        [
            {"model": known[one].label, **_numbers(found.first)},
            {"model": known[other].label, **_numbers(found.second)},
            {"model": f"both, the second × {found.weight:g}", **_numbers(found.both)},
        ]
    )
    st.dataframe(frame, hide_index=True, key="agreement.stacked", width="stretch")
    st.caption(
        f"Cosine of the two vectors put end to end, the second multiplied by a weight. The weight {found.weight:g} did "
        f"best on {found.tuned_on:,} questions about {found.tuning_items} other items; none of those items is in the "
        "questions that these rows are measured on."
    )
