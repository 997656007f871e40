"""A button that starts a part of `explorer diagnose` as a job."""

from collections.abc import Sequence

import streamlit as st

from explorer.app.diagnose.view import Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button


def start_button(context: Context, label: str, title: str, args: Sequence[str], *, key: str, takes: str) -> None:
    """The button, and how long the work takes. args: of the command, after collection and model. title: of the job."""
    opened = context.opened
    with st.container(horizontal=True, vertical_alignment="center"):
        if work_button(
            label,
            key=f"diagnose.start.{key}",
            type="primary",
            icon=":material/play_arrow:",
            disabled=running(opened.workspace),
            help="It runs beside the page, can be cancelled, and what it finds is kept.",
        ):
            command = ["diagnose", str(opened.path), "--model", context.encoder, *args]
            start_job(opened.path, command, title)
        st.caption(plain(takes), width="content")
