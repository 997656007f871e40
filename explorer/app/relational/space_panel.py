"""Looks and logic: the scatter of a picked item's candidates, and the items of one corner."""

import numpy as np
import streamlit as st

from explorer.app.frame.foreign import QUOTED, plain
from explorer.app.relational.components import items_view, signed, space_view
from explorer.app.relational.picking import pick_box, picked_line
from explorer.app.relational.view import Context, pick, show_corner
from explorer.features.relational.figures import relations_figure
from explorer.features.relational.plane import CORNERS, GRID, PER_CELL, REACH, Plane
from explorer.features.relational.service import head_facts, plane

LISTED = 24
MEASURED = (
    "A drawn scene asks for the one with the same relation among ten that share shape, colour and background (chance "
    "0.1). Bars: share of queries that find it first; lines: 95 % intervals from resampled looks. “Captions, nouns "
    "removed” compares texts, not pictures."
)


def space_panel(context: Context) -> None:
    """Draw the part of the page, or the items to begin with."""
    item = context.view.item
    row = context.dataset.row_of(item) if item else -1
    if item and row < 0:
        st.warning(f"There is no item with the id “{plain(item, QUOTED)}” in this data set. Pick another below.")
    if row < 0:
        st.markdown("**Pick an item to begin with**")
        pick_box(context, "relational.pick", pick, hint="Click: compare all items with this one")
        return
    picked_line(context, row)
    with st.spinner("Comparing looks and logic …"):
        found = plane(context.opened, context.base, context.head, row)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        space_view(context, found, pick, show_corner)
    with right:
        _corner(context, found)
    _limits(context)


def _corner(context: Context, found: Plane) -> None:
    name = context.view.corner
    st.session_state["relational.corner"] = name
    st.selectbox(
        "Corner",
        list(CORNERS),
        key="relational.corner",
        format_func=lambda one: CORNERS[one].label,
        label_visibility="collapsed",
        on_change=lambda: show_corner(st.session_state["relational.corner"]),
    )
    places = found.corners[name][:LISTED]
    about = (
        f"At most {REACH} away from this corner of the plane, whose sides are 1. Here the {len(places)} nearest to it."
        f"\n\n{_numbers(context, found)}"
    )
    total = len(found.corners[name])
    st.caption(f"{total:,} of {len(found.rows):,} items are {CORNERS[name].words}.", help=about)
    if not total:
        st.info("No item lies in this corner for the picked item. Try another corner, or another item.")
        return
    numbers = [f"looks {signed(found.looks[i])} · logic {signed(found.logic[i])}" for i in places]
    items_view(
        context,
        found.rows[places],
        "relational.corner_items",
        pick,
        numbers=numbers,
        fill=True,
        label=CORNERS[name].label,
        hint="Click: make this the picked item",
    )


def _numbers(context: Context, found: Plane) -> str:
    together = float(np.corrcoef(found.looks, found.logic)[0, 1]) if len(found.rows) > 2 else float("nan")
    return (
        f"Looks: cosine under {plain(context.base)}. Logic: cosine under the relational head {plain(context.head)}. "
        f"Both axes run from the least to the largest of all {len(found.rows):,} items; {len(found.shown):,} of them "
        f"are drawn, at most {PER_CELL} in each cell of a {GRID} × {GRID} grid. Framed tiles "
        f"are listed beside. Looks and logic go together with r = {signed(together)} here (1: they say the same)."
    )


def _limits(context: Context) -> None:
    card = head_facts(context.head)["card"]
    if card.get("limits"):
        st.info(f"**What this head knows.** {plain(card['data'])}. {plain(card['limits'])}", icon=":material/info:")
    measured = card.get("numbers", {})
    tables = {title: rows for title, rows in measured.items() if isinstance(rows, dict)}
    if tables and st.toggle("How well it finds the same relation", key="relational.measured"):
        title = st.selectbox("Task", list(tables), key="relational.task")
        st.plotly_chart(relations_figure(tables[str(title)]), width="stretch", key="relational.figure")
        st.caption(MEASURED)
