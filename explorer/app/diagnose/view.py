"""What the Diagnose page shows, as a value and in the address, and what one run of the page works on."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.app.explore.export_panel import export_panel
from explorer.app.explore.state import Context as ExploreContext
from explorer.app.explore.view import View as ExploreView
from explorer.app.frame.address import Address, choice, number, text, whole
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.tabs import TabContext
from explorer.app.frame.visits import address_of
from explorer.base.arrays import Rows
from explorer.features.diagnose.alike.groups import GROUPINGS
from explorer.features.diagnose.fixes.contract import FIXES

TABS = {
    "geometry": "Geometry",
    "labels": "Doubtful labels",
    "splits": "Across splits",
    "alike": "Duplicates and drift",
    "index": "Index doctor",
    "health": "Index health",
    "limits": "Limits",
}
QUESTIONS = {
    "geometry": "How do the vectors lie, and does that spoil the search?",
    "labels": "Which labels may be wrong?",
    "splits": "Do copies in two splits make a score too good?",
    "alike": "Which items are the same thing again, and does what comes in change over time?",
    "index": "When a search misses what it should find, is it the vectors, the metric or the index?",
    "health": "Which items does an index miss, and does it matter in which order they went in?",
    "limits": "What can no search with one vector a text do, and how far is this model from it?",
}
"""The first sentence of each tab."""
DIMS = tuple(range(2, 13))
COLUMNS = {
    "column": "Column of labels",
    "split": "Column of splits",
    "keep": "Split that shall be a fair test",
    "truth": "Column that tells what is the same",
    "across": "Leave out pairs within one value of",
    "period": "Column of dates or of an order",
}
OPEN = "diagnose.open"


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the page carries besides workspace and model.

    tab: of `TABS`. column: of labels, split: of splits, "" for the likeliest. threshold: agreement from which two items
    are copies, 0 for the one that the data propose. ef: candidates of a search that are shown, 0 for the usual. dim: of
    free vectors. fix: of the geometry that is looked at, "" for the first. cosine: from which two items are linked, 0
    for the one that the data propose. grouping: how links become groups. truth, across: columns, "" for none. period:
    column, "" for the likeliest. keep: the split that shall be a fair test, "" for the likeliest.
    """

    tab: str = "geometry"
    column: str = ""
    split: str = ""
    threshold: float = 0.0
    ef: float = 0.0
    dim: int = 4
    fix: str = ""
    keep: str = ""
    cosine: float = 0.0
    grouping: str = "louvain"
    truth: str = ""
    across: str = ""
    period: str = ""


ADDRESS = Address(
    View(),
    tab=choice("tab", tuple(TABS)),
    column=text("column"),
    split=text("split"),
    threshold=number("dup", 0, 1),
    ef=number("ef", 0, 1e6),
    dim=whole("dim", DIMS),
    fix=choice("fix", ("", *FIXES)),
    keep=text("keep"),
    cosine=number("cosine", 0, 1),
    grouping=choice("grouping", GROUPINGS),
    truth=text("truth"),
    across=text("across"),
    period=text("period"),
)


Context = TabContext[View]
"""What one run of the page works on."""


def choose_column(field: str, names: Sequence[str], now: str, width: int = 320) -> None:
    """A choice of a column that goes to a field of the view."""
    key = f"diagnose.{field}"
    st.session_state[key] = now
    st.selectbox(
        COLUMNS[field],
        names,
        key=key,
        width=width,
        format_func=lambda name: name or "none",
        on_change=lambda: ADDRESS.change(**{field: st.session_state[key]}),
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
