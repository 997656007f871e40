"""Annotate: collect people's judgments of similarity."""

import streamlit as st

from explorer.judgments.campaigns import campaign, campaigns
from explorer.pipeline.judging import judgment_store
from explorer.ui import theme
from explorer.ui.annotate.entrance import annotate
from explorer.ui.annotate.make import make
from explorer.ui.annotate.overview import show_campaigns, show_import
from explorer.ui.page import keep_in_url, run_page
from explorer.workspace import Workspace


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
