"""The archive as an interactive map: a component (Components v2) of our own."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st

from explorer.app.frame.gallery import thumb_url
from explorer.drawing.scripts import FILL, read
from explorer.features import elites
from explorer.features.elites.payload import payload
from explorer.features.elites.view import OpenRun
from explorer.workspace.opened import Opened

ASSETS = Path(elites.__file__).parent / "assets"
LEAST, FOOT = 380, 56
"""Least height of the map in pixels, and how much of the window below it is left for the names of the tabs."""
START = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  let root = parentElement.querySelector(".elites")
  if (!root) {
    root = make("div", "elites")
    parentElement.append(root)
    fillWindow(root, LEAST, "maxHeight", FOOT)
    root.map = new ElitesMap(root, (cell) => root.tell({ cell, nonce: `${Date.now()}` }))
  }
  root.tell = (event) => setTriggerValue("event", event)
  const { version, ...shown } = data
  const text = JSON.stringify([version, shown.selected, shown.lineage, shown.pictures, shown.whole, shown.atlas])
  if (root.shown === text) return
  root.shown = text
  root.map.update(shown)
}
"""


@cache
def _component() -> Any:
    start = START.replace("LEAST", str(LEAST)).replace("FOOT", str(FOOT))
    script = read(FILL) + (ASSETS / "elites_map.js").read_text("utf-8") + start
    return st.components.v2.component("explorer_elites", css=(ASSETS / "elites_map.css").read_text("utf-8"), js=script)


def picture_template(opened: Opened, run: OpenRun) -> str:
    """Template of the address of a candidate's picture, with {key} for its row or number (see `payload.picture_key`).

    "" when there are no pictures.
    """
    if not run.space.has_pictures(run.ws):
        return ""
    if run.space.drawn:
        return f"{_folder_url(opened, run)}/{{key}}?v={quote(run.info.created)}"
    return thumb_url(opened).replace("{row}", "{key}")


def _folder_url(opened: Opened, run: OpenRun) -> str:
    return f"/elites/{quote(opened.name)}/{quote(run.name, safe='')}"


def elites_map(
    opened: Opened,
    run: OpenRun,
    on_pick: Callable[[int], None],
    *,
    show: str,
    selected: int = -1,
    lineage: Sequence[int] = (),
    key: str,
) -> None:
    """Draw the archive; `on_pick(cell)` is called before the next run when a cell is clicked, filled or empty.

    show: a key of SHOWN, what stands in each cell. lineage: cells of the chosen elite and its ancestors.
    """
    thumb = picture_template(opened, run)
    sheet = "whole" if show == "whole" else "atlas"
    atlas = f"{_folder_url(opened, run)}/{sheet}?v={run.stamp}" if thumb else ""
    shown = {"pictures": show != "colours", "whole": show == "whole", "thumb": thumb, "atlas": atlas}
    shown |= {"version": run.stamp, "height": 0, "selected": selected, "lineage": list(lineage)}
    data = payload(run) | shown
    _component()(data=data, key=key, on_event_change=lambda: _deliver(key, run.archive.cells, on_pick))


def _deliver(key: str, cells: int, on_pick: Callable[[int], None]) -> None:
    event = getattr(st.session_state[key], "event", None)
    cell = event.get("cell") if isinstance(event, dict) else None
    if isinstance(cell, int) and 0 <= cell < cells:
        on_pick(cell)
