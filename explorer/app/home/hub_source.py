"""A data set of the Hugging Face hub by name: what it takes is said before anything is downloaded."""

from pathlib import Path

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.home.quota import check_room
from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.workspace.hub_sets import FOLDERS, START, hub_set, look, size_words

ASKED_FOR_S = 300.0


def hub_source() -> Path | None:
    """Ask for a name; the source `hf:user/name` once the hub knows it and there is room for it."""
    text = st.text_input(
        "Name of a data set on the Hugging Face hub",
        key="bring_hub",
        placeholder="user/name",
        help="user/name/folder for a part of it, user/name@revision for an earlier state. The page’s address will do.",
    ).strip()
    if not text:
        return None
    require("upload")
    name = START + text.removeprefix(START).rpartition("/datasets/")[2]
    try:
        words, size = _asked(name)
    except InputError as error:
        st.warning(plain(error))
        return None
    check_room(FOLDERS, size)
    st.caption(plain(f"{words} to download."))
    return Path(name)


@st.cache_data(ttl=ASKED_FOR_S, max_entries=20, show_spinner="Asking the hub …")
def _asked(name: str) -> tuple[str, int]:
    found = look(hub_set(name))
    return size_words(found), found.size
