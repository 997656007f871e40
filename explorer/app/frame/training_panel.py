"""Training from a page: the running job with its live curve."""

import streamlit as st

from explorer.app.frame.jobs import running, show_jobs
from explorer.heads.curve import training_curve
from explorer.heads.fit import read_curve, training_folder
from explorer.workspace.folder import Workspace


def training_panel(workspace: Workspace, name: str, score: str) -> None:
    """Jobs of the workspace, and the curve of the fit `name` as far as it is; refreshed every second while it runs.

    score: what the held-out score is, such as "R@1 on held-out triplets".
    """
    show_jobs(workspace)
    st.fragment(_curve, run_every=1.0 if running(workspace) else None)(name, score)


def _curve(name: str, score: str) -> None:
    entries = read_curve(training_folder(name))
    if entries:
        st.plotly_chart(training_curve(entries, score), width="stretch", key=f"curve_{name}")
