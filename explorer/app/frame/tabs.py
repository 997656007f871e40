"""The parts of a page, one open at a time, as the address has it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from explorer.app.frame.address import Address
from explorer.app.frame.foreign import plain


def choose_tab(address: Address[Any], page: str, names: Mapping[str, str], now: str) -> None:
    """Draw the choice of a part, `tab` in the address; names: of the parts for people, by name. now: the open one."""
    key = f"{page}.tab"
    st.session_state[key] = now
    st.segmented_control(
        "Part of the page",
        list(names),
        key=key,
        format_func=lambda name: plain(names[name]),
        label_visibility="collapsed",
        required=True,
        on_change=lambda: address.change(tab=st.session_state[key]),
    )
