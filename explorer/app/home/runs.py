"""What was run on a workspace, with its settings, folded away."""

import pandas as pd
import streamlit as st

from explorer.app.frame.table_file import table_button
from explorer.workspace.folder import Workspace
from explorer.workspace.runs import runs_of, settings_words

HELP = "One line for every import, embedding, index and map that was made, also of those that were replaced since."


def show_runs(workspace: Workspace) -> None:
    """A table of the runs, the newest first; nothing where none was kept."""
    found = runs_of(workspace.path)
    if not found:
        return
    with st.expander(f"What was run, with all settings ({len(found):,})"):
        rows = [(run.begun, run.what, settings_words(run), run.seconds, run.result, run.version) for run in found]
        table = pd.DataFrame(rows, columns=["begun", "what", "settings", "seconds", "result", "version"])
        st.dataframe(table, hide_index=True)
        st.caption(HELP)
        table_button(table, "runs", "home.runs")
