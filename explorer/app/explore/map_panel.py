"""The map with its controls: what it is coloured by, which method drew it, and what happens on it."""

from dataclasses import replace

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.polygon import simplify
from explorer.app.explore.state import Context
from explorer.app.explore.toolbar import SHARE
from explorer.app.explore.view import Region
from explorer.app.explore.words import COLOUR_WORDS, METHOD_WORDS
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import map_items
from explorer.app.frame.map import similarity_map
from explorer.base.arrays import Mask
from explorer.drawing.map.values import MapColours, MapEvent, MapHighlight, MapLabel
from explorer.features.diagnose.health.service import known_dimensions
from explorer.library.map_values import (
    DIMENSION,
    map_colours,
    map_labels,
    map_points,
    plain_colours,
    similarity_colours,
)
from explorer.search.find import Found, filter_mask, placed

KEY, LEAST_HEIGHT = "explore.map", 340


def map_panel(context: Context, results: Found | None, selected: Mask | None) -> None:
    """Draw the controls and the map; go to the next view when something was done on it."""
    if not context.maps:
        _no_map(context)
        return
    _controls(context)
    with st.spinner("Opening the map …", show_time=False):
        points = map_points(context.opened, context.encoder, context.method)
    shown = filter_mask(context.opened, context.view.filters) if context.view.filters else None
    event = similarity_map(
        points,
        map_colours_of(context, len(points), results is not None),
        _with_mark(context, _highlight(context, results)),
        key=KEY,
        height=LEAST_HEIGHT,
        fill=True,
        elastic=context.method == "umap",
        items=map_items(context.opened, context.encoder),
        selected=selected,
        shown=shown,
        labels=_labels(context),
        at=context.view.at,
        report_view=_is_asked_for(context),
    )
    if event and _handle(context, event):
        st.rerun()


def _labels(context: Context) -> list[MapLabel]:
    colour = context.view.colour if context.view.colour in colour_options(context) else ""
    return map_labels(context.opened, context.encoder, context.method, colour)


def _is_asked_for(context: Context) -> bool:
    """Whether the page shows a link to the view or a form that keeps it: then it has to know what is on screen."""
    return bool(st.session_state.get(SHARE)) or context.view.tool == "views" or context.view.show == "save"


def _no_map(context: Context) -> None:
    st.info(
        f"There is no map of these items under {plain(context.encoder)} yet. Searching works; press “Prepare for "
        "search” on the home page to draw the map."
    )


def colour_options(context: Context) -> dict[str, str]:
    """What the map can be coloured by: the value in the address, and its words."""
    plain = {"": "cluster", "none": "nothing", "trust": "map faithfulness: false neighbours"}
    plain |= {"continuity": "map faithfulness: torn neighbours"}
    if known_dimensions(context.opened, context.encoder) is not None:
        plain |= {DIMENSION: "intrinsic dimension (from Diagnose)"}
    query = {"similarity": "similarity to the query"} if context.view.parts else {}
    return plain | query | {f"column:{name}": name for name in context.dataset.attributes}


def _controls(context: Context) -> None:
    options = colour_options(context)
    colour = context.view.colour if context.view.colour in options else ""
    st.session_state["explore.colour"], st.session_state["explore.method"] = colour, context.method
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="explore-map-controls"):
        kind = context.view.colour.split(":")[0]
        st.markdown("Colour", width="content", help=f"{METHOD_WORDS[context.method]} {COLOUR_WORDS.get(kind, '')}")
        st.selectbox(
            "Colour by",
            list(options),
            format_func=options.__getitem__,
            key="explore.colour",
            label_visibility="collapsed",
            on_change=lambda: state.change(colour=st.session_state["explore.colour"]),
        )
        if len(context.maps) > 1:
            st.segmented_control(
                "Map",
                context.maps,
                format_func=lambda method: plain(method.upper()),
                key="explore.method",
                label_visibility="collapsed",
                required=True,
                on_change=lambda: state.change(method=st.session_state["explore.method"], at=""),
            )


def _handle(context: Context, event: MapEvent) -> bool:
    """Change the view by what was done on the map; False when there is nothing to change."""
    if event.kind == "select":
        corners = simplify(event.polygon.tolist())
        state.add_region(Region(event.op, context.method, context.encoder, corners))
    elif event.kind in ("pick", "query"):
        state.item_event("query", str(context.dataset.ids[event.row]))
    elif event.kind == "clear" and event.op == "selection":
        state.change(regions=(), saved="")
    elif event.kind == "clear":
        state.set_parts(tuple(part for part in context.view.parts if part.kind != "item"))
    elif event.kind == "view":
        state.keep_place(event.at)
    else:
        return False
    return True


def map_colours_of(context: Context, count: int, answered: bool) -> MapColours:
    """What the view asks the items to be coloured by, where the query was answered or not."""
    view = context.view
    if view.colour == "similarity":
        if answered:
            return similarity_colours(context.opened, context.encoder, context.view.parts)
    elif view.colour != "none":
        colour = view.colour if view.colour in colour_options(context) else ""
        return map_colours(context.opened, context.encoder, context.method, colour)
    return plain_colours(count)


def _with_mark(context: Context, highlight: MapHighlight) -> MapHighlight:
    """The same with a ring around the item that the table of items points out."""
    row = context.dataset.row_of(state.take_mark())
    return highlight if row < 0 else replace(highlight, picked=row, lines=False)


def _highlight(context: Context, results: Found | None) -> MapHighlight:
    if results is None:
        return MapHighlight()
    items = [part.value for part in context.view.parts if part.kind == "item"]
    alone = len(context.view.parts) == 1 and len(items) == 1
    if alone:
        row = int(context.dataset.rows_of(items)[0])
        others = results.rows != row
        return MapHighlight(row, results.rows[others], results.similarities[others])
    place = placed(context.opened, context.encoder, context.method, context.view.parts)
    return MapHighlight(None, results.rows, results.similarities, query_xy=place, query_label="your query")
