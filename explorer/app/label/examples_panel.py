"""Labels by examples: what a method guesses, how sure it is, how right it would be, and accepting the sure ones."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery, map_items
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.app.frame.map import similarity_map
from explorer.app.label.accept import accept_panel
from explorer.app.label.colours import coloured, sureness_colours
from explorer.app.label.curve_panel import curve_panel
from explorer.app.label.details import DETAILS
from explorer.app.label.view import ADDRESS, Context, choose_labelling
from explorer.features.label.contract import METHODS
from explorer.features.label.guessing import Guessed, guesses, known_guesses, needs_job
from explorer.features.label.labelled import Labelled, lonely, too_few
from explorer.features.label.service import labels_of, trouble_words
from explorer.io.text import counted
from explorer.library.map_values import map_points

SHOWN = 12
COLOURS = {"label": "likeliest label", "sure": "how sure"}


def examples_panel(context: Context) -> None:
    """The tab."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        labelling = choose_labelling(context)
        _choose_method(context)
    labels = labels_of(context.opened, labelling)
    words = f"{counted(len(labels), 'item')} labelled{trouble_words(labels)}. {_lonely_words(labels)}"
    st.caption(plain(words))
    lacking = too_few(labels)
    if lacking:
        st.info(plain(lacking), icon=":material/touch_app:")
    found = None if lacking else _guessed(context, labelling)
    if found is not None:
        _told(found)
        left, right = st.columns([3, 2])
        with left:
            _map(context, found)
        with right:
            accept_panel(context, found)
        _unsure(context, found)
        if found.method in DETAILS:
            DETAILS[found.method](context, found)
    curve_panel(context)


def _choose_method(context: Context) -> None:
    st.session_state["label.method"] = context.view.method
    card = METHODS[context.view.method]
    st.selectbox(
        "Method",
        list(METHODS),
        key="label.method",
        width=260,
        format_func=lambda name: METHODS[name].label,
        help=f"`{card.formula}` {plain(card.source)}",
        on_change=lambda: ADDRESS.change(method=st.session_state["label.method"]),
    )


def _lonely_words(labels: Labelled) -> str:
    alone = lonely(labels)
    if not alone:
        return ""
    names = ", ".join(alone[:5]) + (" and others" if len(alone) > 5 else "")
    return f"One item alone has the label {names}: what is guessed of it rests on that item."


def _guessed(context: Context, labelling: str) -> Guessed | None:
    """The guesses; None while they are to be worked out by a job."""
    opened, spec, method = context.opened, context.encoder, context.view.method
    if not needs_job(opened, method):
        with st.spinner("Working out what the labels say …", show_time=False):
            return guesses(opened, spec, labelling, method)
    found = known_guesses(opened, spec, labelling, method)
    if found is None:
        title = f"Label by {METHODS[method].label}"
        if work_button(title, key="label.guess", icon=":material/play_arrow:", disabled=running(opened.workspace)):
            args = ["label", "guess", str(opened.path), "--model", spec, "--set", labelling, "--method", method]
            start_job(opened.path, args, title)
        show_jobs(opened.workspace)
    return found


def _told(found: Guessed) -> None:
    sure = found.sureness
    st.markdown(
        f"**{METHODS[found.method].label}** · {len(found.rows):,} items under {plain(found.encoder)}: "
        f"{int((sure >= 0.95).sum()):,} at 0.95 or more, {int((sure >= 0.5).sum()):,} at 0.5 or more",
        help="How sure: the probability of the likeliest label, as the method says it. It is no share of right "
        "answers: that is measured below where a column tells what is right.",
    )


def _map(context: Context, found: Guessed) -> None:
    methods = context.opened.map_methods(context.encoder)
    if not methods:
        st.info("There is no map of these items yet. Press “Prepare for search” on the home page to draw it.")
        return
    st.session_state["label.colour"] = context.view.colour
    st.segmented_control(
        "Colour by",
        list(COLOURS),
        key="label.colour",
        format_func=lambda name: COLOURS[name],
        required=True,
        on_change=lambda: ADDRESS.change(colour=st.session_state["label.colour"]),
    )
    points = map_points(context.opened, context.encoder, methods[0])
    colours = (
        sureness_colours(len(context.opened.dataset), found)
        if context.view.colour == "sure"
        else coloured(found.whole_codes(len(context.opened.dataset)), found.names, points.xy, "no vector")
    )
    similarity_map(
        points,
        colours,
        key="label.guess.map",
        height=420,
        items=map_items(context.opened, context.encoder),
        elastic=methods[0] == "umap",
    )


def _unsure(context: Context, found: Guessed) -> None:
    """The least sure guesses: those that a label by hand would help."""
    order = found.sureness.argsort(kind="stable")[:SHOWN]
    notes = [f"{found.names[found.codes[one]]}? {found.sureness[one]:.2f}" for one in order]
    with st.expander("The least sure"):
        gallery(
            context.opened,
            Cards(found.rows[order], ranked=False, notes=notes),
            "label.unsure",
            lambda action, item: None,
            label="Least sure guesses",
            actions=(),
            card=110,
            click_label="A guess that is not sure",
        )
