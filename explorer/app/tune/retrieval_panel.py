"""Pictures and words: pictures are tuned by labels, and it is shown what this does to words that find them."""

import re

import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.visits import address_of
from explorer.app.tune.retrieval_figure import states_figure
from explorer.app.tune.text_parts import choose, guessed, training
from explorer.app.tune.view import ADDRESS, Context
from explorer.encoders.base import Encoder
from explorer.encoders.pool import POOL
from explorer.encoders.specs import family
from explorer.features.tune.retrieval.measures import STATES, measure_name
from explorer.features.tune.retrieval.service import KEPT, LEARNS, Plan, Report, known_report, plan_of
from explorer.features.tune.retrieval.stages import MCIP, PICTURES, TEXTS, stage_folder
from explorer.features.tune.retrieval.words import change_words, said, score_words
from explorer.heads.curve import training_curve
from explorer.heads.fit import read_curve, training_folder
from explorer.search.label_columns import label_columns

ABOUT = (
    "Tuning the pictures’ side alone brings pictures of one label together, and may move them away from the words "
    "that found them. **Re-alignment** then moves the words after them. **MCIP** learns labels and several captions of "
    "each picture at once, so that words keep their places. All are measured here on pictures that none learned from."
)
RECONSTRUCTION = (
    "MCArcMargin, the loss of MCIP on captions, is a reconstruction: its authors publish a picture of it and no "
    "formula. Captions of a picture: the name of its label, by itself and in two sentences, its tags and its own text."
)
NO_WORDS = (
    "does not place words beside pictures, so there are no words to lose. Choose a model that does, such as pocket."
)
CURVES = {
    f"mcip-{TEXTS}": "Texts to the pictures of MCIP: mean precision of names",
    MCIP: "MCIP: mean of both, on watched pictures",
    TEXTS: "Re-alignment: mean precision of names",
}


def retrieval_panel(context: Context) -> None:
    """The tab."""
    st.markdown(ABOUT)
    columns = label_columns(context.opened)
    if not context.opened.dataset.has_images or not columns:
        st.info(
            f"{plain(context.opened.name)} has no pictures with a column of labels. Import pictures with labels, or "
            "label some on the page Label.",
            icon=":material/info:",
        )
        return
    encoder = _encoder(context)
    if encoder is None:
        return
    plan = _plan(context, columns)
    found = known_report(context.opened, plan)
    args = ["pictures", plan.column, "--model", plan.model, "--learns", plan.learns, "--name", plan.name]
    training(
        context,
        args,
        name=stage_folder(plan.name, PICTURES),
        title=f"Tune pictures by {plain(plan.column)}",
        score="mAP of watched pictures",
        again=found is not None,
    )
    _curves(plan)
    if found is not None:
        _shown(context, plan, found)


def _encoder(context: Context) -> Encoder | None:
    """The loaded model; None, with a word on why, where it loads or knows no words."""
    state = POOL.state(context.encoder)
    if state == "failed":
        st.warning(plain(POOL.problem(context.encoder)))
        return None
    encoder = POOL.get(context.encoder)
    if encoder.abilities.joint and encoder.abilities.images:
        return encoder
    st.info(f"{plain(context.encoder)} {NO_WORDS}", icon=":material/info:")
    return None


def _plan(context: Context, columns: list[str]) -> Plan:
    view, spec = context.view, context.encoder
    able = [name for name in LEARNS if name == "head" or family(spec) == "pocket"]
    learns = view.setting if view.setting in able else able[0]
    left, right = st.columns(2)
    column = guessed(view.column, columns, ())
    with left:
        choose("column", "Labels", columns, column)
    with right:
        st.session_state["tune.learns"] = learns
        st.segmented_control(
            "What learns",
            able,
            key="tune.learns",
            format_func=lambda name: LEARNS[name],
            required=True,
            on_change=lambda: ADDRESS.change(setting=st.session_state["tune.learns"]),
        )
    return plan_of(spec, column, learns, name=_name(context, column, learns))


def _name(context: Context, column: str, learns: str) -> str:
    short = re.sub(r"[^A-Za-z0-9]+", "-", f"{context.opened.name[:24]} {column[:20]} {learns}").strip("-")
    return short if short[:1].isalpha() else f"by-{short}"


def _curves(plan: Plan) -> None:
    """The trainings after the first one, as far as they are."""
    read = {stage: read_curve(training_folder(stage_folder(plan.name, stage))) for stage in CURVES}
    some = {stage: entries for stage, entries in read.items() if entries}
    if not some:
        return
    with st.expander("The other trainings"):
        for stage, entries in some.items():
            st.caption(CURVES[stage])
            st.plotly_chart(training_curve(entries, "score"), width="stretch", key=f"tune.curve.{stage}")


def _shown(context: Context, plan: Plan, found: Report) -> None:
    st.subheader("Pictures and words, before and after", divider=False)
    st.plotly_chart(states_figure(found.states), width="stretch", key="tune.states", config={"displayModeBar": False})
    first = found.states[0]
    rows = []
    for name in first.scores:
        for one in found.states:
            change = change_words(one.changes[name]) if one.changes else ""
            score = score_words(one.scores[name])
            rows.append({"measure": measure_name(name), "model": STATES[one.state], "score": score, "change": change})
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="tune.states.table")
    st.caption(
        f"{plain(said(found))} mAP: average precision of each query, the query left out of what is ranked; "
        "recall@k: a right picture is among the first k. In brackets 95 % intervals by resampling queries; changes are "
        "query by query. Words are ranked by their cosine alone."
    )
    st.caption(RECONSTRUCTION)
    _go_on(context, plan)


def _go_on(context: Context, plan: Plan) -> None:
    made = [(state, f"tuned:{plan.name}{end}") for state, end in KEPT.items()]
    for state, spec in made:
        if spec in context.opened.encoders:
            st.page_link(
                "pages/1_Explore.py",
                label=f"Explore with {plain(spec)} ({STATES[state]})",
                icon=":material/search:",
                query_params={**address_of("Explore"), "model": [spec]},
            )
