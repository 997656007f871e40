"""From a score to the items that cause it: whose neighbours changed, who the neighbours are, where the items lie."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.compare import answers, state
from explorer.app.compare.state import Pair
from explorer.app.frame import gallery
from explorer.app.frame.cache import get_dataset
from explorer.app.frame.theme import plain
from explorer.base.arrays import Rows
from explorer.features.compare.movers import Movers
from explorer.features.compare.two_maps import two_maps

MOST, LISTED, DRAWN, LINES = 24, 10, 800, 60
MAPS, SELECTION = "compare.maps", "compare.selection"


def causes_panel(pair: Pair, cell: tuple[str, str] | None, names: tuple[str, str]) -> None:
    """Gallery of the most changed items, both neighbour lists of the picked one, and both maps. names: of the sides."""
    rows, found = answers.movers(pair.path, pair.key, pair.a, pair.b, cell, pair.items)
    dataset = get_dataset(pair.workspace)
    place = _picked(pair, rows, found)
    mean = float(found.shared.mean())
    gone = int((found.shared == 0).sum())
    st.caption(
        f"On average {mean:.0%} of an item's {found.left.rows.shape[1]} nearest neighbours are the same under both; "
        f"{gone:,} of {len(rows):,} items keep none. The most changed come first; click one."
    )
    order = found.order[:MOST]
    gallery.gallery(
        pair.workspace,
        dataset,
        gallery.Cards(rows[order], ranked=False),
        "compare.changed",
        _event,
        label="Items whose neighbours changed most",
        tall=210,
        card=96,
        query_ids=[str(dataset.ids[rows[place]])],
    )
    selected = _selected(pair, cell)
    _maps(pair, rows, found, place, names, cell, selected)
    _selection(pair, rows, found, selected)
    _lists(pair, rows, found, place, names)


def _picked(pair: Pair, rows: Rows, found: Movers) -> int:
    """Position of the item in the address among the compared ones, else the most changed one."""
    asked = state.get("item")
    if asked:
        ids = get_dataset(pair.workspace).ids[rows]
        places = np.flatnonzero(ids == asked)
        if len(places):
            return int(places[0])
        st.warning(
            f"The item {asked[:80]!r} of the link is not among the items that are compared; another one is shown."
        )
    return int(found.order[0])


def _event(action: str, item: str) -> None:
    state.put("item", item)


def _lists(pair: Pair, rows: Rows, found: Movers, place: int, names: tuple[str, str]) -> None:
    dataset = get_dataset(pair.workspace)
    item = str(dataset.ids[rows[place]])
    st.markdown(f"**{found.shared[place]:.0%} of the nearest neighbours of {plain(item)} are the same**")
    sides = (found.left, found.right)
    both = np.intersect1d(found.left.rows[place], found.right.rows[place])
    for column, side, name, tag in zip(st.columns(2), sides, names, "ab", strict=True):
        with column:
            st.text(f"Nearest under {name}")
            near = side.rows[place][:LISTED]
            cards = gallery.Cards(rows[near], side.similarities[place][:LISTED])
            gallery.gallery(
                pair.workspace,
                dataset,
                cards,
                f"compare.near.{tag}",
                _event,
                label=f"Nearest under {name}",
                card=104,
                query_ids=[str(dataset.ids[rows[row]]) for row in both],
            )
    st.caption("Framed items are in both lists. Numbers are cosines; those of two models do not compare, ranks do.")


def _maps(
    pair: Pair,
    rows: Rows,
    found: Movers,
    place: int,
    names: tuple[str, str],
    cell: tuple[str, str] | None,
    selected: Rows,
) -> None:
    ids = get_dataset(pair.workspace).ids[rows]
    shown = np.unique(np.concatenate([found.order[:DRAWN], [place], selected]))
    where = {int(position): i for i, position in enumerate(shown)}
    lined = [where[int(i)] for i in (selected[:LINES] if len(selected) else found.order[:MOST])]
    figure = two_maps(
        found.places[shown],
        found.aligned[shown],
        [str(item) for item in ids[shown]],
        found.shared[shown],
        names=names,
        keys=shown.tolist(),
        marked=lined,
        picked=where[place],
        selected=[where[int(i)] for i in selected],
    )
    st.plotly_chart(
        figure,
        width="stretch",
        key=MAPS,
        config={"displayModeBar": True},
        on_select=lambda: _on_maps(_scope(pair, cell), found.order, ids),
    )
    drawn = f" The {DRAWN:,} most changed of {len(rows):,} items are drawn." if len(rows) > len(shown) else ""
    st.caption(
        "Both maps are flat shadows: the first two principal axes of the compared items, brought to the same spread. "
        "The right one was turned and shifted as a whole to lie on the left one (orthogonal Procrustes). The ring is "
        f"the picked item on both. Lines lead from where {_who(selected, len(lined))} lay on the left to where they "
        f"lie now.{drawn} Click a point to pick it. With the box or the lasso above the right map, draw "
        "around points on either map to follow them on both."
    )


def _who(selected: Rows, lines: int) -> str:
    if not len(selected):
        return f"the {lines} most changed items"
    return "the selected items" if lines == len(selected) else f"the {lines} most changed of the selected items"


def _scope(pair: Pair, cell: tuple[str, str] | None) -> tuple[object, ...]:
    """What a selection belongs to: with other models, items or layers it is forgotten."""
    return pair.path, pair.key, pair.a, pair.b, pair.items, cell


def _selected(pair: Pair, cell: tuple[str, str] | None) -> Rows:
    """Positions of the selected items among the compared ones, the most changed first."""
    scope, selected = st.session_state.get(SELECTION, (None, ()))
    return np.array(selected if scope == _scope(pair, cell) else (), dtype=np.int64)


def _on_maps(scope: tuple[object, ...], order: Rows, ids: pd.Index) -> None:
    """A click picks an item; a lasso or a box selects items."""
    event = st.session_state[MAPS]["selection"]
    touched = [
        int(np.ravel(point["customdata"])[0]) for point in event["points"] if point.get("customdata") is not None
    ]
    if event["lasso"] or event["box"]:
        st.session_state[SELECTION] = (scope, tuple(order[np.isin(order, touched)].tolist()))
    elif touched:
        state.put("item", str(ids[touched[0]]))


def _selection(pair: Pair, rows: Rows, found: Movers, selected: Rows) -> None:
    if not len(selected):
        return
    words, button = st.columns([5, 1], vertical_alignment="center")
    count = (
        "**1 item selected**: it keeps" if len(selected) == 1 else f"**{len(selected):,} items selected**: they keep"
    )
    words.markdown(
        f"{count} {found.shared[selected].mean():.0%} of the nearest neighbours; all compared items keep "
        f"{found.shared.mean():.0%}. The most changed come first."
    )
    button.button("Clear", key="compare.selection.clear", icon=":material/close:", on_click=_clear, width="stretch")
    gallery.gallery(
        pair.workspace,
        get_dataset(pair.workspace),
        gallery.Cards(rows[selected[:MOST]], ranked=False),
        "compare.selected",
        _event,
        label="Selected items",
        tall=210,
        card=96,
    )


def _clear() -> None:
    st.session_state.pop(SELECTION, None)
