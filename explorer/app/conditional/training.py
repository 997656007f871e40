"""Training a head for the condition: an aspect by itself in the background, or on a button with its live curve."""

import streamlit as st

from explorer.app.conditional.controls import NOTE
from explorer.app.conditional.view import Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, work_button
from explorer.app.frame.training_panel import training_panel
from explorer.base.errors import ExplorerError
from explorer.features.conditional.asking import Question
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.learning import head_name, learn_command, to_be_learned
from explorer.features.conditional.usable import head_kind, heads_for
from explorer.features.conditional.wish import usable_columns
from explorer.workspace.jobs import Job, list_jobs, start

NEEDS = {
    "combiner": "It learns from your captions (or columns) how words change an item; that takes some minutes.",
    "aspect": "It learns from the column which items are the same in this respect; that takes about a minute.",
}
COMMANDS = {"combiner": "combiner", "aspect": "aspects"}
MOST_COLUMNS, EVERY = 6, 2.0


def learn_in_background(context: Context, condition: Condition) -> None:
    """Learn the aspect of a column that has enough items, unless that was tried before; one line while it runs."""
    if not to_be_learned(context.opened, context.encoder, condition):
        return
    command = learn_command(context.opened, context.encoder, condition.name)
    jobs = list_jobs(context.opened.path)
    mine = next((job for job in jobs if list(job.args) == command), None)
    if mine is not None and mine.state in ("failed", "cancelled"):
        return
    if not any(job.state == "running" for job in jobs) and (mine is None or mine.started < _last_change(context)):
        mine = start(context.opened.path, command, f"Learn the aspect {condition.name} of {context.opened.name}")
    if mine is not None and mine.state == "running":
        st.fragment(_waiting, run_every=EVERY)(context, condition, mine)


def _last_change(context: Context) -> float:
    """When data set or vectors last changed: what was learned before is out of date."""
    paths = (context.opened.path / "manifest.json", context.opened.workspace.folder("embeddings", context.encoder))
    return max(path.stat().st_mtime for path in paths)


def _waiting(context: Context, condition: Condition, job: Job) -> None:
    now = next((one for one in list_jobs(context.opened.path) if one.id == job.id), job)
    if now.state != "running":
        st.rerun()
    st.caption(
        f":material/model_training: Learning {plain(condition.name)} …",
        help="The column is learned in the background. If that is measured better, it is used, and a line says so.",
    )


def head_panel(context: Context, side: str, question: Question) -> None:
    """What a method that learns needs here: the button that trains it, and the curve while it does."""
    kind, condition = head_kind(METHODS[question.method].needs), question.condition
    if not kind or heads_for(kind, context.encoder, condition):
        return
    if kind == "aspect" and condition.kind != "column":
        return
    st.caption(NEEDS[kind])
    work_button(
        "Train it",
        key=f"conditional.{side}.train",
        icon=":material/model_training:",
        disabled=running(context.opened.workspace),
        on_click=_start,
        args=(context, kind, condition),
    )
    name = head_name(context.opened, context.encoder, kind, condition.name)
    training_panel(context.opened.workspace, name, "R@1 on held-out questions")


def _start(context: Context, kind: str, condition: Condition) -> None:
    opened = context.opened
    command = ["train", COMMANDS[kind], str(opened.path)]
    command += ["--model", context.encoder, "--name", head_name(opened, context.encoder, kind, condition.name)]
    columns = [condition.name] if kind == "aspect" else []
    if kind == "combiner" and not opened.dataset.has_texts:
        columns = list(usable_columns(opened)[:MOST_COLUMNS])
    command += [word for column in columns for word in ("--column", column)]
    try:
        start(opened.path, command, f"Train {kind} for {opened.workspace.name}")
    except ExplorerError as error:
        st.session_state[NOTE] = str(error)
