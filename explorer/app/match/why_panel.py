"""The tab "why" of the page Match: a question, the texts that a search finds, and which of their sentences answer."""

import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain, short
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.app.frame.models import model_ready
from explorer.app.frame.training_panel import training_panel
from explorer.app.match.view import ADDRESS, Context
from explorer.app.match.why_text import rows_of, shaded_text
from explorer.encoders.pool import POOL
from explorer.features.match.why.model import COPIED, SAID, Why, WhyModel
from explorer.features.match.why.service import (
    SCORE,
    found_texts,
    is_current,
    parted_texts,
    text_of,
    texts_model,
    training_name,
    why,
    why_model,
)
from explorer.search.captions import captions

ABOUT = (
    "A search says that a text was found, not which part of it answers. A small **fusion** lets a question’s words "
    "look at the words of a text (cross-attention on the sentence model’s frozen states); the sentences they look at "
    "are shaded. The search itself is not changed. A reconstruction of GeAR in small."
)
COUNT = 8


def why_panel(context: Context) -> None:
    """The tab."""
    st.markdown(ABOUT)
    if not context.opened.dataset.has_texts:
        st.info(f"{plain(context.opened.name)} has no texts.", icon=":material/info:")
        return
    parted, count = parted_texts(context.opened)
    if 2 * parted < count:
        st.warning(
            f"{parted:,} of {count:,} texts that were looked at have more than one sentence or clause: in the others "
            "there is nothing to choose from, and what is shaded says nothing."
        )
    model = why_model(context.opened)
    _train(context, model)
    if model is None:
        return
    query = _query(context)
    if any(letter.isalnum() for letter in query):
        item = _choose(context, query)
        if item:
            _explain(context, model, query, item)
    _about(context, model)


def _train(context: Context, model: WhyModel | None) -> None:
    opened = context.opened
    name = training_name(opened.workspace)
    if model is None:
        st.info(
            "The fusion has to be trained on this collection once, on questions made from words of its sentences. It "
            "runs beside the page for some minutes.",
            icon=":material/model_training:",
        )
        _start(context, "Train the fusion", "primary")
        training_panel(opened.workspace, name, SCORE)
    elif not is_current(opened, model):
        st.caption("The items have changed since the fusion was trained.")


def _start(context: Context, label: str, kind: str) -> None:
    opened = context.opened
    if work_button(
        label,
        key="match.why.train",
        type="primary" if kind == "primary" else "secondary",
        icon=":material/model_training:",
        disabled=running(opened.workspace),
    ):
        start_job(opened.path, ["why", str(opened.path), "--train"], "Train what tells why a text was found")


def _query(context: Context) -> str:
    st.session_state["match.why.query"] = context.view.why_query
    st.text_input(
        "What is asked",
        key="match.why.query",
        max_chars=300,
        placeholder="A question, or a few words",
        on_change=lambda: ADDRESS.change(why_query=st.session_state["match.why.query"].strip(), why_item=""),
    )
    return context.view.why_query


def _choose(context: Context, query: str) -> str:
    """The text that is looked at: of the address, else the first that the search finds."""
    opened, spec = context.opened, texts_model(context.opened, context.encoder)
    if not model_ready(spec, "match.why"):
        return ""
    if not POOL.get(spec).abilities.texts:
        st.info(f"{plain(spec)} does not read words. Choose a model that does.", icon=":material/info:")
        return ""
    rows = found_texts(opened, spec, query, COUNT)
    ids = opened.dataset.ids[rows].tolist()
    if context.view.why_item and context.view.why_item not in ids:
        ids = [context.view.why_item, *ids]
    if not ids:
        st.info("The search found no item with a text.")
        return ""
    names = dict(zip(opened.dataset.ids[rows].tolist(), captions(opened, rows), strict=True))
    now = context.view.why_item or ids[0]
    st.session_state["match.why.item"] = now
    st.selectbox(
        f"Texts that a search with {plain(spec)} finds, in its order",
        ids,
        key="match.why.item",
        format_func=lambda one: short(names.get(one, "") or one, 120),
        on_change=lambda: ADDRESS.change(why_item=st.session_state["match.why.item"]),
    )
    return now


def _snippet_words(model: WhyModel, found: Why) -> str:
    """Where the snippet comes from."""
    if found.said:
        return "What the decoder says from the fusion alone (it may be wrong where the text is right):"
    copied = "a copy of the sentence with the most attention."
    if not model.shape.says:
        return f"No decoder was trained: {copied}"
    if model.speaks:
        return f"The decoder says nothing here: {copied}"
    said, copy = model.about[SAID], model.about[COPIED]
    return (
        f"The decoder says sentences too badly to be heard (ROUGE-1 {said:.2f} held out, a copy {copy:.2f}): {copied}"
    )


def _explain(context: Context, model: WhyModel, query: str, item: str) -> None:
    text = text_of(context.opened, item)
    found, scores = why(model, query, text)
    shaded_text(text, found, "match.why.text")
    if found.best < 0:
        return
    st.caption(_snippet_words(model, found))
    st.markdown(f"> {plain(found.snippet, 400)}")
    if found.read < len(text.rstrip()):
        st.caption(f":material/content_cut: The sentence model reads {found.read:,} of {len(text):,} letters.")
    with st.expander("Numbers of the sentences"):
        st.dataframe(pd.DataFrame(rows_of(text, found, dict(scores))), hide_index=True, key="match.why.table")
        st.caption(
            "Attention: how much of what the question’s words look at lies in a sentence, as a mean over its tokens "
            "(this ranks) and as a sum (which favours long sentences). Cosine alone: the baseline, each sentence read "
            "by itself by the sentence model; it has no part in the shading."
        )


def _about(context: Context, model: WhyModel) -> None:
    about = model.about
    with st.expander("How it was trained"):
        st.markdown(
            f"On {about['texts']:,} texts and {about['given']:,} given questions, {about['steps']:,} steps, "
            f"L = L_CL + {about['alpha']:g} · L_LM. {SCORE}: {about['held_out']:.3f}."
        )
        _start(context, "Train again", "secondary")
        training_panel(context.opened.workspace, training_name(context.opened.workspace), SCORE)
