"""One picture, as large as the window allows."""

from functools import cache
from typing import Any
from urllib.parse import quote

import streamlit as st

from explorer.drawing.scripts import read
from explorer.workspace.opened import Opened


@cache
def _component() -> Any:
    css, script = read("gallery/picture.css"), read("gallery/picture.js")
    return st.components.v2.component("explorer_picture", css=css, js=script)


def image_url(opened: Opened, row: int) -> str:
    """Address of an item's picture in full size."""
    return f"/image/{quote(opened.name)}/{row}?v={quote(opened.key)}"


def large_picture(url: str, alt: str, key: str, *, following: str = "", rest: int = 112) -> None:
    """Draw the picture at `url`. following: a likely next one. rest: pixels of the height for other things."""
    _component()(data={"url": url, "alt": alt, "next": following, "rest": rest}, key=key)
