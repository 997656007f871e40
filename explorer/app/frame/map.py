"""The embedding map as a Streamlit component (Components v2).

    points = MapPoints(coords)                                    # keep these in a cache: they encode once
    colours = MapColours.column(table["shape"], label="shape")    # or .numbers(...), .categories(...), .plain(n)
    items = MapItems("/thumbs/demo/{row}", "/item/demo/{row}", neighbours_url="/neighbours/demo/{row}")
    event = similarity_map(points, colours, MapHighlight(picked=12, neighbours=[4, 8]), items=items, key="map")
    if event and event.kind == "select":
        inside = points_in_polygon(points.xy, event.polygon)      # then combine by event.op

Coordinates and colours go to the browser once per version. A rerun that only moves the highlight, the masks or the
labels sends a few kilobytes (a mask of 1,000,000 items: 170 kB). A lasso returns its polygon, never a list of points.

Needs `runner.enforceSerializableSessionState = false`: Streamlit 1.67 puts a class made inside a function into the
state of every Components v2 component, which that check refuses.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from explorer.app.frame.address import parameters
from explorer.base.arrays import Mask
from explorer.drawing.map.data import map_data
from explorer.drawing.map.encode import packet
from explorer.drawing.map.events import parse_event
from explorer.drawing.map.values import MapColours, MapEvent, MapHighlight, MapItems, MapLabel, MapPoints
from explorer.drawing.scripts import CARRIER, MAP, MAP_STYLE, read


def similarity_map(
    points: MapPoints,
    colours: MapColours,
    highlight: MapHighlight | None = None,
    *,
    key: str,
    height: int = 620,
    fill: bool = False,
    items: MapItems | None = None,
    selected: Mask | None = None,
    shown: Mask | None = None,
    hide: bool = False,
    labels: Sequence[MapLabel] = (),
    noun: str = "items",
    report_legend: bool = False,
    elastic: bool = False,
    at: str | None = None,
    report_view: bool = False,
) -> MapEvent | None:
    """Draw the map and return what the user did since the last run, once; None otherwise.

    selected: (n,) booleans, the current selection; the rest is greyed. None: nothing is selected.
    shown: (n,) booleans, items that pass the filters; the others are greyed, or not drawn at all when `hide`.
    height: of the whole component, in pixels; with `fill` the least, and it reaches to the end of the window.
    noun: what the items are called in the counts.
    report_legend: also return an event when a value of the legend is isolated (drawing needs no rerun).
    elastic: the two axes may have different scales, up to 1.8 fold, to fill the box: for maps whose far distances mean
    little.
    at: the part on screen that the address of the page asks for (see `place.read_place`), "" for none; the map then
    keeps the parameter `at` of the address. None: it leaves the address alone. Streamlit does not learn of that;
    report_view: also return an event when the part on screen is another than `at`.
    Raises InputError when lengths do not agree or rows lie outside the data.
    """
    carried = {"codes": colours.blob} if points.url else {"points": points.blob, "codes": colours.blob}
    data = map_data(
        points,
        colours,
        highlight or MapHighlight(),
        items or MapItems(),
        selected=selected,
        shown=shown,
        labels=labels,
    )
    data |= {"key": key, "height": height, "fill": fill, "hide": hide, "noun": noun, "reportLegend": report_legend}
    data["elastic"] = elastic
    if at is not None:
        data |= {"at": at, "reportView": report_view, "address": parameters()}
    data["acknowledged"] = st.session_state.get(_acknowledged_key(key), "")
    with st.container(gap=None):
        for part, blob in carried.items():
            _carrier()(data=packet(blob), key=f"{key}-{part}", height=1)
        result = _map()(
            data=data, key=key, height="content" if fill else height, on_event_change=lambda: _acknowledge(key)
        )
    return _deliver(result.get("event"), key, len(points))


def _deliver(payload: Any, key: str, count: int) -> MapEvent | None:
    """Return the event unless it was delivered before: an interrupted run is repeated with the same payload."""
    event = parse_event(payload, count)
    delivered = f"{key}-delivered"
    if event is None or st.session_state.get(delivered) == event.sequence:
        return None
    st.session_state[delivered] = event.sequence
    return event


def _acknowledged_key(key: str) -> str:
    return f"{key}-acknowledged"


def _acknowledge(key: str) -> None:
    """Remember the event's sequence, so that the browser knows that this run has seen it."""
    payload = getattr(st.session_state.get(key), "event", None)
    if isinstance(payload, dict):
        st.session_state[_acknowledged_key(key)] = str(payload.get("sequence", ""))


@cache
def _map() -> ComponentRenderer:
    style = read(MAP_STYLE)
    return st.components.v2.component("similarity_map", html='<div class="map"></div>', css=style, js=read(*MAP))


@cache
def _carrier() -> ComponentRenderer:
    return st.components.v2.component("similarity_map_bytes", js=read(*CARRIER))
