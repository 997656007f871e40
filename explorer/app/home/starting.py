"""Starting work that makes a new workspace, and going to another one."""

import streamlit as st

from explorer.app.home.view import ADDRESS
from explorer.base.settings import home
from explorer.workspace.jobs import start


def bring_in(args: list[str], title: str, makes: str) -> None:
    """Start `explorer <args>`, which makes the workspace `makes`, and go to its progress."""
    home().mkdir(parents=True, exist_ok=True)
    ADDRESS.change(job=start(home(), args, title, makes=makes).id)
    st.rerun()


def open_button(label: str, icon: str, key: str, **address: str) -> None:
    """A button that leads to another address of the home page.

    A link to the page that one is on would show it, but leave the old address in the browser.
    """
    if st.button(label, icon=icon, key=key, type="tertiary"):
        st.query_params.from_dict(address)
        st.rerun()
