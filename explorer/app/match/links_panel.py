"""Links: two lists, a matcher, and what it finds."""

import streamlit as st

from explorer.app.match.view import Context
from explorer.features.match.contract import METHODS


def links_panel(context: Context) -> None:
    """The tab."""
    if not METHODS:
        st.info("There is no matcher.")
