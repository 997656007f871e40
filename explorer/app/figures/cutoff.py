"""The curve of a cut-off for one query: relevance over cosine, the line, and where the results lie."""

import numpy as np
import plotly.graph_objects as go

from explorer.base.arrays import Floats, Mask
from explorer.features.cutoff.cut import Curve

KEPT, DROPPED, CONTROL = "#0072b2", "#7f7f7f", "#d55e00"
HEIGHT = 128


def cutoff_figure(curve: Curve, similarities: Floats, kept: Mask) -> go.Figure:
    """F of this query, and as a control the map that is the same for all queries; (k,) similarities as points."""
    heights = np.interp(similarities, curve.cosines, curve.relevance)
    figure = go.Figure(
        [
            _line(curve.cosines, curve.control, "the same map for all queries", CONTROL, "dot"),
            _line(curve.cosines, curve.relevance, "the map of this query", KEPT, "solid"),
            _points(similarities[~kept], heights[~kept], "cut off", DROPPED, "x"),
            _points(similarities[kept], heights[kept], "kept", KEPT, "circle"),
        ]
    )
    figure.add_hline(curve.threshold, line_dash="dash", line_width=1, line_color=DROPPED)
    low, high = float(curve.cosines[0]), float(curve.cosines[-1])
    for level, colour, dash in ((curve.level, KEPT, "dash"), (curve.control_level, CONTROL, "dot")):
        if low <= level <= high:
            figure.add_vline(level, line_dash=dash, line_width=1, line_color=colour)
    figure.update_xaxes(title={"text": "similarity (cosine)", "standoff": 8}, range=[low, high])
    figure.update_yaxes(title={"text": "F", "standoff": 2}, range=[-0.05, 1.05], tickvals=[0, 1])
    figure.update_layout(height=HEIGHT, margin={"l": 4, "r": 8, "t": 8, "b": 2}, showlegend=False)
    return figure


def _line(x: Floats, y: object, name: str, colour: str, dash: str) -> go.Scatter:
    words = f"%{{y:.2f}} at %{{x:.2f}}<extra>{name}</extra>"
    return go.Scatter(
        x=x, y=y, mode="lines", name=name, line={"color": colour, "dash": dash, "width": 2}, hovertemplate=words
    )


def _points(x: Floats, y: object, name: str, colour: str, symbol: str) -> go.Scatter:
    marker = {"color": colour, "size": 7, "symbol": symbol}
    return go.Scatter(
        x=x, y=y, mode="markers", name=name, marker=marker, hovertemplate=f"%{{x:.3f}}<extra>{name}</extra>"
    )
