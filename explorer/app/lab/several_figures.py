"""How well fixed encodings estimate Chamfer similarity, and how far down the right items are."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.app.lab.figure import COLOURS, SYMBOLS
from explorer.features.lab.several.measure import Curve, SeveralReport

HEIGHT = 340
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}


def estimates_figure(report: SeveralReport) -> go.Figure:
    """Exact similarity from left to right, its estimate upwards; on the line both are the same."""
    exact, estimated = np.array(report.pairs).T
    ends = [float(exact.min()), float(exact.max())]
    line = go.Scatter(x=ends, y=ends, mode="lines", name="the same", line={"dash": "dot", "color": "#7f7f7f"})
    dots = go.Scatter(
        x=exact,
        y=estimated,
        mode="markers",
        name="an item and a query",
        marker={"size": 5, "color": COLOURS[0], "opacity": 0.6},
        hovertemplate="Chamfer %{x:.2f}, estimated %{y:.2f}<extra></extra>",
    )
    figure = go.Figure([line, dots])
    figure.update_xaxes(title="Chamfer similarity")
    figure.update_yaxes(title="estimate by fixed encodings")
    figure.update_layout(
        height=HEIGHT, margin=MARGIN, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    )
    return figure


def recall_at_figure(curves: Sequence[Curve]) -> go.Figure:
    """Recall of the exact ten best among the first N estimates, one line for each number of repetitions and bits."""
    lines = [
        go.Scatter(
            x=curve.at,
            y=curve.recalls,
            name=f"R {curve.repetitions}, {curve.bits} bits, {curve.projected} a cell: {curve.numbers:,}",
            mode="lines+markers",
            marker={"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 8},
            line={"color": COLOURS[place % len(COLOURS)], "width": 1.5},
            hovertemplate="first %{x:,}: %{y:.1%}<extra>%{fullData.name}</extra>",
        )
        for place, curve in enumerate(curves)
    ]
    figure = go.Figure(lines)
    figure.update_xaxes(title="N: first estimates that are looked at", type="log")
    figure.update_yaxes(title="exact ten best among them", tickformat=".0%", range=[0, 1.02])
    figure.update_layout(height=HEIGHT, margin=MARGIN)
    return figure
