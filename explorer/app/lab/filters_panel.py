"""What a filter costs, and whether it hides items."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.lab.filters_figure import filters_figure, filters_table
from explorer.app.lab.report_panel import KIND_WORDS
from explorer.app.lab.view import ADDRESS, Context, measure_button
from explorer.features.lab.filters.attributes import Goes
from explorer.features.lab.filters.measure import filters_path, usable_columns
from explorer.features.lab.filters.report import FilterReport, Unfiltered, kept_filters

MADE, MADE_NAME = "", "Attributes made for each query, from half of the items to none"
HEADS: dict[Goes, str] = {
    "with": "An attribute that goes with the query",
    "chance": "An attribute that has nothing to do with it",
}
ABOUT = (
    "A filter can be applied before the search (**pre-filter**: compare all that pass), after it (**post-filter**: ask "
    "for more and drop what does not pass), or inside of the graph (**in-filter**). Which is best depends on how many "
    "items pass, and on whether these lie near the query."
)
MADE_WORDS = (
    "With the query: the items nearest to one of its hundred nearest pass. Nothing to do with it: as many random items."
)
COLUMN_WORDS = (
    "With the query: the items pass that have the value, or lie in the range of numbers, of the item nearest to the "
    "query. Nothing to do with it: the same values, dealt out to the items anew. Each query stands at the share of "
    "items that pass its own filter."
)


def filters_panel(context: Context) -> None:
    """The panel."""
    st.markdown(ABOUT)
    column = _choose(context)
    found = kept_filters(filters_path(context.opened, context.encoder, column))
    measure_button(context, "filters", ["--column", column] if column else [], again=found is not None)
    if found is None:
        return
    kind = found.kinds[0]
    if len(found.kinds) > 1:
        kind = st.segmented_control(
            "Queries",
            found.kinds,
            key="lab.filters.kind",
            default=kind,
            required=True,
            format_func=KIND_WORDS.__getitem__,
            label_visibility="collapsed",
        )
    unfiltered = next(one for one in found.unfiltered if one.kind == kind)
    st.markdown(plain(_unfiltered_words(unfiltered)))
    for place, goes in zip(st.columns(2), HEADS, strict=True):
        with place:
            _figure(found, unfiltered, goes)
    st.caption(COLUMN_WORDS if column else MADE_WORDS)
    st.caption(
        f"{found.items:,} items of {plain(context.encoder)}; truth: every item that passes compared. Bars: 95 % "
        "intervals of the recall over queries, the middle half of the times. Dotted: the same queries without a "
        "filter. Where fewer than ten pass, recall is the share of those; where none do, there is nothing to miss."
    )
    with st.expander("All numbers"):
        for goes, head in HEADS.items():
            st.markdown(f"**{head}**")
            st.dataframe(filters_table(found.of(kind, goes)), hide_index=True)


def _choose(context: Context) -> str:
    """The column of the address, where it can be used, else made attributes."""
    columns = usable_columns(context.opened)
    wanted = context.view.column if context.view.column in columns else MADE
    st.session_state["lab.filters.column"] = wanted
    return st.selectbox(
        "Filter by",
        [MADE, *columns],
        key="lab.filters.column",
        width=480,
        format_func=lambda name: name or MADE_NAME,
        on_change=lambda: ADDRESS.change(column=st.session_state["lab.filters.column"]),
    )


def _figure(found: FilterReport, unfiltered: Unfiltered, goes: Goes) -> None:
    points = found.of(unfiltered.kind, goes)
    st.markdown(f"**{HEADS[goes]}**")
    st.plotly_chart(
        filters_figure(points, unfiltered), key=f"lab.filters.{goes}", config={"displayModeBar": False}, width="stretch"
    )


def _unfiltered_words(one: Unfiltered) -> str:
    return (
        f"Without a filter: recall@10 {one.recall.value:.1%} ({one.recall.low:.1%} to {one.recall.high:.1%}) at "
        f"{one.milliseconds.value:.2f} ms a query, {one.recall.queries} queries, ef {one.ef}."
    )
