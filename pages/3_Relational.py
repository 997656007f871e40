"""Relational: same logic, different look; analogies; heads from people's own captions."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs
from explorer.app.frame.page import current_encoder, run_page
from explorer.app.relational.analogy_panel import analogy_panel
from explorer.app.relational.own_panel import own_panel, vectors_button
from explorer.app.relational.space_panel import space_panel
from explorer.app.relational.view import ADDRESS, PARTS, Context
from explorer.features.relational.service import begin_to_load, outdated, relations_of
from explorer.workspace.opened import Opened

PURPOSE = {
    "space": "Relational similarity: which pictures are built like the picked one, whatever is in them?",
    "analogy": "Relational similarity: A is to B as C is to which picture?",
    "own": "Relational similarity: teach a model from captions of your own what it means to be built alike.",
}
HELP = (
    "A row of coins and a row of houses look different and are built in the same way: things in a row. Ordinary models "
    "compare what is in a picture. A relational head compares how it is arranged."
)
PANELS = {"space": space_panel, "analogy": analogy_panel}


def relational(opened: Opened) -> None:
    """The page."""
    view, problems = ADDRESS.current()
    for problem in problems:
        st.warning(plain(problem))
    relations = relations_of(opened, current_encoder())
    head = view.head if view.head in relations.ready else (relations.ready or ("",))[0]
    context = Context(opened, view, relations, head)
    _choose_part(context)
    st.caption(PURPOSE[view.part], help=HELP)
    if view.part == "own":
        own_panel(context)
    elif _ready(context):
        begin_to_load(context.head)  # so that the first search does not wait for it
        PANELS[view.part](context)


def _choose_part(context: Context) -> None:
    st.session_state["relational.part"] = context.view.part
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.segmented_control(
            "Part of the page",
            list(PARTS),
            key="relational.part",
            format_func=lambda one: PARTS[one],
            label_visibility="collapsed",
            required=True,
            on_change=lambda: ADDRESS.change(part=st.session_state["relational.part"] or "space"),
        )
        if len(context.relations.ready) > 1:
            st.session_state["relational.head"] = context.head
            st.selectbox(
                "Relational head",
                context.relations.ready,
                key="relational.head",
                width=260,
                label_visibility="collapsed",
                on_change=lambda: ADDRESS.change(head=st.session_state["relational.head"]),
            )


def _ready(context: Context) -> bool:
    """Whether relational vectors are there; otherwise shows what to do."""
    ws, relations = context.workspace, context.relations
    if context.head:
        problem = outdated(context.opened, context.base, context.head)
        if problem:
            st.warning(f"{plain(problem)} Work out the logic of all images again, or train a head for them.")
            show_jobs(ws)
            vectors_button(ws, context.head, running(ws), "relational.again")
        return not problem
    if not context.dataset.has_images:
        st.info(
            "These items are texts. Relational similarity is worked out from pictures; open a data set with images."
        )
    elif relations.heads:
        count = len(context.dataset)
        st.info(
            f"The relational head **{plain(relations.heads[0])}** can tell which pictures are built in the same way. "
            f"It has not looked at these {count:,} items yet: that takes about as long as preparing them for search "
            "did, and goes on when you leave the page."
        )
        vectors_button(ws, relations.heads[0], running(ws), "relational.embed")
        show_jobs(ws)
    else:
        st.info(
            f"There is no relational head for the model {plain(relations.base)} yet. Choose the model pocket in the "
            "sidebar, which comes with one, or open “Your own captions” to train one from captions."
        )
    return False


run_page("Relational", relational)
