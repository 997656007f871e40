"""The files that answers of a campaign were imported from, each of which can be taken back whole."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.features.judgments.service import Import, describe_import, imports_of, take_back_import
from explorer.io.text import counted
from explorer.workspace.opened import Opened


def imports_list(opened: Opened, campaign: str) -> None:
    """Draw a line a file; organisers may take back what it brought, after a second click."""
    said = st.session_state.pop(f"taken_back_{campaign}", "")
    if said:
        st.success(plain(said))
    for place, one in enumerate(imports_of(opened, campaign)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(describe_import(one)), width="stretch")
            if not one.taken_back and may("run campaigns"):
                with st.popover("Take back", key=f"take_back_{campaign}_{place}"):
                    _confirm(opened, campaign, one, place)


def _confirm(opened: Opened, campaign: str, one: Import, place: int) -> None:
    st.write("All that this file brought is deleted for good. It can be imported again.")
    if st.button("Delete what it brought", key=f"take_back_sure_{campaign}_{place}", icon=":material/delete:"):
        try:
            gone = take_back_import(opened, campaign, one.number, one.file)
        except ExplorerError as error:
            st.error(plain(error))
            return
        st.session_state[f"taken_back_{campaign}"] = f"{one.file} was taken back: {counted(gone, 'event')} deleted."
        st.rerun()
