"""Index health: where the space is too many-sided for the index, and whether the order of insertion matters."""

import numpy as np
import streamlit as st

from explorer.app.diagnose.health_figures import bins_figure, dimension_figure, orders_figure
from explorer.app.diagnose.view import ADDRESS, Context, choose_column
from explorer.app.diagnose.work import start_button
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import map_items
from explorer.app.frame.jobs import show_jobs
from explorer.app.frame.map import similarity_map
from explorer.app.frame.visits import address_of
from explorer.base.arrays import Doubles
from explorer.drawing.map.values import MapColours
from explorer.features.diagnose.health.report import Health
from explorer.features.diagnose.health.service import EFS, known_dimensions, known_health
from explorer.features.diagnose.health.words import KINDS, bins_words, order_words
from explorer.library.map_values import DIMENSION, map_colours, map_points
from explorer.search.label_columns import label_columns

NONE = "none"
DIMENSION_HELP = (
    "In how many directions the 100 nearest others of an item lie: the inverse of the mean of ln(T_k / T_j), T_j the "
    "distance to the j-th nearest, over j < k = 100 (Levina and Bickel 2005). Copies, at distance 0, are left out."
)


def health_panel(context: Context) -> None:
    """Dimensions as histogram and on the map, recall by dimension, recall by order."""
    columns = label_columns(context.opened)
    column = context.view.column if context.view.column in columns else next(iter(columns), "")
    if columns:
        choose_column("column", columns, column)
    around, found = (
        known_dimensions(context.opened, context.encoder),
        known_health(context.opened, context.encoder, column),
    )
    if around is None or found is None:
        args = ["--health", *(["--category", column] if column else [])]
        takes = f"Builds {15 + 5 * bool(column)} graphs of at most 10,000 items, one thread each: some minutes."
        title = f"Index health of {context.encoder}"
        start_button(context, "Examine", title, args, key="health", takes=takes)
        show_jobs(context.opened.workspace)
    if around is not None:
        _dimensions(context, around)
    if found is not None:
        _recalls(context, found)


def _dimensions(context: Context, around: Doubles) -> None:
    left, right = st.columns(2, gap="medium")
    known = np.isfinite(around)
    with left.container(border=True, height="stretch"):
        st.markdown("**Intrinsic dimension**: in how many directions neighbours lie", help=DIMENSION_HELP)
        if not known.any():
            st.info("No item has one: the nearest of every item are copies, or all equally far.")
            return
        st.plotly_chart(dimension_figure(around), key="diagnose.dimensions", config={"displayModeBar": False})
        without = int((~known & context.opened.embeddings(context.encoder).present).sum())
        none = f"; {without:,} more have none, their nearest are copies" if without else ""
        dim = context.opened.embeddings(context.encoder).dim
        st.caption(f"{int(known.sum()):,} items of {plain(context.encoder)}{none}. Vectors here have {dim:,} numbers.")
    with right.container(border=True, height="stretch"):
        _map(context, around)


def _map(context: Context, around: Doubles) -> None:
    methods = context.opened.map_methods(context.encoder)
    if not methods:
        st.info("There is no map of these items yet. Press “Prepare for search” on the home page to draw it.")
        return
    colours: MapColours = map_colours(context.opened, context.encoder, methods[0], DIMENSION)
    points = map_points(context.opened, context.encoder, methods[0])
    items = map_items(context.opened, context.encoder)
    similarity_map(points, colours, key="diagnose.map", height=340, items=items, elastic=methods[0] == "umap")
    st.page_link(
        "pages/1_Explore.py",
        label="Open the map on Explore in these colours",
        icon=":material/travel_explore:",
        query_params=address_of("Explore") | {"color": [DIMENSION]},
    )


def _recalls(context: Context, found: Health) -> None:
    efs = list(found.efs)
    now = round(context.view.ef)
    st.session_state["diagnose.health.ef"] = now if now in efs else EFS[1]
    ef = st.select_slider(
        "Candidates kept in a search (ef)",
        efs,
        key="diagnose.health.ef",
        on_change=lambda: ADDRESS.change(ef=float(st.session_state["diagnose.health.ef"])),
        width=420,
    )
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.markdown("**Recall by dimension**: which queries the graph answers worst")
        st.plotly_chart(bins_figure(found, ef), key="diagnose.bins", config={"displayModeBar": False})
        st.caption(plain(bins_words(found, ef)))
    with right.container(border=True, height="stretch"):
        st.markdown("**Recall by order of insertion**: a box over five seeds, every order")
        kind = found.kinds[0]
        if len(found.kinds) > 1:
            kind = st.segmented_control(
                "Queries", found.kinds, key="diagnose.kind", default=kind, required=True, format_func=KINDS.__getitem__
            )
        st.plotly_chart(orders_figure(found, kind, ef), key="diagnose.orders", config={"displayModeBar": False})
        st.caption(plain(order_words(found, kind, ef)))
    without = f" {found.left_out:,} queries have no dimension." if found.left_out else ""
    st.caption(
        f"HNSW with M 16 and 200 candidates while building, {found.items:,} items, one thread; recall@{found.k:,} "
        "against exact search, of queries that are in none of the graphs. By dimension: the first graph in random "
        "order, queries in five groups of one size; bars: where a group reaches, and 95 % intervals."
        f"{without}"
    )
