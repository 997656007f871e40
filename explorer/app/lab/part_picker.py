"""A picture with a grid of patches, on which a part is marked."""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from explorer.app.frame.gallery import thumb_url
from explorer.drawing.scripts import read
from explorer.workspace.opened import Opened

Box = tuple[int, int, int, int]


@cache
def _component() -> Any:
    return st.components.v2.component("explorer_part", css=read("gallery/part.css"), js=read("gallery/part.js"))


def part_picker(opened: Opened, row: int, grid: int, box: Box, key: str, on_box: Callable[[Box], None]) -> None:
    """Draw an item's picture; `on_box` is called with what was marked before the next run.

    box: top, left, bottom, right in patches, the last two not included.
    """
    data = {
        "url": thumb_url(opened, 512).replace("{row}", str(row)),
        "alt": str(opened.dataset.ids[row]),
        "grid": grid,
        "box": list(box),
    }
    _component()(data=data, key=key, on_event_change=lambda: _deliver(key, on_box))


def _deliver(key: str, on_box: Callable[[Box], None]) -> None:
    event = getattr(st.session_state[key], "event", None)
    if event:
        top, left, bottom, right = (int(one) for one in event["box"])
        on_box((top, left, bottom, right))
