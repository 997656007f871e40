"""What the tabs for texts share: columns to choose, a training to start, its curve."""

from collections.abc import Sequence

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.app.frame.training_panel import training_panel
from explorer.app.tune.view import ADDRESS, Context

NONE = "none"
NO_COLUMNS = (
    "Texts and columns that say what they mean are needed here, and {name} has {found}. Import a table with a text and "
    "further columns."
)


def choose(field: str, label: str, names: Sequence[str], now: str, *, help: str = "") -> None:  # noqa: A002
    """A choice of a column that goes to a field of the view."""
    key = f"tune.{field}"
    st.session_state[key] = now
    st.selectbox(
        plain(label),
        names,
        key=key,
        help=plain(help) if help else None,
        format_func=lambda name: name or NONE,
        on_change=lambda: ADDRESS.change(**{field: st.session_state[key]}),
    )


def guessed(wanted: str, names: Sequence[str], taken: Sequence[str], likely: Sequence[str] = ()) -> str:
    """The wanted column where it is there, else one that is called so, else the first that is not taken."""
    if wanted in names:
        return wanted
    free = [name for name in names if name not in taken] or list(names)
    return next((name for name in free if any(word in name.lower() for word in likely)), free[0])


def enough_columns(context: Context, names: Sequence[str], least: int) -> bool:
    """Whether there are so many columns; says what is missing otherwise."""
    if len(names) >= least:
        return True
    found = f"{len(names)} of the at least {least} columns" if names else "none"
    st.info(NO_COLUMNS.format(name=plain(context.opened.name), found=found), icon=":material/info:")
    return False


def training(context: Context, args: Sequence[str], *, name: str, title: str, score: str, again: bool) -> None:
    """A button that starts `explorer tune …` as a job, how far it is, and the curve of the fit `name`.

    score: what the held-out score is. again: there is a result already.
    """
    opened = context.opened
    if work_button(
        "Train again" if again else "Train and measure",
        key=f"tune.start.{args[0]}",
        type="secondary" if again else "primary",
        icon=":material/model_training:",
        disabled=running(opened.workspace),
        help="It runs beside the page and takes minutes; what it finds is kept until the items change.",
    ):
        start_job(opened.path, ["tune", args[0], str(opened.path), *args[1:]], title)
    if again and not running(opened.workspace):
        with st.expander("Curve of the last training"):
            training_panel(opened.workspace, name, score)
    else:
        training_panel(opened.workspace, name, score)
