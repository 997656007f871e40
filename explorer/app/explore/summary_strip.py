"""What the data look like now, column by column: charts that show what passes the other filters, and set them."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.app.explore import state
from explorer.app.explore.selection import Regions, selection
from explorer.app.explore.state import Context
from explorer.app.explore.views_panel import saved_stamp
from explorer.app.frame.bars import Chart, bars
from explorer.app.frame.column_choice import choose_columns, chosen_columns
from explorer.app.frame.foreign import plain
from explorer.base.arrays import Mask, Rows
from explorer.base.errors import WorkspaceError
from explorer.base.memory import remembered
from explorer.index import Way
from explorer.search.facet_words import setting_words
from explorer.search.facets import Facet, facet
from explorer.search.filters import parse_filters
from explorer.search.find import filter_mask
from explorer.search.how_found import how_words
from explorer.search.picking import Setting, split_filters, with_setting
from explorer.workspace.opened import Opened

SHOWN_AT_FIRST, MOSTLY, FEW_VALUES, FEW_ITEMS = 5, 0.5, 60, 20
COLUMNS = "explore.filters.columns"
HELP = (
    "A click on a bar keeps the items that have this value, another click lets go; Shift and click adds one. "
    "Drag over a histogram for a range. The full colour, and the number, count the items that pass the filters on all "
    "other columns and lie in the selection when there is one; the pale bar counts all items. Where few pass, the bars "
    "show these alone."
)


def summary_strip(context: Context) -> DeltaGenerator | None:
    """Draw, into the current container, what passes, the filters that are set and a chart a column.

    Return where it says how many pass, None without columns.
    """
    names = useful_columns(context.opened)
    if not names:
        return None
    place = st.empty()
    draw_count(place, context)
    filters = context.view.filters
    chosen = {one.column: one for one in parse_filters(filters)}
    shown = {*chosen_columns(context.opened, names, SHOWN_AT_FIRST, COLUMNS), *chosen}
    charts = [_chart(context, name) for name in names if name in shown]
    chips = [(name, setting_words(_facet(context, name), one)) for name, one in chosen.items()]
    bars(context.opened, charts, "explore.bars", _change, label="Filters", chips=chips)
    choose_columns(context.opened, names, SHOWN_AT_FIRST, COLUMNS, wide=True)
    return place


def _change(column: str, setting: Setting) -> None:
    """Filter a column of the shown view like this, or no more with None; of the column "", all."""
    state.change(filters=with_setting(state.current_view()[0].filters, column, setting) if column else "")


def useful_columns(opened: Opened) -> list[str]:
    """The columns that can tell items apart: tags, then what has few values or numbers; free texts last."""
    found = [facet(opened, name) for name in opened.tagged.attributes]
    count = len(opened.dataset)

    def rank(one: Facet) -> int:
        if one.name == opened.tag_column:
            return 0
        long = len(one.totals) > max(FEW_VALUES, count / FEW_ITEMS)
        return 4 if one.kind == "texts" else 3 if one.missing > MOSTLY * count else 2 if long else 1

    return [one.name for one in sorted(found, key=rank) if one.parts_items]


def draw_count(place: DeltaGenerator, context: Context, way: Way | None = None) -> None:
    """How many items pass and, once a query has been answered, how the answer was found among them."""
    count = len(context.dataset)
    words = f"All {count:,} items pass."
    if context.view.filters:
        passing = int(filter_mask(context.opened, context.view.filters).sum())
        words = f"{passing:,} of {count:,} items pass. {how_words(way, passing) if way else ''}".strip()
    place.markdown(f"**Filters**  \n:small[{plain(words)}]", help=HELP)


def _facet(context: Context, name: str) -> Facet:
    return facet(context.opened, name)


def _chart(context: Context, name: str) -> Chart:
    others, setting = split_filters(context.view.filters, name)
    found = _facet(context, name)
    try:
        counts = passing(context.opened, name, others, context.view.regions, saved_stamp(context))
    except WorkspaceError:  # a selection of a map that is not there; the page says so
        counts = passing(context.opened, name, others, (), "")
    return Chart(facet=found, counts=counts, setting=setting)


@remembered(500, also="tags")
def passing(opened: Opened, name: str, others: str, regions: Regions, saved: str) -> Rows:
    """(parts,) items in each part of a column that pass the filters on the others and are selected, if any are."""
    inside: Mask | None = selection(opened, regions, saved, others)
    if inside is None and others:
        inside = filter_mask(opened, others)
    return facet(opened, name).count(inside)
