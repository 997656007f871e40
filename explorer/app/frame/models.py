"""Models on a page: load in the background, say so, go on by itself."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.encoders.pool import POOL


def model_ready(spec: str, key: str) -> bool:
    """True when a model can read texts and pictures now; else shows that it loads, or why it could not be loaded."""
    state = POOL.state(spec)
    if state == "loading":
        wait_for_model(spec)
    elif state == "failed":
        st.error(f"The model {plain(spec)} could not be loaded. {plain(POOL.problem(spec))}", icon=":material/error:")
        st.button("Try again", key=f"{key}.retry.{spec}", on_click=POOL.forget, args=(spec,))
    return state == "ready"


@st.fragment(run_every=0.5)
def wait_for_model(spec: str) -> None:
    """Show that a model loads, and run the page again once it is there."""
    if POOL.state(spec) != "loading":
        st.rerun()
    st.status(f"Loading the model {plain(spec)} … the page goes on by itself.", state="running")
