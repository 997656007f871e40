"""Annotate: collect people's judgments of similarity."""

import streamlit as st

from explorer.app.annotate.bring import show_import
from explorer.app.annotate.entrance import annotate
from explorer.app.annotate.make import make
from explorer.app.annotate.overview import show_campaigns
from explorer.app.annotate.view import ADDRESS
from explorer.app.frame.foreign import plain
from explorer.app.frame.page import run_page
from explorer.base.permission import may
from explorer.features.judgments.service import all_campaigns, find_campaign
from explorer.workspace.opened import Opened


def body(opened: Opened) -> None:
    """The page."""
    view, problems = ADDRESS.current()
    for problem in problems:
        st.warning(plain(problem))
    if view.campaign:
        try:
            annotate(opened, find_campaign(opened, view.campaign), view)
        finally:
            if may("look"):
                st.button("All campaigns", key="back", icon=":material/arrow_back:", type="tertiary", on_click=leave)
        return
    st.write(
        "**Ask people what is similar.** A campaign asks one kind of question about some of the items; "
        "share its link, and compare the answers with the models on the page Agreement."
    )
    found = all_campaigns(opened)
    if made := st.session_state.pop("campaign_made", ""):
        st.success(f"The campaign {plain(made)} is open. Press Annotate, or share its link (under More).")
    if may("run campaigns"):
        with st.expander("New campaign", icon=":material/add:", expanded=not found):
            make(opened)
        with st.expander("Import answers from elsewhere", icon=":material/upload:"):
            show_import(opened)
    show_campaigns(opened, found)


def leave() -> None:
    """Go back to the list; a name that was given stays."""
    ADDRESS.change(campaign="")


run_page("Annotate", body)
