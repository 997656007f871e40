"""Where the items of a question lie on the map of each model that has one."""

import numpy as np
import streamlit as st

from explorer.app.agreement.question import OPENED
from explorer.app.agreement.view import Context
from explorer.app.frame.address import kept_parameters
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import map_items
from explorer.app.frame.map import similarity_map
from explorer.base.arrays import Rows
from explorer.base.memory import remembered
from explorer.drawing.map.values import MapColours, MapHighlight, MapPoints
from explorer.features.judgments.agreement.candidates import Candidate
from explorer.workspace.opened import Opened

MOST_MAPS = 4


def question_maps(context: Context, rows: Rows, usable: list[Candidate]) -> None:
    """The maps of up to four of the models, and a link to Explore for an item that was clicked."""
    _link()
    specs = [one.key.removeprefix("encoder:") for one in usable if one.kind == "encoder"]
    drawn = [(spec, context.opened.map_methods(spec)) for spec in specs]
    drawn = [(spec, methods) for spec, methods in drawn if methods][:MOST_MAPS]
    if not drawn:
        return
    st.markdown("**On each model's map**: the items of the question are the marked points")
    for start in range(0, len(drawn), 2):
        for column, (spec, methods) in zip(st.columns(2, gap="medium"), drawn[start : start + 2], strict=False):
            with column:
                st.caption(f"{plain(spec)} ({plain(methods[0].upper())})")
                _map(context.opened, spec, methods[0], rows)


def _link() -> None:
    item = st.session_state.get(OPENED)
    if item:
        query = {**kept_parameters(), "q": f"item:1:{item}"}
        st.page_link("pages/1_Explore.py", label=f"Find items like {plain(item)} on Explore", query_params=query)


def _map(opened: Opened, spec: str, method: str, rows: Rows) -> None:
    points = _points(opened, spec, method)
    known = rows[np.isfinite(points.xy[rows]).all(axis=1)]
    items = map_items(opened, spec)
    picked = int(known[0]) if len(known) else None
    similarity_map(
        points,
        MapColours.plain(len(points)),
        MapHighlight(picked, known[1:]),
        key=f"agreement.map.{spec}",
        height=380,
        items=items,
    )


@remembered(8)
def _points(opened: Opened, spec: str, method: str) -> MapPoints:
    return MapPoints(opened.map(spec, method).coords)
