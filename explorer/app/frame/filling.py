"""A keyed container that reaches to the end of the window, for elements of Streamlit that cannot by themselves."""

from functools import cache
from typing import Any

import streamlit as st

from explorer.drawing.scripts import FILL, read

SCRIPT = """
const fills = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  const box = document.querySelector(`.st-key-${data.key}`)
  fills.get(parentElement)?.()
  if (!box) return
  box.style.flex = "none"
  fills.set(parentElement, fillWindow(box, data.least, "height"))
}
"""


@cache
def _component() -> Any:
    return st.components.v2.component("explorer_filling", js=read(FILL) + SCRIPT)


def fill_window(key: str, least: int = 320) -> None:
    """Make the container of this key as tall as what is left of the window, and at least `least` pixels.

    key: of letters and "-" alone. Call it below the container.
    """
    _component()(data={"key": key, "least": least}, key=f"{key}-filling")
