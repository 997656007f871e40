"""New data that is on its way while another workspace is shown."""

from pathlib import Path

import streamlit as st

from explorer.app.frame.theme import plain
from explorer.base.settings import home
from explorer.workspace.jobs import list_jobs


def others_at_work(shown: Path) -> None:
    """A line for each new workspace that is being made, which leads to its progress."""
    for job in list_jobs(home()):
        if job.state == "running" and job.makes not in ("", shown.name):
            st.page_link(
                "app.py",
                label=f"{plain(job.title)} is running",
                icon=":material/hourglass_top:",
                query_params={"ws": shown.name, "job": job.id},
            )
