"""Starting work that makes a new workspace."""

import streamlit as st

from explorer.app.home.view import ADDRESS
from explorer.base.settings import home
from explorer.workspace.jobs import start


def bring_in(args: list[str], title: str, makes: str) -> None:
    """Start `explorer <args>`, which makes the workspace `makes`, and go to its progress."""
    home().mkdir(parents=True, exist_ok=True)
    ADDRESS.change(job=start(home(), args, title, makes=makes).id)
    st.rerun()
