"""The selected items, in the place of the results."""

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.cards import item_gallery
from explorer.app.explore.items_panel import items_panel, show_choice
from explorer.app.explore.selection import Regions, selection
from explorer.app.explore.state import Context
from explorer.app.explore.views_panel import saved_stamp
from explorer.app.frame.foreign import QUOTED, plain
from explorer.app.frame.gallery import Cards
from explorer.base.arrays import Mask, Rows
from explorer.base.errors import WorkspaceError

SHOWN = 120


def selected_items(context: Context) -> Mask | None:
    """(n,) True for the selected items that pass the filters; None when nothing is selected, or it cannot be found."""
    try:
        chosen = selection(context.opened, *_chosen(context))
    except WorkspaceError as error:
        st.warning(f"The selection of this link was drawn on a map that is not there. {plain(error)}")
        return None
    if chosen is None and context.view.saved:
        st.warning(f"There is no saved view named “{plain(context.view.saved, QUOTED)}” any more; nothing is selected.")
    return chosen


def _chosen(context: Context) -> tuple[Regions, str, str]:
    return context.view.regions, saved_stamp(context), context.view.filters


def selection_controls() -> None:
    """The way to let go of the selection."""
    st.button("Clear", key="explore.unselect", on_click=_clear, icon=":material/close:", type="tertiary")


def selection_panel(context: Context, rows: Rows) -> None:
    """Draw the selected items of these rows, as the view says."""
    if not len(rows):
        st.info("There is no item in this region, or none of them passes the filters.")
        return
    _panel(context, rows, "selected", name="selection", label="Selected items")


def passing_panel(context: Context, rows: Rows) -> None:
    """Draw the items of these rows, which pass the filters, as the view says."""
    if not len(rows):
        st.info("No item passes the filters. Widen or clear them in the sidebar.", icon=":material/filter_alt_off:")
        return
    _panel(context, rows, "that pass the filters", name="passing", label="Passing items")


def _panel(context: Context, rows: Rows, what: str, *, name: str, label: str) -> None:
    show_choice(context)
    count = len(context.dataset)
    words = f"{len(rows):,} of {count:,} items {plain(what)} ({len(rows) / max(count, 1):.1%})."
    if len(rows) > SHOWN and context.view.show == "pictures":
        words += f" The first {SHOWN} are shown, in the order of the data; the table has more."
    st.caption(words)
    cards = Cards(rows[:SHOWN], ranked=False)
    items_panel(context, rows, lambda: item_gallery(context, cards, f"explore.{name}", label=label), name=name)


def _clear() -> None:
    state.change(regions=(), saved="", tool="")
