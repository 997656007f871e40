"""The archive as an interactive map: a component (Components v2) of our own."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st

from explorer.app.frame.cache import elites_run
from explorer.features import elites
from explorer.features.elites.payload import payload
from explorer.features.elites.view import OpenRun
from explorer.workspace.folder import Workspace

ASSETS = Path(elites.__file__).parent / "assets"
HEIGHT = 720
START = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  let root = parentElement.querySelector(".elites")
  if (!root) {
    root = make("div", "elites")
    parentElement.append(root)
    root.map = new ElitesMap(root, (cell) => root.tell({ cell, nonce: `${Date.now()}` }))
  }
  root.tell = (event) => setTriggerValue("event", event)
  const { version, ...shown } = data
  const text = JSON.stringify([version, shown.selected, shown.lineage, shown.pictures, shown.atlas])
  if (root.shown === text) return
  root.shown = text
  root.map.update(shown)
}
"""


@cache
def _component() -> Any:
    script = (ASSETS / "elites_map.js").read_text("utf-8") + START
    return st.components.v2.component("explorer_elites", css=(ASSETS / "elites_map.css").read_text("utf-8"), js=script)


@st.cache_data(max_entries=8, show_spinner=False)
def _payload(path: str, name: str, stamp: str) -> dict[str, Any]:
    return payload(elites_run(path, name, stamp))


def elites_map(
    workspace: Workspace,
    run: OpenRun,
    stamp: str,
    on_pick: Callable[[int], None],
    *,
    pictures: bool,
    selected: int = -1,
    lineage: Sequence[int] = (),
    key: str,
) -> None:
    """Draw the archive; `on_pick(cell)` is called before the next run when a cell is clicked, filled or empty.

    pictures: a picture instead of a colour in each cell. lineage: cells of the chosen elite and its ancestors.
    """
    place = f"/elites/{quote(workspace.path.name)}/{quote(run.folder.name, safe='')}"
    data = dict(_payload(str(workspace.path), run.folder.name, stamp))
    thumb = f"/thumbs/{quote(workspace.path.name)}/{{key}}?size=256&v={quote(workspace.key)}"
    if run.settings.source == "scenes":
        thumb = f"{place}/{{key}}?v={quote(run.info.created)}"
    has = run.settings.source == "scenes" or workspace.dataset().has_images
    data |= {"pictures": pictures and has, "thumb": thumb if has else "", "height": HEIGHT, "selected": selected}
    data |= {"lineage": list(lineage), "version": stamp, "atlas": f"{place}/atlas?v={stamp}" if has else ""}
    _component()(data=data, key=key, on_event_change=lambda: _deliver(key, run.archive.cells, on_pick))


def _deliver(key: str, cells: int, on_pick: Callable[[int], None]) -> None:
    event = getattr(st.session_state[key], "event", None)
    cell = event.get("cell") if isinstance(event, dict) else None
    if isinstance(cell, int) and 0 <= cell < cells:
        on_pick(cell)
