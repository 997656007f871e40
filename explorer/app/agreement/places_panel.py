"""Places from answers alone: fit them as a job, and see what they foresee of answers that were held out."""

import pandas as pd
import streamlit as st

from explorer.app.agreement.view import Context
from explorer.app.agreement.words import interval
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.features.judgments.learning.held_out import TESTS, HeldOut
from explorer.features.judgments.learning.methods import LEARNERS
from explorer.features.judgments.learning.placing import Placed, placed_here

FITS = {"logistic": "logistic", "crowd_kernel": "crowd kernel", "soft_ordinal": "soft ordinal"}


def places_panel(context: Context) -> None:
    """The controls, and one table for each campaign that places were fitted to."""
    st.markdown(f"**{LEARNERS['places'].label}**")
    st.write("Every item that people were asked about gets a place such that their answers agree with the distances.")
    workspace, campaign = context.opened.workspace, context.asking.campaign
    with st.container(horizontal=True, vertical_alignment="bottom"):
        dim = st.number_input("Dimensions", 1, 32, 4, key="agreement.places.dim", width=140)
        loss = st.selectbox(
            "Loss",
            list(FITS),
            key="agreement.places.loss",
            width=220,
            format_func=FITS.__getitem__,
            help="logistic: P(nearer) = sigmoid of the difference of squared distances. Crowd kernel: P = (µ + far²) / "
            "(2µ + near² + far²). Soft ordinal: a hinge on the distances that takes every answer for certain.",
        )
        busy = running(workspace)
        if work_button("Place the items", key="agreement.places", icon=":material/scatter_plot:", disabled=busy):
            args = ["judgments", "fit", str(workspace.path), campaign, "--dim", str(int(dim)), "--loss", str(loss)]
            start_job(workspace.path, args, f"Place the items by {campaign}")
    for placed in placed_here(context.opened).values():
        _placed(placed)


def _placed(placed: Placed) -> None:
    what = "Spearman's correlation" if placed.chance is None else "Share of single answers given"
    guessing = "" if placed.chance is None else f"; guessing gives {placed.chance:.0%}"
    st.caption(f"{plain(placed.spec)}: {placed.items:,} items in {placed.dim:,} dimensions.")
    if placed.held_out:
        rows = [_test(name, one, placed.chance is not None) for name, one in placed.held_out.items()]
        st.dataframe(pd.DataFrame(rows), hide_index=True, key=f"agreement.placed.{placed.spec}", width="stretch")
    st.caption(f"{what} on answers held out in turn, with 95 % intervals over items and people{guessing}.")
    for note in placed.notes:
        st.caption(plain(note))


def _test(name: str, one: HeldOut, percent: bool) -> dict[str, str]:
    return {
        "tested on": TESTS[name],
        "score": interval(one.score, percent),
        "answers": f"{one.answers:,}",
        "questions": f"{one.questions:,}",
        "people": f"{one.people:,}" if one.people else "–",
    }
