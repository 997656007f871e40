"""Models that learn from people: start one, watch it, and see how it does on other people and new items."""

import re

import streamlit as st

from explorer.app.agreement.groups_panel import groups_panel
from explorer.app.agreement.learned import learned_panel
from explorer.app.agreement.places_panel import places_panel
from explorer.app.agreement.reward_panel import reward_panel
from explorer.app.agreement.view import Context
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.app.frame.training_panel import training_panel
from explorer.features.judgments.learning.from_answers import HEAD_LOSSES
from explorer.features.judgments.learning.methods import HEADS
from explorer.features.judgments.learning.service import models_to_learn_on


def learn_panel(context: Context) -> None:
    """The controls, the results so far, and the other ways to learn."""
    st.write(
        "A small change of a model's vectors is learned from the answers, so that it finds alike what people find "
        "alike, also for items that nobody was asked about. The result is a model like any other: choose it in the "
        "sidebar on every page."
    )
    name = _start(context)
    training_panel(context.opened.workspace, name, "share of held-out answers")
    learned_panel(context)
    st.divider()
    places_panel(context)
    st.divider()
    groups_panel(context)
    st.divider()
    reward_panel(context)


def _start(context: Context) -> str:
    """Draw the controls; the name of the fit to watch."""
    specs = models_to_learn_on(context.opened, tuned=False)
    if not specs:
        st.info("Only models that can look at new items can learn. Prepare one on the home page.")
        return "people"
    asking, workspace = context.asking, context.opened.workspace
    default = re.sub(r"[^\w .()-]+", " ", f"people {context.view.campaign or asking.campaign}").strip()[:60]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spec = st.selectbox("Start from", specs, key="agreement.learn.model", width=260)
        name = st.text_input("Name of the result", default, key="agreement.learn.name", width=260, max_chars=60)
        kind = st.selectbox("Change", list(HEADS), format_func=_label, key="agreement.learn.kind", width=250)
        losses, words = list(HEAD_LOSSES), HEAD_LOSSES.__getitem__
        loss = st.selectbox("Loss", losses, format_func=words, key="agreement.learn.loss", width=220)
        if work_button(
            "Learn", type="primary", icon=":material/school:", key="agreement.learn", disabled=running(workspace)
        ):
            args = ["judgments", "tune", str(workspace.path), asking.campaign, "--model", spec, "--name", name]
            args += ["--head", kind, "--loss", loss, "--least", f"{asking.least:g}"]
            start_job(workspace.path, args, f"Learn {name} from people")
    st.caption(
        "Before it learns, a fifth of the items and half of the people are set aside; the scores below are on their "
        "answers only. It stops when questions about yet other items no longer get better."
    )
    return name or "people"


def _label(name: str) -> str:
    return HEADS[name].label
