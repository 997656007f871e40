"""Your own captions: make them anonymous, look at what is left over, train a head, make its vectors."""

import os

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.app.frame.training_panel import training_panel
from explorer.app.relational.picking import slots_as_code
from explorer.app.relational.view import Context
from explorer.features.relational.anonymise import anonymise, read_lexicon
from explorer.features.relational.caption_columns import ANONYMOUS, LEFTOVERS
from explorer.features.relational.chat_captions import MODEL, URL
from explorer.features.relational.service import PREFIX, Relations, head_facts, head_name
from explorer.workspace.folder import Workspace

SHOWN = 200


def own_panel(context: Context) -> None:
    """The three steps, with how far the work is."""
    ws, relations = context.workspace, context.relations
    busy = running(ws)
    name = head_name(ws)
    training_panel(ws, name, "own caption before nine others, share of held-out items (chance 0.1)")
    left, right = st.columns(2, gap="large")
    with left:
        _captions(ws, relations, busy)
        _try_it()
    with right:
        _training(ws, relations, name, busy)
    _leftovers(context)


def _captions(ws: Workspace, relations: Relations, busy: bool) -> None:
    st.markdown("**1. Anonymous captions**")
    if relations.anonymous:
        st.success(
            f"There are anonymous captions in the column “{plain(relations.anonymous[0])}”.", icon=":material/check:"
        )
    if not relations.captions:
        if not relations.anonymous:
            st.info(
                "These items have no captions. Add a column with one sentence an item that says what is to be seen, "
                "and import the table again; the items that have not changed are kept."
            )
        return
    st.caption(
        "Concrete things, names, colours, materials and numbers become typed slots; what is left says the relation."
    )
    column = st.selectbox("Column with captions", relations.captions, key="relational.column")
    chat = False
    if os.environ.get(URL):
        chat = st.toggle(
            f"Ask {plain(os.environ.get(MODEL) or 'the model')} at {plain(os.environ[URL])} instead of the rules",
            key="relational.chat",
        )
    if work_button("Make them anonymous", key="relational.anonymise", disabled=busy, icon=":material/visibility_off:"):
        args = ["anonymise", str(ws.path), "--column", str(column), *(["--chat"] if chat else [])]
        start_job(ws.path, args, "Make captions anonymous")


def _try_it() -> None:
    """One caption typed in, by the rules."""
    text = st.text_input(
        "Try the rules on a sentence",
        key="relational.try",
        max_chars=500,
        placeholder="Two red dogs chasing a cat on the beach",
    )
    if text.strip():
        found = anonymise(text, read_lexicon())
        st.markdown(slots_as_code(found.text))
        if found.leftovers:
            st.caption(f"May still name something: {plain(', '.join(found.leftovers))}")


def _training(ws: Workspace, relations: Relations, name: str, busy: bool) -> None:
    st.markdown("**2. Train a head**")
    st.caption(
        f"A small network on the frozen vectors of {plain(relations.base)} learns to place each image where a sentence "
        "model places its anonymous caption (about a minute a 10,000 items, reading them not counted)."
    )
    usable = bool(relations.anonymous)
    column = st.selectbox("Learn from the column", relations.anonymous, key="relational.learn") if usable else ""
    if work_button(
        "Train a head on them",
        key="relational.train",
        disabled=busy or not usable,
        icon=":material/model_training:",
        help="" if usable else "It needs anonymous captions first.",
    ):
        args = ["train", "relational", str(ws.path), "--model", relations.base, "--name", name]
        args += ["--captions", str(column), "--embed"]
        start_job(ws.path, args, f"Train the relational head {name}")
    for head in relations.heads:
        card = head_facts(head)["card"]
        with st.expander(f"{plain(head)}{' · ready to use here' if head in relations.ready else ''}"):
            st.text(f"Learned from {card.get('data', 'unknown')}.\n{card.get('limits', '')}")
            if head not in relations.ready:
                vectors_button(ws, head, busy, f"relational.embed.{head}")


def vectors_button(ws: Workspace, head: str, busy: bool, key: str) -> None:
    """The button that takes all images through a head."""
    if work_button("Work out the logic of all images", key=key, disabled=busy, type="primary", icon=":material/hub:"):
        start_job(ws.path, ["embed", str(ws.path), "--model", PREFIX + head], "Work out the logic of all images")


def _leftovers(context: Context) -> None:
    names = context.dataset.table.column_names
    if ANONYMOUS not in names or LEFTOVERS not in names:
        return
    table = context.dataset.table.select(["id", ANONYMOUS, LEFTOVERS]).to_pandas()
    left = table[table[LEFTOVERS].fillna("") != ""]
    with st.expander(
        f"Check for leftovers: {len(left):,} of {len(table):,} captions still have words that may name something"
    ):
        if len(left):
            st.dataframe(left.head(SHOWN), hide_index=True, width="stretch")
            st.caption(
                f"The first {min(SHOWN, len(left)):,}. Any word that is neither in a slot nor on the list of words "
                "that name nothing is shown here, so some are harmless."
            )
