"""Training a head for the condition from the page: a job with its live curve."""

import streamlit as st

from explorer.app.conditional.controls import NOTE
from explorer.app.conditional.view import Context
from explorer.app.frame.jobs import running
from explorer.app.frame.training_panel import training_panel
from explorer.base.errors import ExplorerError
from explorer.features.conditional.asking import Question
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.service import usable_columns
from explorer.features.conditional.usable import head_kind, heads_for
from explorer.workspace.jobs import start
from explorer.workspace.layout import slug

NEEDS = {
    "combiner": "It learns from your captions (or columns) how words change a picture; that takes a few minutes.",
    "aspect": "It learns from the column which items are the same in this respect; that takes a few minutes.",
}
COMMANDS = {"combiner": "combiner", "aspect": "aspects"}
MOST_COLUMNS = 6


def head_panel(context: Context, side: str, question: Question) -> None:
    """What a method that learns needs here: the button that trains it, and the curve while it does."""
    kind, condition = head_kind(METHODS[question.method].needs), question.condition
    if not kind or heads_for(kind, context.encoder, condition):
        return
    if kind == "aspect" and condition.kind != "column":
        return
    st.caption(NEEDS[kind])
    st.button(
        "Train it",
        key=f"conditional.{side}.train",
        icon=":material/model_training:",
        disabled=running(context.opened.workspace),
        on_click=_start,
        args=(context, kind, condition),
    )
    training_panel(context.opened.workspace, head_name(context, kind, condition), "R@1 on held-out questions")


def head_name(context: Context, kind: str, condition: Condition) -> str:
    """The name that a head trained from this page gets."""
    parts = [kind, context.opened.name, *([condition.name] if kind == "aspect" else [])]
    return slug("-".join(parts).replace(" ", "_"))


def _start(context: Context, kind: str, condition: Condition) -> None:
    opened = context.opened
    command = ["train", COMMANDS[kind], str(opened.path)]
    command += ["--model", context.encoder, "--name", head_name(context, kind, condition)]
    columns = [condition.name] if kind == "aspect" else []
    if kind == "combiner" and not opened.dataset.has_texts:
        columns = list(usable_columns(opened)[:MOST_COLUMNS])
    command += [word for column in columns for word in ("--column", column)]
    try:
        start(opened.path, command, f"Train {kind} for {opened.workspace.name}")
    except ExplorerError as error:
        st.session_state[NOTE] = str(error)
