"""Filters on attributes, in the sidebar; those of a link that the data cannot answer are left out."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.app.explore.by_choice import by_of
from explorer.app.explore.state import Context
from explorer.app.explore.summary_strip import draw_count, summary_strip
from explorer.app.frame.foreign import plain
from explorer.base.errors import InputError
from explorer.search.filters import format_filters, parse_filters
from explorer.search.find import Found, filter_mask


def checked_filters(context: Context) -> Context:
    """The context without filters that the data set cannot answer; what was left out is said."""
    if not context.view.filters:
        return context
    kept = []
    try:
        wanted = parse_filters(context.view.filters)
    except InputError as error:
        st.warning(f"The filters of this link were left out. {plain(error)}")
        wanted = []
    for one in wanted:
        try:
            filter_mask(context.opened, format_filters([one]))
            kept.append(one)
        except InputError as error:
            st.warning(f"A filter of this link was left out. {plain(error)}")
    return replace(context, view=replace(context.view, filters=format_filters(kept)))


def filter_panel(context: Context) -> DeltaGenerator | None:
    """Draw the filters in the sidebar; where it says how many pass."""
    with st.sidebar:
        return summary_strip(context)


def tell_how(place: DeltaGenerator | None, context: Context, results: Found | None) -> None:
    """Say at `place` how the results were found among the items that pass; by words they were found by the keywords."""
    if place and results and context.view.filters and by_of(context) == "dense":
        draw_count(place, context, results.way)
