"""From a score to the items that cause it: whose neighbours changed, who the neighbours are, where the items lie."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.compare.controls import Pair
from explorer.app.compare.view import ADDRESS, Cell
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.theme import plain
from explorer.base.arrays import Rows
from explorer.features.compare import service
from explorer.features.compare.figures import two_maps
from explorer.features.compare.movers import Movers

MOST, LISTED, DRAWN, LINES = 24, 10, 800, 60
MAPS, SELECTION = "compare.maps", "compare.selection"
Scope = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Causes:
    """What the panel shows.

    names: of the two sides. rows: (m,) row numbers of the compared items; movers: what happened to each. place: the
    picked one; selected: those in a lasso, the most changed first; both are positions among the compared items. scope:
    what a selection belongs to: with other models, items or layers it is forgotten.
    """

    pair: Pair
    names: tuple[str, str]
    rows: Rows
    movers: Movers
    place: int
    selected: Rows
    scope: Scope

    @property
    def ids(self) -> pd.Index:
        """(m,) ids of the compared items."""
        return self.pair.opened.dataset.ids[self.rows]

    @property
    def picked(self) -> str:
        """Id of the picked item."""
        return str(self.pair.opened.dataset.ids[self.rows[self.place]])


def causes_panel(pair: Pair, cell: Cell | None, names: tuple[str, str]) -> None:
    """Gallery of the most changed items, both neighbour lists of the picked one, and both maps. names: of the sides."""
    shown = _causes(pair, cell, names)
    found = shown.movers
    gone = int((found.shared == 0).sum())
    st.caption(
        f"On average {float(found.shared.mean()):.0%} of an item's {found.left.rows.shape[1]} nearest neighbours are "
        f"the same under both; {gone:,} of {len(shown.rows):,} items keep none. The most changed come first; click one."
    )
    gallery(
        pair.opened,
        Cards(shown.rows[found.order[:MOST]], ranked=False),
        "compare.changed",
        _event,
        label="Items whose neighbours changed most",
        tall=210,
        card=96,
        query_ids=[shown.picked],
    )
    _maps(shown)
    _selection(shown)
    _lists(shown)


def _causes(pair: Pair, cell: Cell | None, names: tuple[str, str]) -> Causes:
    with st.spinner("Finding the items whose neighbours changed …"):
        found = service.moved_items(pair.opened, pair.a, pair.b, pair.view.items, cell)
    scope = str(pair.opened.path), pair.opened.key, pair.a, pair.b, pair.view.items, cell
    return Causes(
        pair=pair,
        names=names,
        rows=found.rows,
        movers=found.movers,
        place=_picked(pair, found.rows, found.movers),
        selected=_selected(scope),
        scope=scope,
    )


def _picked(pair: Pair, rows: Rows, found: Movers) -> int:
    """Position of the item in the address among the compared ones, else the most changed one."""
    asked = pair.view.item
    if asked:
        places = np.flatnonzero(pair.opened.dataset.ids[rows] == asked)
        if len(places):
            return int(places[0])
        st.warning(
            f"The item {asked[:80]!r} of the link is not among the items that are compared; another one is shown."
        )
    return int(found.order[0])


def _selected(scope: Scope) -> Rows:
    """Positions of the selected items among the compared ones, the most changed first."""
    kept, selected = st.session_state.get(SELECTION, (None, ()))
    return np.array(selected if kept == scope else (), dtype=np.int64)


def _event(action: str, item: str) -> None:
    ADDRESS.change(item=item)


def _lists(shown: Causes) -> None:
    found, ids = shown.movers, shown.ids
    st.markdown(f"**{found.shared[shown.place]:.0%} of the nearest neighbours of {plain(shown.picked)} are the same**")
    both = np.intersect1d(found.left.rows[shown.place], found.right.rows[shown.place])
    for column, side, name, tag in zip(st.columns(2), (found.left, found.right), shown.names, "ab", strict=True):
        with column:
            st.text(f"Nearest under {name}")
            near = side.rows[shown.place][:LISTED]
            gallery(
                shown.pair.opened,
                Cards(shown.rows[near], side.similarities[shown.place][:LISTED]),
                f"compare.near.{tag}",
                _event,
                label=f"Nearest under {name}",
                card=104,
                query_ids=[str(item) for item in ids[both]],
            )
    st.caption("Framed items are in both lists. Numbers are cosines; those of two models do not compare, ranks do.")


def _maps(shown: Causes) -> None:
    found, ids, selected = shown.movers, shown.ids, shown.selected
    drawn = np.unique(np.concatenate([found.order[:DRAWN], [shown.place], selected]))
    where = {int(position): i for i, position in enumerate(drawn)}
    lined = [where[int(i)] for i in (selected[:LINES] if len(selected) else found.order[:MOST])]
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
        config={"displayModeBar": True},
        on_select=lambda: _on_maps(shown.scope, found.order, ids),
    )
    most = f" The {DRAWN:,} most changed of {len(ids):,} items are drawn." if len(ids) > len(drawn) else ""
    st.caption(
        "Both maps are flat shadows: the first two principal axes of the compared items, brought to the same spread. "
        "The right one was turned and shifted as a whole to lie on the left one (orthogonal Procrustes). The ring is "
        f"the picked item on both. Lines lead from where {_who(selected, len(lined))} lay on the left to where they "
        f"lie now.{most} Click a point to pick it. With the box or the lasso above the right map, draw around points "
        "on either map to follow them on both."
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


def _selection(shown: Causes) -> None:
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
        _event,
        label="Selected items",
        tall=210,
        card=96,
    )


def _clear() -> None:
    st.session_state.pop(SELECTION, None)
