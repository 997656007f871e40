"""From a score to the items that cause it: whose neighbours changed, who the neighbours are, where the items lie."""

import numpy as np
import streamlit as st

from explorer.arrays import Rows
from explorer.compare.movers import Movers
from explorer.figures.two_maps import two_maps
from explorer.ui import gallery
from explorer.ui.cache import get_dataset
from explorer.ui.compare import answers, state
from explorer.ui.compare.state import Pair
from explorer.ui.theme import plain

MOST, LISTED, DRAWN = 24, 10, 800


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
        pair.workspace, dataset, gallery.Cards(rows[order], ranked=False), "compare.changed", _event,
        label="Items whose neighbours changed most", tall=210, card=96, query_ids=[str(dataset.ids[rows[place]])],
    )  # fmt: skip
    _maps(pair, rows, found, place, names)
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
                pair.workspace, dataset, cards, f"compare.near.{tag}", _event, label=f"Nearest under {name}", card=104,
                query_ids=[str(dataset.ids[rows[row]]) for row in both],
            )  # fmt: skip
    st.caption("Framed items are in both lists. Numbers are cosines; those of two models do not compare, ranks do.")


def _maps(pair: Pair, rows: Rows, found: Movers, place: int, names: tuple[str, str]) -> None:
    dataset = get_dataset(pair.workspace)
    shown = np.unique(np.concatenate([found.order[:DRAWN], [place]]))
    where = {int(position): i for i, position in enumerate(shown)}
    marked = [where[int(i)] for i in found.order[:MOST]]
    figure = two_maps(
        found.places[shown], found.aligned[shown], [str(item) for item in dataset.ids[rows[shown]]],
        found.shared[shown], names=names, marked=marked, picked=where[place],
    )  # fmt: skip
    event = st.plotly_chart(figure, width="stretch", key="compare.maps", on_select="rerun", selection_mode="points")
    st.caption(
        "Both maps are flat shadows: the first two principal axes of the compared items, brought to the same spread. "
        "The right one was turned and shifted as a whole to lie on the left one (orthogonal Procrustes). The ring is "
        f"the picked item on both. Lines lead from where the {len(marked)} most changed items lay on the left to where "
        "they lie now. Click a point to pick it."
    )
    points = event["selection"]["points"] if event else []
    if points and points[0].get("customdata") is not None:
        clicked = str(dataset.ids[rows[shown[int(np.ravel(points[0]["customdata"])[0])]]])
        if st.session_state.get("compare.maps.last") != clicked:
            st.session_state["compare.maps.last"] = clicked
            state.put("item", clicked)
            st.rerun()
