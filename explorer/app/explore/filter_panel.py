"""Filters on attributes, in the sidebar: values with counts, ranges, dates, texts that contain something."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.columns import ColumnInfo, describe_column
from explorer.app.explore.range_filters import Change, Setting, draw_bounds, draw_dates, draw_range
from explorer.app.explore.state import Context
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.search.filters import Filter, format_filters, parse_filters
from explorer.search.find import filter_mask
from explorer.workspace.opened import Opened

SHOWN_AT_FIRST, MISSING = 5, "(no value)"


def checked_filters(context: Context) -> Context:
    """The context without filters that the data set cannot answer; what was left out is said."""
    if not context.view.filters:
        return context
    kept = []
    try:
        wanted = parse_filters(context.view.filters)
    except InputError as error:
        st.warning(f"The filters of this link were left out. {error}")
        wanted = []
    for one in wanted:
        try:
            filter_mask(context.opened, format_filters([one]))
            kept.append(one)
        except InputError as error:
            st.warning(f"A filter of this link was left out. {error}")
    return replace(context, view=replace(context.view, filters=format_filters(kept)))


def filter_panel(context: Context) -> None:
    """Draw the filters of the sidebar."""
    names = context.dataset.attributes
    if not names:
        return
    chosen = {one.column: one for one in parse_filters(context.view.filters)}
    with st.sidebar:
        st.markdown("**Filters**")
        _count(context)
        first = names[:SHOWN_AT_FIRST]
        _all(context, first, chosen)
        rest = [name for name in names if name not in first]
        _all(context, _more(rest, list(chosen)) if rest else [], chosen)


def _count(context: Context) -> None:
    if not context.view.filters:
        st.caption(f"All {len(context.dataset):,} items pass.")
        return
    passing = int(filter_mask(context.opened, context.view.filters).sum())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{passing:,} of {len(context.dataset):,} items pass.")
        st.button("Clear", key="explore.filters.clear", type="tertiary", on_click=lambda: state.change(filters=""))


def _all(context: Context, names: list[str], chosen: dict[str, Filter]) -> None:
    for name in names:
        _one(describe(context.opened, name), chosen.get(name))


def _more(names: list[str], chosen: list[str]) -> list[str]:
    """Those of the further columns that have a filter or that are asked for."""
    words = f"{len(names)} more columns"
    asked = st.multiselect("More filters", names, key="explore.filters.more", placeholder=words, persist_state="page")
    return [name for name in names if name in chosen or name in asked]


@remembered(500)
def describe(opened: Opened, name: str) -> ColumnInfo:
    """How one attribute of the workspace can be filtered."""
    return describe_column(name, opened.dataset.table.column(name))


def _one(column: ColumnInfo, setting: Setting) -> None:
    draw = _DRAWN.get(column.kind)
    if draw is not None:
        draw(column, setting, f"explore.filter.{column.name}", partial(_set, column.name))


def _values(column: ColumnInfo, setting: Setting, key: str, change: Change) -> None:
    counts = dict(column.values) | ({MISSING: column.missing} if column.missing else {})
    picked = [MISSING if value is None else value for value in setting.values] if setting else []
    st.session_state[key] = [value for value in picked if value in counts]
    st.multiselect(
        column.name,
        list(counts),
        key=key,
        placeholder="any",
        format_func=lambda value: f"{value} ({counts[value]:,})",
        on_change=lambda: change(_value_filter(column.name, st.session_state[key])),
    )


def _value_filter(name: str, picked: list[str]) -> Setting:
    values = tuple(None if value == MISSING else value for value in picked)
    return Filter(column=name, kind="values", values=values) if values else None


def _contains(column: ColumnInfo, setting: Setting, key: str, change: Change) -> None:
    st.session_state[key] = setting.text if setting else ""
    st.text_input(
        column.name,
        key=key,
        placeholder="contains …",
        on_change=lambda: change(_text_filter(column.name, st.session_state[key])),
    )


def _text_filter(name: str, text: str) -> Setting:
    return Filter(column=name, kind="contains", text=text) if text else None


def _set(name: str, setting: Setting) -> None:
    view = state.current_view()[0]
    try:
        kept = [one for one in parse_filters(view.filters) if one.column != name]
    except InputError:
        kept = []
    state.change(filters=format_filters([*kept, *([setting] if setting else [])]))


_DRAWN: dict[str, Callable[[ColumnInfo, Setting, str, Change], None]] = {
    "values": _values,
    "range": draw_range,
    "bounds": draw_bounds,
    "dates": draw_dates,
    "contains": _contains,
}
