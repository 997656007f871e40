"""What the Diagnose page shows, as a value and in the address, and what one run of the page works on."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.app.explore.export_panel import export_panel
from explorer.app.explore.state import Context as ExploreContext
from explorer.app.explore.view import View as ExploreView
from explorer.app.frame.address import Address, choice, number, text
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.visits import address_of
from explorer.base.arrays import Rows
from explorer.workspace.opened import Opened

TABS = {"geometry": "Geometry", "labels": "Doubtful labels", "splits": "Across splits"}
COLUMNS = {"column": "Column of labels", "split": "Column of splits"}
OPEN = "diagnose.open"


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the page carries besides workspace and model.

    tab: of `TABS`. column: of labels, split: of splits, "" for the likeliest. threshold: agreement from which two items
    are copies, 0 for the one that the data propose.
    """

    tab: str = "geometry"
    column: str = ""
    split: str = ""
    threshold: float = 0.0


ADDRESS = Address(
    View(), tab=choice("tab", tuple(TABS)), column=text("column"), split=text("split"), threshold=number("dup", 0, 1)
)


@dataclass(frozen=True)
class Context:
    """What one run of the page works on: a workspace in one state, the chosen encoder, the view of the address."""

    opened: Opened
    encoder: str
    view: View


def choose_column(field: str, names: Sequence[str], now: str) -> None:
    """A choice of a column that goes to a field of the view."""
    key = f"diagnose.{field}"
    st.session_state[key] = now
    st.selectbox(
        COLUMNS[field], names, key=key, width=320, on_change=lambda: ADDRESS.change(**{field: st.session_state[key]})
    )


def items(context: Context, cards: Cards, key: str, label: str) -> None:
    """A gallery; a click opens Explore with what is like the item."""
    gallery(context.opened, cards, key, _open, label=label, actions=(), click_label="Click: open it on Explore")


def download(context: Context, rows: Rows, name: str, extra: dict[str, object]) -> None:
    """The items of these rows as a file, with more columns by name."""
    whole = ExploreContext(context.opened, context.encoder, ExploreView())
    export_panel(whole, rows, f"diagnose.export.{name}", name, extra)


def follow() -> None:
    """Go to Explore when an item was clicked."""
    if OPEN in st.session_state:
        st.switch_page("pages/1_Explore.py", query_params=address_of("Explore", st.session_state.pop(OPEN)))


def _open(action: str, item: str) -> None:
    st.session_state[OPEN] = item
