"""The query line: one box for words and pictures, and below it the parts of the query with their weights."""

from dataclasses import replace
from functools import cache
from typing import Any

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.state import Context
from explorer.app.frame.gallery import thumb_url
from explorer.base.errors import ExplorerError
from explorer.drawing.scripts import read
from explorer.search.line import parse_line
from explorer.search.query import MAX_PARTS, MAX_WEIGHT, QueryPart
from explorer.workspace.folder import Workspace
from explorer.workspace.pictures import keep_picture, tiny

LINE, CHIPS = "explore.line", "explore.chips"
PICTURES = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]
HINT = "Describe what you look for, or drop a picture. Then refine: + at night, − water"


def query_box(context: Context) -> None:
    """Draw the box. It must stand in a container, or it would stick to the bottom of the window."""
    st.chat_input(
        HINT, key=LINE, accept_file="multiple", file_type=PICTURES, on_submit=_submitted, args=(context.workspace,)
    )


def query_parts(context: Context) -> None:
    """Draw the parts of the query, each with its weight."""
    if context.view.parts:
        data = {"parts": [_chip(context, part) for part in context.view.parts]}
        _component()(data=data, key=CHIPS, on_event_change=_chip_event)


def _submitted(workspace: Workspace) -> None:
    given = st.session_state[LINE]
    text, files = (given, []) if isinstance(given, str) else (given.text or "", list(given.files))
    line = parse_line(text)
    parts = [*line.parts, *_pictures(workspace, files)]
    for message in line.notes:
        state.note(message)
    if not parts:
        if not files:
            state.note("Type some words, or drop a picture. An empty line has no direction to search in.")
        return
    kept = state.current_view()[0].parts if line.adds else ()
    known = {(part.kind, part.value) for part in parts}
    parts = [*(part for part in kept if (part.kind, part.value) not in known), *parts]
    if len(parts) > MAX_PARTS:
        state.note(f"A query has at most {MAX_PARTS} parts; the first {MAX_PARTS} were used.")
    state.set_parts(tuple(parts[:MAX_PARTS]))


def _pictures(workspace: Workspace, files: list[Any]) -> list[QueryPart]:
    found = []
    for file in files:
        try:
            found.append(QueryPart("image", keep_picture(workspace, file.getvalue())))
        except (ExplorerError, OSError) as error:
            state.note(f"{file.name}: {error}")
    return found


def _chip(context: Context, part: QueryPart) -> dict[str, Any]:
    sign = "less like" if part.weight < 0 else "like"
    return {
        "label": part.label,
        "kind": sign,
        "weight": part.weight,
        "picture": _picture(context, part),
    }


def _picture(context: Context, part: QueryPart) -> str:
    if part.kind == "image":
        return tiny(context.opened.path, part.value)
    if part.kind != "item" or not context.dataset.has_images:
        return ""
    row = context.dataset.row_of(part.value)
    return thumb_url(context.opened, 64).replace("{row}", str(row)) if row >= 0 else ""


@cache
def _component() -> Any:
    return st.components.v2.component("explorer_chips", css=read("gallery/chips.css"), js=read("gallery/chips.js"))


def _chip_event() -> None:
    event = getattr(st.session_state[CHIPS], "event", None)
    if not event:
        return
    parts = list(state.current_view()[0].parts)
    if event["action"] == "clear":
        parts = []
    elif 0 <= (place := int(event.get("place", -1))) < len(parts):
        if event["action"] == "remove":
            del parts[place]
        else:
            weight = max(-MAX_WEIGHT, min(MAX_WEIGHT, round(float(event["weight"] or 0), 2)))
            parts[place] = replace(parts[place], weight=weight)
    state.set_parts(tuple(parts))
