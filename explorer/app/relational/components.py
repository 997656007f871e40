"""The two components of the page: tiles in the plane of looks and logic, and a grid of items with their relation."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.app.frame.gallery import thumb_url
from explorer.app.relational.view import Context
from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import ID, TEXT
from explorer.drawing.scripts import FILL, read
from explorer.features.relational.plane import CORNERS, FIRST, Plane
from explorer.features.relational.service import texts_at

ASSETS = Path(__file__).parent / "assets"
LEAST = 260
"""Least height in pixels of what fills the window."""

OnItem = Callable[[str], None]


@cache
def _component(name: str) -> Callable[..., object]:
    css, shared, own = ((ASSETS / file).read_text("utf-8") for file in ("space.css", "text.js", f"{name}.js"))
    js = f"{read(FILL)}\n{shared}\n{own}"
    made: Callable[..., object] = st.components.v2.component(f"explorer_relational_{name}", css=css, js=js)
    return made


def space_view(context: Context, plane: Plane, on_item: OnItem, on_corner: Callable[[str], None]) -> None:
    """Draw the tiles; a click on one gives its id, a click on the name of a corner that corner."""
    corner = context.view.corner
    corners = [
        {"name": name, "label": one.label, "x": one.attribute, "y": one.relation} for name, one in CORNERS.items()
    ]
    tiles = _tiles(context, plane, corner)
    data: dict[str, Any] = {
        "tiles": tiles,
        "image_url": thumb_url(context.opened, 64),
        "corners": corners,
        "corner": corner,
    }
    data["least"] = LEAST
    actions = {"item": on_item, "corner": on_corner}
    key = "relational.space"
    _component("space")(data=data, key=key, on_event_change=lambda: _deliver(key, actions))


def _tiles(context: Context, plane: Plane, corner: str) -> list[dict[str, Any]]:
    inside = set(plane.corners[corner][:FIRST].tolist())
    rows = plane.rows[plane.shown]
    names = context.dataset.take(rows)[ID]
    words = relation_words(context, rows)
    return [
        {
            "row": int(rows[i]),
            "id": name,
            "x": round(float(plane.x[place]), 4),
            "y": round(float(plane.y[place]), 4),
            "looks": signed(plane.looks[place]),
            "logic": signed(plane.logic[place]),
            "words": words[i],
            "inside": int(place) in inside,
        }
        for i, (place, name) in enumerate(zip(plane.shown, names, strict=True))
    ]


def items_view(
    context: Context,
    rows: Rows,
    key: str,
    on_item: OnItem,
    *,
    label: str,
    hint: str,
    numbers: Sequence[str] = (),
    fill: bool = False,
    as_lines: bool = False,
) -> None:
    """Draw items with their relation in words, where there are captions; a click gives the id.

    fill: they scroll within what is left of the window below them. as_lines: a line each, with a small picture.
    """
    frame = context.dataset.take(rows)
    words = relation_words(context, rows)
    items = [
        {
            "row": int(row),
            "id": name,
            "numbers": numbers[i] if len(numbers) else "",
            "words": words[i],
            "text": text[:200],
        }
        for i, (row, name, text) in enumerate(zip(rows, frame[ID], frame[TEXT], strict=True))
    ]
    data: dict[str, Any] = {"items": items, "image_url": thumb_url(context.opened), "label": label, "hint": hint}
    data |= {"least": LEAST if fill else 0, "lines": as_lines}
    _component("items")(data=data, key=key, on_event_change=lambda: _deliver(key, {"item": on_item}))


def relation_words(context: Context, rows: Rows) -> list[str]:
    """The relation of some items in words, "" where there is no anonymous caption."""
    columns = context.relations.anonymous
    if not columns or not len(rows):
        return [""] * len(rows)
    return texts_at(context.opened, columns[0], tuple(int(row) for row in rows))


def signed(value: float | Floats) -> str:
    """A cosine with two digits and a proper minus."""
    return f"{float(value):.2f}".replace("-", "−")


def _deliver(key: str, actions: dict[str, Callable[[str], None]]) -> None:
    event = getattr(st.session_state[key], "event", None)
    if event and event.get("action") in actions:
        actions[event["action"]](str(event["value"]))
