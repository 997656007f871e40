"""Limits: a task that is easy by words and hard for one vector a text, and what free vectors reach."""

import streamlit as st

from explorer.app.diagnose.limits_figures import free_figure, recall_figure
from explorer.app.diagnose.view import ADDRESS, DIMS, Context
from explorer.app.diagnose.work import start_button
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import show_jobs
from explorer.features.diagnose.limits.free import STARTS
from explorer.features.diagnose.limits.service import (
    REFERENCE,
    curve_margin,
    known_free,
    known_limits,
    reads_texts,
)

DOCUMENTS = 46
ATTRIBUTION = (
    "LIMIT-small: 46 texts, 1,000 questions “Who likes X?” with two right texts each. Weller, Boratko, Naim and Lee "
    "(Google DeepMind) 2025, arXiv 2508.21038; © 2025 Google LLC, CC BY 4.0, unchanged."
)


def limits_panel(context: Context) -> None:
    """The model on LIMIT, and the free vectors."""
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        _limit(context)
    with right.container(border=True, height="stretch"):
        _free(context)
    show_jobs(context.opened.workspace)


def _limit(context: Context) -> None:
    st.markdown("**This model on LIMIT**: simple questions, two right texts each")
    found = known_limits(context.opened, context.encoder)
    if found:
        model, words = found.recalls["model"][2], found.recalls["bm25"][2]
        st.markdown(
            f"{plain(context.encoder)} finds **{model.value:.1%}** of the right texts among the first two, search by "
            f"words (BM25) **{words.value:.1%}**, chance {found.recalls['chance'][2].value:.1%}."
        )
        st.plotly_chart(recall_figure(found), key="diagnose.limit", config={"displayModeBar": False})
        cut = f" Of {found.cut:,} of the 46 texts the model does not read the end." if found.cut else ""
        st.caption(
            f"{found.dim:,} numbers a vector; bars: 95 % intervals over 1,000 questions.{cut} Where people ask for "
            "several things at once, let words search too."
        )
    elif reads_texts(context.opened, context.encoder):
        takes = "Encodes 1,046 short texts: a minute or less."
        title = f"LIMIT by {context.encoder}"
        start_button(context, "Try this model", title, ["--limits"], key="limits", takes=takes)
    else:
        st.info(
            f"{plain(context.encoder)} reads no texts. Choose a model that does in the sidebar, such as pocket, or add "
            "one on the home page under Models."
        )
    st.caption(ATTRIBUTION)


def _free(context: Context) -> None:
    st.markdown("**Free vectors**: no model at all, every vector moved until each pair of documents comes first")
    st.session_state["diagnose.dim"] = context.view.dim
    st.selectbox(
        "Dimensions",
        DIMS,
        key="diagnose.dim",
        width=160,
        on_change=lambda: ADDRESS.change(dim=st.session_state["diagnose.dim"]),
    )
    dim = context.view.dim
    found, reference = known_free(context.opened, dim), REFERENCE.get(dim)
    if found is None:
        takes = "Seconds for 2 or 3 dimensions, minutes for 6, longer for more."
        start_button(context, "Run", f"Free vectors, {dim} dimensions", ["--free", str(dim)], key="free", takes=takes)
    else:
        beside = f"; the authors’ code, one start, {reference:,}" if reference else ""
        st.markdown(f"In {dim:,} dimensions **{found.solved:,} documents** are solved{beside}.")
        st.plotly_chart(free_figure(found, reference), key="diagnose.free", config={"displayModeBar": False})
    st.caption(
        f"One query for each pair; InfoNCE over all, temperature 0.1, Adam 0.01, length 1 after each step, at most "
        f"20,000 steps, at most {STARTS} starts for each number of documents; stops at the first that none solves."
    )
    st.warning(
        "This is what an optimisation reaches, and no law of geometry. "
        f"{DOCUMENTS} vectors of length 1 along a curve in four dimensions have every one of their 1,035 pairs first "
        f"for some query, by a margin of {curve_margin(DOCUMENTS):.5f}: too thin to be found, or kept in a rounded "
        "vector, but there. The cubic of the paper that extrapolates to millions of documents is a fit to such runs."
    )
