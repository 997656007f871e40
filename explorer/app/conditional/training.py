"""Training a head for the condition from the page: a job with its live curve."""

import streamlit as st

from explorer.app.conditional.answers import Key
from explorer.app.conditional.controls import usable_columns
from explorer.app.conditional.state import Page
from explorer.app.frame.jobs import running
from explorer.app.frame.training_panel import training_panel
from explorer.base.errors import ExplorerError
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.service import heads_for
from explorer.workspace.jobs import start

NEEDS = {
    "combiner": "It learns from your captions (or columns) how words change a picture; that takes a few minutes.",
    "aspect": "It learns from the column which items are the same in this respect; that takes a few minutes.",
}


def head_panel(page: Page, side: str, condition: Condition, key: Key) -> None:
    """What a method that learns needs here: the button that trains it, and the curve while it does."""
    kinds = [need for need in METHODS[key.method].needs if need in NEEDS]
    if not kinds or heads_for(kinds[0], page.encoder, condition):
        return
    kind = kinds[0]
    if kind == "aspect" and condition.kind != "column":
        return
    st.caption(NEEDS[kind])
    st.button(
        "Train it",
        key=f"conditional.{side}.train",
        icon=":material/model_training:",
        disabled=running(page.workspace),
        on_click=_start,
        args=(page, kind, condition),
    )
    training_panel(page.workspace, head_name(page, kind, condition), "R@1 on held-out questions")


def head_name(page: Page, kind: str, condition: Condition) -> str:
    """The name that a head trained from this page gets."""
    from explorer.workspace.folder import slug

    parts = [kind, page.workspace.path.name, *([condition.name] if kind == "aspect" else [])]
    return slug("-".join(parts).replace(" ", "_"))


def _start(page: Page, kind: str, condition: Condition) -> None:
    command = ["train", {"combiner": "combiner", "aspect": "aspects"}[kind], str(page.workspace.path)]
    command += ["--model", page.encoder, "--name", head_name(page, kind, condition)]
    columns = [condition.name] if kind == "aspect" else []
    if kind == "combiner" and not page.dataset.has_texts:
        columns = list(usable_columns(page.path, page.key)[:6])
    for column in columns:
        command += ["--column", column]
    try:
        start(page.workspace.path, command, f"Train {kind} for {page.workspace.name}")
    except ExplorerError as error:
        st.session_state["conditional.note"] = str(error)
