"""The items in three dimensions, to be turned: what lies behind each other on the flat map comes apart."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from explorer.app.explore.map_panel import map_colours_of
from explorer.app.explore.state import Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import small_or_job
from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.figure_text import figure_texts
from explorer.base.sampling import at_most
from explorer.drawing.map.item_colours import rgb_of
from explorer.drawing.map.palettes import MISSING
from explorer.search.captions import captions
from explorer.search.find import Found, filter_mask
from explorer.workspace.solid import known_solid, solid

AT_ONCE, DRAWN, HEIGHT = 3_000, 20_000, 560
SIZE, SMALLEST, LARGEST = 70.0, 0.6, 3.0
"""Size of a point times the root of their number, as on the flat map; plotly draws it more than three pixels wide."""
METHODS = {"umap": "UMAP", "pca": "PCA"}
HELP = (
    "Drag to turn, wheel or pinch for nearer and farther, Shift and drag to move. By PCA: the first three principal "
    "axes. By UMAP: laid out anew in three dimensions, so it is not the flat map with a depth. The switch and the "
    "colours above the map hold for both."
)


def solid_panel(context: Context, results: Found | None, selected: Mask | None) -> None:
    """The points that pass the filters, laid out as the map beside them; what is not selected is grey."""
    method = _ready_method(context)
    with st.spinner("Laying the items out …"):
        places = solid(context.opened, context.encoder, method)
    rows = _drawn(context, places)
    meant = map_colours_of(context, len(places), results is not None)
    colours = rgb_of(meant)[rows]
    shades = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colours.tolist()]
    if selected is not None:
        shades = [shade if selected[row] else MISSING for row, shade in zip(rows, shades, strict=True)]
    st.plotly_chart(
        solid_figure(places[rows], shades, captions(context.opened, rows, context.view.card), outlined=meant.literal),
        key="explore.solid.figure",
        config={"displayModeBar": False, "scrollZoom": True},
    )
    most = f" A sample of {DRAWN:,} is drawn." if len(rows) == DRAWN else ""
    st.caption(f"{len(rows):,} items under {plain(context.encoder)}, by {METHODS[method]}.{most}", help=HELP)


def _ready_method(context: Context) -> str:
    """The method of the map where that is laid out or small enough; else PCA, below a button that starts the work."""
    opened, method = context.opened, context.method or "pca"
    if method == "pca" or known_solid(opened, context.encoder, method) is not None:
        return method
    args = ["map", str(opened.path), "--dimensions", "3", "--model", context.encoder, "--method", method]
    title = "UMAP in three dimensions"
    return method if small_or_job(opened.workspace, args, title, count=len(opened.dataset), most=AT_ONCE) else "pca"


def _drawn(context: Context, places: Floats) -> Rows:
    """Rows of the items with a place that pass the filters, a random 20,000 of more."""
    inside = np.isfinite(places).all(axis=1)
    if context.view.filters:
        inside &= filter_mask(context.opened, context.view.filters)
    return np.sort(at_most(np.flatnonzero(inside), DRAWN, np.random.default_rng(0)))


def solid_figure(places: Floats, shades: list[str], names: list[str], outlined: bool = False) -> go.Figure:
    """(k, 3) points with a colour and a name each; names are shown as they are where the pointer is.

    outlined: so that white and black ones are seen on white and on black.
    """
    x, y, z = places.T
    size = float(np.clip(SIZE / np.sqrt(max(len(places), 1)), SMALLEST, LARGEST))
    points = go.Scatter3d(
        x=x,
        y=y,
        z=z,
        mode="markers",
        marker={"color": shades, "size": size, "line": {"width": int(outlined), "color": MISSING}},
        text=figure_texts(names),
        hovertemplate="%{text}<extra></extra>",
    )
    bare = {"showticklabels": False, "title": "", "showbackground": False, "gridcolor": "rgba(128,128,128,.25)"}
    figure = go.Figure([points])
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        scene={"xaxis": bare, "yaxis": bare, "zaxis": bare, "aspectmode": "data", "dragmode": "orbit"},
        uirevision="kept",
    )
    return figure
