"""Figures of the stitching lab and of replacing a model."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.heads.curve import BLUE, ORANGE

GREY = "#888888"
_MARGIN = {"l": 10, "r": 10, "t": 40, "b": 10}
_LEGEND = {"orientation": "h", "y": 1.18, "x": 0}


def stitch_bars(cells: Sequence[Any]) -> go.Figure:
    """Accuracy of stitched networks by source layer, a bar for each way of fitting, for one target layer."""
    figure = go.Figure()
    for method, name, colour in (("direct", "direct matching", BLUE), ("task", "task-loss matching", ORANGE)):
        some = [cell for cell in cells if cell.method == method]
        hover = [
            f"{c.source} → {c.target}<br>accuracy {c.accuracy:.1%}<br>relative distance {c.distance:.3g}"
            f"<br>{c.out:.0%} out of distribution"
            for c in some
        ]
        figure.add_bar(
            x=[f"from {c.source}" for c in some],
            y=[c.accuracy for c in some],
            name=name,
            marker_color=colour,
            hovertext=hover,
            hoverinfo="text",
            text=[f"{c.accuracy:.0%}" for c in some],
            textposition="inside",
            insidetextanchor="end",
            cliponaxis=False,
        )
    if cells:
        figure.add_hline(y=cells[0].whole, line_dash="dot", line_color=GREY)
        figure.add_hline(y=cells[0].chance, line_dash="dot", line_color=GREY)
    figure.update_yaxes(title="accuracy, held out", range=[0, 1.12], tickformat=".0%", fixedrange=True)
    return figure.update_layout(height=330, margin=_MARGIN, legend=_LEGEND, barmode="group")


def compatibility_figure(matrix: NDArray[Any], names: Sequence[str], good: NDArray[np.bool_], title: str) -> go.Figure:
    """Accuracy of queries by row in galleries by column; compatible pairs (better than the old alone) carry a tick."""
    marks = [
        [f"{value:.0%}{' ✓' if ok else ''}" for value, ok in zip(*row, strict=True)]
        for row in zip(matrix, good, strict=True)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=matrix,
            x=list(names),
            y=list(names),
            zmin=0,
            zmax=1,
            colorscale="Blues",
            text=marks,
            texttemplate="%{text}",
            showscale=False,
            hovertemplate="query %{y}, gallery %{x}: %{z:.1%}<extra></extra>",
        )
    )
    figure.update_xaxes(title="gallery made by", type="category", fixedrange=True)
    figure.update_yaxes(title="query by", type="category", autorange="reversed", fixedrange=True)
    return figure.update_layout(height=120 + 52 * max(len(names), 3), margin=_MARGIN, title={"text": title, "x": 0})


def merge_lines(before: Any, after: Any, what: str) -> go.Figure:
    """Loss or accuracy (`what`) along the line from A to B, before and after the units are matched."""
    figure = go.Figure()
    for line, name, colour in ((before, "as trained", ORANGE), (after, "units matched", BLUE)):
        values = line.losses if what == "loss" else line.accuracies
        figure.add_scatter(x=line.shares, y=values, name=name, line_color=colour)
    ends = before.losses if what == "loss" else before.accuracies
    straight = {"color": GREY, "dash": "dot"}
    figure.add_scatter(x=[0, 1], y=[ends[0], ends[-1]], name="straight line", line=straight, mode="lines")
    title = "loss (cross-entropy, nats)" if what == "loss" else "accuracy"
    figure.update_yaxes(title=f"{title}, held out", rangemode="tozero", automargin=True)
    figure.update_xaxes(title="share of B in the mixture")
    return figure.update_layout(height=300, margin=_MARGIN, legend=_LEGEND, hovermode="x unified")


def alignment_lines(thresholds: Sequence[float], before: Sequence[float], after: Sequence[float]) -> go.Figure:
    """R against the threshold on singular values, before and after matching."""
    figure = go.Figure()
    for values, name, colour in ((before, "as trained", ORANGE), (after, "units matched", BLUE)):
        figure.add_scatter(x=list(thresholds), y=list(values), name=name, line_color=colour, mode="lines+markers")
    figure.update_xaxes(title="γ: least share of the largest singular value")
    figure.update_yaxes(title="alignment R", range=[-0.15, 1.05])
    return figure.update_layout(height=300, margin=_MARGIN, legend=_LEGEND, hovermode="x unified")
