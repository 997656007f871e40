"""Filters on attributes, in the sidebar; those of a link that the data cannot answer are left out."""

from dataclasses import replace

import streamlit as st

from explorer.app.explore.state import Context
from explorer.app.explore.summary_strip import summary_strip
from explorer.app.frame.foreign import plain
from explorer.base.errors import InputError
from explorer.search.filters import format_filters, parse_filters
from explorer.search.find import filter_mask


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


def filter_panel(context: Context) -> None:
    """Draw the filters in the sidebar."""
    with st.sidebar:
        summary_strip(context)
