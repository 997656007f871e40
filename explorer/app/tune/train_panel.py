"""Train a head: what teaches, what learns, by which loss; then what was made."""

import re
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.app.frame.training_panel import training_panel
from explorer.app.tune.made_panel import made_panel
from explorer.app.tune.own_file import own_file
from explorer.app.tune.view import ADDRESS, Context
from explorer.features.tune.contract import HEADS, LOSSES
from explorer.features.tune.lesson import OFFERS, Kind
from explorer.features.tune.service import OWN, tuned_here
from explorer.features.tune.sources.registry import FILE, kind_of, sources_of
from explorer.features.tune.split import HOLDS
from explorer.heads.head import Head

ABOUT = (
    "A small network learns on top of the model, from what you say is alike: seconds to minutes. The model itself "
    "stays as it is, and the result is one more model of this collection, for every page."
)
PRECOMPUTED = (
    "These vectors came with the data, so there is no model that could make vectors of new items or of words, and "
    "nothing to tune. Choose another model on the left, or prepare one on the home page; searching, comparing and "
    "labelling work with these vectors as they are."
)
AUTO, OWN_FILE = "as fits", "file"


def train_panel(context: Context) -> None:
    """The panel."""
    st.markdown(ABOUT)
    if context.encoder.startswith(OWN):
        st.info(PRECOMPUTED, icon=":material/info:")
        return
    file = own_file(context)
    sources = ({OWN_FILE: f"File: {file.path.name}"} if file else {}) | sources_of(context.opened, context.encoder)
    if not sources:
        st.info(
            "Nothing here says what is alike yet: no column with shared values, no tags, captions or judgments. Label "
            "items on the page Label, tag some on Explore, or ask people on Annotate; or bring a file of pairs or "
            "triples above.",
            icon=":material/info:",
        )
        return
    view = context.view
    source = view.source if view.source in sources else next(iter(sources))
    kind = file.kind if file and source == OWN_FILE else kind_of(source)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _choose("source", "What teaches", sources, source, 260)
        _choose("loss", "Loss", _losses(kind), view.loss if view.loss in _losses(kind) else "", 220)
        if kind == "groups":
            _choose("hold", "Measured on", {"": AUTO, **HOLDS}, view.hold if view.hold in HOLDS else "", 260)
    _choose_head(view.head)
    if view.loss in LOSSES:
        st.caption(plain(f"{LOSSES[view.loss].label}: {LOSSES[view.loss].formula}. {LOSSES[view.loss].source}."))
    made = tuned_here(context.opened)
    name = _start(context, file.source if file and source == OWN_FILE else source, kind, made)
    training_panel(context.opened.workspace, name, "held-out score")
    made_panel(context, made)


def _losses(kind: Kind) -> dict[str, str]:
    able = {name: loss.label for name, loss in LOSSES.items() if loss.needs[0] in OFFERS[kind]}
    return {"": AUTO, **able}


def _choose(field: str, label: str, names: Mapping[str, str], now: str, width: int) -> None:
    key = f"tune.{field}"
    st.session_state[key] = now
    st.selectbox(
        label,
        list(names),
        key=key,
        width=width,
        format_func=lambda name: names[name],  # a selectbox shows its text as it is
        on_change=lambda: ADDRESS.change(**{field: st.session_state[key]}),
    )


def _choose_head(now: str) -> None:
    st.session_state["tune.head"] = now
    st.segmented_control(
        "What learns",
        list(HEADS),
        key="tune.head",
        format_func=lambda name: plain(HEADS[name].label),
        required=True,
        on_change=lambda: ADDRESS.change(head=st.session_state["tune.head"]),
    )


def _start(context: Context, source: str, kind: Kind, made: Mapping[str, Head]) -> str:
    """The name of what is trained next or now, and the button that starts it."""
    opened, view = context.opened, context.view
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of the result", _name(context, source), key=f"tune.name.{source}", width=320)
        if work_button(
            "Train",
            key="tune.start",
            type="primary",
            icon=":material/model_training:",
            disabled=running(opened.workspace) or not name.strip(),
            help="It runs beside the page and can be cancelled; starting it again goes on from where it was.",
        ):
            args = ["tune", "head", str(opened.path), "--model", context.encoder, "--from", source, "--name", name]
            args += ["--head", view.head]
            args += ["--loss", view.loss] if view.loss in _losses(kind) and view.loss else []
            args += ["--hold", view.hold] if view.hold in HOLDS and kind == "groups" else []
            args += ["--again"] if name in made else []
            start_job(opened.path, args, f"Tune {context.encoder}: {name}")
    if name in made:
        st.caption(f"tuned:{plain(name)} was made here already; training makes it anew.")
    return name


def _name(context: Context, source: str) -> str:
    what = source.partition(":")[2] or source
    what = Path(what).stem if source.startswith(FILE) else what
    short = re.sub(r"[^A-Za-z0-9]+", "-", f"{context.opened.name} {what}").strip("-")
    return (short if short[:1].isalpha() else f"by-{short}")[:60]
