"""Questions to begin with, on the home page of the demo: each leads to a page with the answer already there."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import work_button
from explorer.app.tour.start import start_button
from explorer.encoders.pool import POOL
from explorer.library.demo_more import is_filling, missing, start_more
from explorer.library.demo_questions import EXAMPLES, Example, is_ready
from explorer.workspace.demo import is_scenes_demo
from explorer.workspace.folder import Workspace

ROW, MODEL, TOUR = 3, "pocket", "demo"
LOOK_EVERY = 3.0  # seconds
WHAT = (
    "Similarity Explorer shows what a model finds alike in your images and texts, and in which respect. "
    "Begin with one of these questions:"
)


def examples(workspace: Workspace) -> None:
    """What the app is, in a sentence, and the questions; nothing where the workspace is not the demo of scenes."""
    if not is_scenes_demo(workspace):
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(WHAT, width="content")
        start_button(TOUR, "Home", "examples.tour", "Show me around: a tour of twelve stops")
    waits = is_filling(workspace) and bool(missing(workspace))
    st.fragment(_grid, run_every=LOOK_EVERY if waits else None)(str(workspace.path), waits)


def _grid(folder: str, waits: bool) -> None:
    workspace = Workspace.open(folder)
    filling = is_filling(workspace)
    if waits and not filling:
        st.rerun()
    ready = [is_ready(workspace, one) for one in EXAMPLES]
    with st.container(key="questions", gap="small"):
        for start in range(0, len(EXAMPLES), ROW):
            places = st.columns(ROW, gap="small")
            for place, one, there in zip(places, EXAMPLES[start:], ready[start:], strict=False):
                with place.container(border=True, height="stretch", gap=None):
                    _card(workspace, one, there, filling)
    if ready[0]:
        POOL.state(MODEL)  # begins to load the model, so that the answers do not wait for it
    if not all(ready) and not filling:
        _make(workspace)


def _card(workspace: Workspace, one: Example, there: bool, filling: bool) -> None:
    if there:
        query = {"ws": workspace.path.name, "model": MODEL, **one.parameters}
        st.page_link(one.page, label=f"**{plain(one.question)}**", icon=one.icon, query_params=query)
    else:
        st.markdown(f"{one.icon} {plain(one.question)}")
        st.caption("The answer is being made." if filling else "The answer is not there yet.")


def _make(workspace: Workspace) -> None:
    if work_button("Make the missing answers", key="examples.make", icon=":material/play_arrow:"):
        start_more(workspace)
        st.rerun()
