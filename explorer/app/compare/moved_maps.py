"""Where the compared items lie under both models, and the items that a lasso on the maps selects."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.compare.changed import SELECTION, Causes, Scope
from explorer.app.compare.view import ADDRESS
from explorer.app.frame.gallery import Cards, gallery
from explorer.base.arrays import Rows
from explorer.features.compare.figures import two_maps

MOST, DRAWN, LINES = 24, 800, 60
MAPS = "compare.maps"
LEFT_OUT = ["toImage", "zoom2d", "zoomIn2d", "zoomOut2d", "autoScale2d"]
HELP = (
    "Both maps are flat shadows: the first two principal axes of the compared items, brought to the same spread. The "
    "lower one was turned and shifted as a whole to lie on the upper one (orthogonal Procrustes). The ring is the "
    "picked item on both. Lines lead from where {who} lay on the upper map to where they lie now. Click a point to "
    "pick it. With the box or the lasso at the top, draw around points on either map to follow them on both."
)


def maps_panel(shown: Causes) -> None:
    """Both maps, one above the other."""
    found, ids, selected = shown.movers, shown.ids, shown.selected
    drawn = np.unique(np.concatenate([found.order[:DRAWN], [shown.place], selected]))
    where = {int(position): i for i, position in enumerate(drawn)}
    lined = [where[int(i)] for i in (selected[:LINES] if len(selected) else found.order[:MOST])]
    most = f" The {DRAWN:,} most changed of {len(ids):,} items are drawn." if len(ids) > len(drawn) else ""
    st.markdown("**Where they lie**", help=f"{HELP.format(who=_who(selected, len(lined)))}{most}")
    figure = two_maps(
        found.places[drawn],
        found.aligned[drawn],
        [str(item) for item in ids[drawn]],
        found.shared[drawn],
        names=shown.names,
        keys=drawn.tolist(),
        marked=lined,
        picked=where[shown.place],
        selected=[where[int(i)] for i in selected],
    )
    st.plotly_chart(
        figure,
        width="stretch",
        key=MAPS,
        config={"displayModeBar": True, "modeBarButtonsToRemove": LEFT_OUT},
        on_select=lambda: _on_maps(shown.scope, found.order, ids),
    )


def _who(selected: Rows, lines: int) -> str:
    if not len(selected):
        return f"the {lines} most changed items"
    return "the selected items" if lines == len(selected) else f"the {lines} most changed of the selected items"


def _on_maps(scope: Scope, order: Rows, ids: pd.Index) -> None:
    """A click picks an item; a lasso or a box selects items."""
    event = st.session_state[MAPS]["selection"]
    touched = [
        int(np.ravel(point["customdata"])[0]) for point in event["points"] if point.get("customdata") is not None
    ]
    if event["lasso"] or event["box"]:
        st.session_state[SELECTION] = (scope, tuple(order[np.isin(order, touched)].tolist()))
    elif touched:
        ADDRESS.change(item=str(ids[touched[0]]))


def selection_panel(shown: Causes) -> None:
    """The items in the lasso with what they keep; nothing without one."""
    selected, shared = shown.selected, shown.movers.shared
    if not len(selected):
        return
    words, button = st.columns([5, 1], vertical_alignment="center")
    count = (
        "**1 item selected**: it keeps" if len(selected) == 1 else f"**{len(selected):,} items selected**: they keep"
    )
    words.markdown(
        f"{count} {shared[selected].mean():.0%} of the nearest neighbours; all compared items keep "
        f"{shared.mean():.0%}. The most changed come first."
    )
    button.button("Clear", key="compare.selection.clear", icon=":material/close:", on_click=_clear, width="stretch")
    gallery(
        shown.pair.opened,
        Cards(shown.rows[selected[:MOST]], ranked=False),
        "compare.selected",
        lambda action, item: ADDRESS.change(item=item),
        label="Selected items",
        tall=210,
        card=96,
    )


def _clear() -> None:
    st.session_state.pop(SELECTION, None)
