"""The same items on two aligned maps, with lines from where an item was to where it went."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

GREY, LINE = "#9aa0a6", "rgba(213, 94, 0, 0.55)"
PICK = "#d55e00"


def two_maps(
    first: NDArray[Any],
    second: NDArray[Any],
    ids: Sequence[str],
    shared: NDArray[Any],
    *,
    names: tuple[str, str],
    keys: Sequence[int],
    marked: Sequence[int],
    picked: int = -1,
    selected: Sequence[int] = (),
) -> go.Figure:
    """Left: (n, 2) places under the first model; right: under the second, aligned to the first.

    shared: (n,) share of neighbours kept, the colour. marked: items with a line from their first place to their second,
    on the right. picked: the item with a ring on both, -1 for none. selected: the items that stay bright on both, all
    when empty. keys: (n,) the customdata of the points.
    """
    figure = make_subplots(1, 2, subplot_titles=names, horizontal_spacing=0.03)
    for column, places in enumerate((first, second), start=1):
        if column == 2 and len(marked):
            figure.add_trace(_lines(first, second, marked), row=1, col=2)
        figure.add_trace(_points(places, ids, shared, keys, selected, column == 2), row=1, col=column)
        if picked >= 0:
            figure.add_trace(_ring(places[picked]), row=1, col=column)
    for title, axis in zip(figure.layout.annotations, (figure.layout.xaxis, figure.layout.xaxis2), strict=True):
        title.update(x=axis.domain[0], xanchor="left")  # the tools stand at the right
    both = np.vstack([first, second])
    low, high = both.min(axis=0), both.max(axis=0)
    room = 0.05 * (high - low) + 1e-6
    shown = {"showticklabels": False, "zeroline": False}
    figure.update_xaxes(range=[low[0] - room[0], high[0] + room[0]], **shown)
    figure.update_yaxes(range=[low[1] - room[1], high[1] + room[1]], **shown)
    figure.update_layout(
        height=460,
        margin={"l": 4, "r": 4, "t": 34, "b": 4},
        showlegend=False,
        dragmode="pan",
        clickmode="event+select",
    )
    return figure


def _points(
    places: NDArray[Any],
    ids: Sequence[str],
    shared: NDArray[Any],
    keys: Sequence[int],
    selected: Sequence[int],
    bar: bool,
) -> go.Scatter:
    hover = [f"{item}<br>{share:.0%} of its neighbours kept" for item, share in zip(ids, shared, strict=True)]
    scale = {"title": {"text": "neighbours kept", "side": "right"}, "tickformat": ".0%", "thickness": 12}
    marker = {"size": 7, "color": shared, "colorscale": "Viridis", "cmin": 0, "showscale": bar}
    marker["cmax"] = max(float(np.max(shared)), 0.1)
    return go.Scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        customdata=[[key] for key in keys],
        hovertext=hover,
        hoverinfo="text",
        marker=marker | ({"colorbar": scale} if bar else {}),
        selectedpoints=list(selected) or None,
        unselected={"marker": {"opacity": 0.12 if len(selected) else 0.75}},
    )


def _lines(first: NDArray[Any], second: NDArray[Any], marked: Sequence[int]) -> go.Scatter:
    x, y = ([v for i in marked for v in (first[i, axis], second[i, axis], None)] for axis in (0, 1))
    return go.Scatter(x=x, y=y, mode="lines", line={"color": LINE, "width": 1.5}, hoverinfo="skip")


def _ring(place: NDArray[Any]) -> go.Scatter:
    marker = {"size": 18, "color": "rgba(0,0,0,0)", "line": {"color": PICK, "width": 3}}
    return go.Scatter(x=[place[0]], y=[place[1]], mode="markers", marker=marker, hoverinfo="skip")
