"""Figures of near copies: the graph of links, and what was solved by similarity."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.base.figure_text import figure_text
from explorer.drawing.map.palettes import QUALITATIVE
from explorer.features.match.copies.graph import Graph
from explorer.features.match.copies.rates import Rate
from explorer.features.match.side import Side

SHORT = 90
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}


def graph_figure(graph: Graph, side: Side) -> go.Figure:
    """Things as dots in the colour of their community; links, and apart from them those between two communities."""
    figure = go.Figure()
    for bridge, name, line in (
        (False, "link", {"color": "#9a9a9a", "width": 1}),
        (True, "link between two communities", {"color": "#d55e00", "width": 2, "dash": "dot"}),
    ):
        chosen = graph.bridge == bridge
        if chosen.any():
            x, y = (_broken(graph.places[:, axis], graph.first[chosen], graph.second[chosen]) for axis in (0, 1))
            figure.add_scatter(x=x, y=y, mode="lines", line=line, name=name, hoverinfo="skip")
    labels = [figure_text((" ".join(side.texts[row].split()) or side.ids[row])[:SHORT]) for row in graph.rows.tolist()]
    figure.add_scatter(
        x=graph.places[:, 0],
        y=graph.places[:, 1],
        mode="markers",
        marker={"size": 10, "color": [QUALITATIVE[one % len(QUALITATIVE)] for one in graph.group.tolist()]},
        text=labels,
        name="thing",
        hovertemplate="%{text}<extra></extra>",
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    figure.update_layout(height=420, margin=MARGIN, legend=legend)
    return figure


def _broken(values: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Ends of each line with a gap behind them."""
    return np.stack([values[first], values[second], np.full(len(first), np.nan)], axis=1).ravel()


def rates_figure(rates: Sequence[Rate], solved: str) -> go.Figure:
    """The share solved in each bin with its interval."""
    names = [f"{one.low:.2f} to {one.high:.2f}" for one in rates]
    figure = go.Figure(
        go.Bar(
            x=names,
            y=[one.share for one in rates],
            error_y={
                "array": [one.most - one.share for one in rates],
                "arrayminus": [one.share - one.least for one in rates],
            },
            customdata=[one.items for one in rates],
            marker_color=QUALITATIVE[0],
            hovertemplate="%{x}: %{y:.1%} of %{customdata:,}<extra></extra>",
        )
    )
    figure.update_xaxes(title="cosine to the nearest other", type="category")
    figure.update_yaxes(title=figure_text(f"share of {solved}"), range=[0, 1.03], tickformat=".0%")
    figure.update_layout(height=300, margin=MARGIN, showlegend=False)
    return figure
