"""A file that comes through the browser, kept in the home until it was taken in."""

from pathlib import Path

import streamlit as st

from explorer.app.home.quota import check_room
from explorer.base.settings import home
from explorer.io.atomic import atomic_write

UPLOADS = "uploads"


def kept_upload(label: str, kinds: list[str], key: str) -> Path | None:
    """Draw the field of an upload; where its file lies, None while there is none. kinds: endings that it takes."""
    file = st.file_uploader(label, type=kinds, key=key)
    if file is None:
        return None
    path = home() / UPLOADS / file.file_id / Path(file.name).name
    if not path.exists():
        check_room(UPLOADS, file.size)
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temporary:
            temporary.write_bytes(file.getbuffer())
    return path
