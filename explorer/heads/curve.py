"""The curve of a training run: the loss, and the held-out score."""

from collections.abc import Sequence

import plotly.graph_objects as go

BLUE, ORANGE = "#0072b2", "#d55e00"
LONGEST = 30
"""Letters that fit beside the axis; a longer name stands in the legend alone."""


def training_curve(entries: Sequence[dict[str, float]], score: str) -> go.Figure:
    """Lines of loss (left axis) and held-out score (right axis, named `score`) over the steps."""
    steps = [entry["step"] for entry in entries]
    beside = score if len(score) <= LONGEST else "held-out score"
    figure = go.Figure(
        [
            go.Scatter(x=steps, y=[entry["loss"] for entry in entries], name="loss", line_color=BLUE),
            go.Scatter(x=steps, y=[entry["score"] for entry in entries], name=score, line_color=ORANGE, yaxis="y2"),
        ]
    )
    figure.update_layout(
        height=260,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.15},
        xaxis={"title": "step"},
        yaxis={"title": "loss", "automargin": True},
        yaxis2={
            "title": beside,
            "overlaying": "y",
            "side": "right",
            "automargin": True,
            "showgrid": False,
        },
    )
    return figure
