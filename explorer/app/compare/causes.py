"""The items that cause a difference: the neighbours of one under both models, beside each other, and where all lie."""

import streamlit as st

from explorer.app.compare.changed import Causes, Scope, picked_place, selected_places
from explorer.app.compare.controls import Pair
from explorer.app.compare.item_line import item_line
from explorer.app.compare.moved_maps import maps_panel, selection_panel
from explorer.app.compare.view import ADDRESS, Cell
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.features.compare import service
from explorer.search.ranks import rank_changes

LISTED, LEAST = 10, 330
PICTURE_CARD, TEXT_CARD = 92, 150


def causes_panel(pair: Pair, cell: Cell | None, names: tuple[str, str]) -> None:
    """Both neighbour lists of the picked item, and both maps beside them. names: of the sides."""
    shown = _causes(pair, cell, names)
    left, right = st.columns([66, 34], gap="small")
    with left:
        item_line(shown)
        for column, side in zip(st.columns(2, gap="small"), (0, 1), strict=True):
            with column:
                _neighbours(shown, side)
    with right:
        maps_panel(shown)
    selection_panel(shown)


def _causes(pair: Pair, cell: Cell | None, names: tuple[str, str]) -> Causes:
    with st.spinner("Finding the items whose neighbours changed …"):
        found = service.moved_items(pair.opened, pair.a, pair.b, pair.view.items, cell)
    scope: Scope = str(pair.opened.path), pair.opened.key, pair.a, pair.b, pair.view.items, cell
    return Causes(
        pair=pair,
        names=names,
        rows=found.rows,
        movers=found.movers,
        place=picked_place(pair, found.rows, found.movers),
        selected=selected_places(scope),
        scope=scope,
    )


def _neighbours(shown: Causes, side: int) -> None:
    """The nearest items of the picked one under one model, with what the other one does with them."""
    lists = [(one.rows[shown.place][:LISTED], one.similarities[shown.place][:LISTED]) for one in shown.movers.sides]
    (near, similarities), (others, _) = lists[side], lists[1 - side]
    images = shown.pair.opened.dataset.has_images
    st.markdown(f"**{'AB'[side]}** {plain(shown.names[side])}")
    gallery(
        shown.pair.opened,
        Cards(shown.rows[near], similarities, changes=rank_changes(others, near)),
        f"compare.near.{'ab'[side]}",
        lambda action, item: ADDRESS.change(item=item),
        label=f"Nearest under {shown.names[side]}",
        tall=LEAST,
        fill=True,
        card=PICTURE_CARD if images else TEXT_CARD,
        actions=(),
        click_label="Click: the neighbours of this item",
        other=shown.names[1 - side],
        only="only here",
    )
