"""On the home page of photos: the step up from pocket, with its size, to be tried on the user's own data first."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running
from explorer.app.home.trial import compare_button
from explorer.app.home.view import ADDRESS
from explorer.base.permission import may
from explorer.encoders.hub import is_here
from explorer.encoders.recommended import Recommended
from explorer.encoders.speed import rate_of
from explorer.library.trying.offer import step_up
from explorer.library.trying.service import load_trial
from explorer.workspace.job_words import duration
from explorer.workspace.opened import Opened
from explorer.workspace.preferred import refuse_offers


def offer_step_up(opened: Opened) -> None:
    """The offer, or a link to what the comparison found; nothing where there is nothing to offer."""
    if not may("run work") or running(opened.workspace):
        return
    model = step_up(opened)
    if model is None:
        return
    tried = load_trial(opened.workspace, "pocket", model.spec)
    with st.container(border=True, key="step_up"):
        left, right = st.columns([5, 2], vertical_alignment="center")
        if tried:
            left.markdown(f"**{plain(model.title)} was tried on your photos.** {plain(tried)}")
        else:
            left.markdown(f"**These look like photos. {plain(model.title)} knows far more things than pocket.**")
            left.caption(plain(_costs(opened, model)))
        with right.container(horizontal=True, horizontal_alignment="right"):
            if tried:
                if st.button("See what changes", type="primary", key="step_up.see", icon=":material/difference:"):
                    ADDRESS.change(tab="models", trial=model.name)
                    st.rerun()
            else:
                compare_button(opened, model, "Try it on a sample", "step_up.try", primary=True)
            if st.button("Not now", type="tertiary", key="step_up.no", help="It stays in the list under “Models”."):
                refuse_offers(opened.workspace)
                st.rerun()


def _costs(opened: Opened, model: Recommended) -> str:
    """What it takes, and what happens."""
    size = "It is on this computer already." if is_here(model) else f"{model.megabytes:,} MB to download, once."
    rate = rate_of(model)
    items = len(opened.dataset)
    time = f" All {items:,} then take about {duration(rate.seconds(items))}, at {rate}." if rate else ""
    return (
        f"{size} Before anything is replaced you see what changes, on 400 of your own.{time} Licence: {model.licence}."
    )
