"""Annotate: collect people's judgments of similarity."""

import streamlit as st

from explorer.app.annotate.entrance import annotate
from explorer.app.annotate.make import make
from explorer.app.annotate.overview import show_campaigns, show_import
from explorer.app.frame import theme
from explorer.app.frame.page import keep_in_url, run_page
from explorer.features.judgments.campaigns import campaign, campaigns
from explorer.features.judgments.service import judgment_store
from explorer.workspace.folder import Workspace


def body(workspace: Workspace) -> None:
    store = judgment_store(workspace)
    name = st.query_params.get("campaign", "")
    if name:
        try:
            annotate(workspace, store, campaign(store, name))
        finally:
            st.button("All campaigns", key="back", icon=":material/arrow_back:", type="tertiary", on_click=leave)
        return
    st.title("Annotate")
    st.write(
        "Ask people what is similar. A campaign asks one kind of question about some of the items; "
        "share its link, and compare the answers with the models on the page Agreement."
    )
    found = campaigns(store)
    if made := st.session_state.pop("campaign_made", ""):
        st.success(f"The campaign {theme.plain(made)} is open. Press Annotate, or share its link (under More).")
    with st.expander("New campaign", icon=":material/add:", expanded=not found):
        make(workspace)
    with st.expander("Import answers from elsewhere", icon=":material/upload:"):
        show_import(workspace)
    show_campaigns(workspace, store, found)


def leave() -> None:
    keep_in_url("campaign", "")


run_page("Annotate", body)
