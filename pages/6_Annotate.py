"""Annotate: collect people's judgments of similarity."""

import streamlit as st

from explorer.app.annotate.bring import show_import
from explorer.app.annotate.draft import OPEN
from explorer.app.annotate.make import make
from explorer.app.annotate.overview import show_campaigns
from explorer.app.frame.foreign import plain
from explorer.app.frame.page import run_page
from explorer.base.permission import may
from explorer.features.judgments.service import all_campaigns
from explorer.workspace.opened import Opened


def body(opened: Opened) -> None:
    """The page."""
    st.write(
        "**Ask people what is similar.** A campaign asks one kind of question about some of the items; "
        "share its link, and compare the answers with the models on the page Agreement."
    )
    found = all_campaigns(opened)
    if said := st.session_state.pop("campaign_said", ""):
        st.success(plain(said))
    if may("run campaigns"):
        form = st.expander("New campaign", icon=":material/add:", expanded=not found, key=OPEN, on_change="rerun")
        if form.open:
            with form:
                make(opened)
        with st.expander("Import answers from elsewhere", icon=":material/upload:"):
            show_import(opened)
    show_campaigns(opened, found)


run_page("Annotate", body)
