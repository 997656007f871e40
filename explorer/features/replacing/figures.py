"""Figures of the stitching lab and of replacing a model."""

from collections.abc import Sequence
from itertools import cycle

import plotly.graph_objects as go

from explorer.base.cell_text import cell_texts
from explorer.base.figure_text import figure_texts
from explorer.features.replacing.compatibility.matrix import Compatibility, compatible_pairs
from explorer.features.replacing.contract import methods_of
from explorer.features.replacing.merging.merge import Merge
from explorer.features.replacing.merging.method import MergeMethod
from explorer.features.replacing.stitching.bench import Cell
from explorer.features.replacing.stitching.method import StitchMethod
from explorer.heads.curve import BLUE, ORANGE

GREY, GREEN, PURPLE = "#888888", "#009e73", "#cc79a7"
STITCH_COLOURS = (BLUE, ORANGE, GREEN, PURPLE)
MERGE_COLOURS = (ORANGE, BLUE, GREEN, PURPLE)
"""Of the methods in their order, from the beginning again when there are more."""
_MARGIN = {"l": 10, "r": 10, "t": 40, "b": 10}
_LEGEND = {"orientation": "h", "y": 1.18, "x": 0}


def stitch_bars(cells: Sequence[Cell]) -> go.Figure:
    """Accuracy of stitched networks by source layer, a bar for each way of fitting, for one target layer."""
    figure = go.Figure()
    for method, colour in zip(methods_of(StitchMethod).values(), cycle(STITCH_COLOURS), strict=False):
        some = [cell for cell in cells if cell.method == method.name]
        hover = [
            f"{c.source} → {c.target}<br>accuracy {c.accuracy:.1%}<br>relative distance {c.distance:.3g}<br>{c.foreign}"
            for c in some
        ]
        figure.add_bar(
            x=[f"from {c.source}" for c in some],
            y=[c.accuracy for c in some],
            name=method.label,
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


def compatibility_figure(found: Compatibility, names: Sequence[str], title: str) -> go.Figure:
    """Accuracy of queries by row in galleries by column; compatible pairs (better than the old alone) carry a tick."""
    marks = [
        [f"{value:.0%}{' ✓' if ok else ''}" for value, ok in zip(*row, strict=True)]
        for row in zip(found.matrix, compatible_pairs(found.matrix), strict=True)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=found.matrix,
            x=figure_texts(names),
            y=figure_texts(names),
            zmin=0,
            zmax=1,
            colorscale="Blues",
            showscale=False,
            hovertemplate="query %{y}, gallery %{x}: %{z:.1%}<extra></extra>",
        )
    )
    cell_texts(figure, found.matrix, marks, "Blues", ends=(0, 1))
    figure.update_xaxes(title="gallery made by", type="category", fixedrange=True)
    figure.update_yaxes(title="query by", type="category", autorange="reversed", fixedrange=True)
    return figure.update_layout(height=120 + 52 * max(len(names), 3), margin=_MARGIN, title={"text": title, "x": 0})


def merge_lines(found: Merge, what: str) -> go.Figure:
    """Loss or accuracy (`what`) along the line from A to B, by every method of merging."""
    figure = go.Figure()
    for (name, method), colour in zip(methods_of(MergeMethod).items(), cycle(MERGE_COLOURS), strict=False):
        line = found.ways[name].between
        values = line.losses if what == "loss" else line.accuracies
        figure.add_scatter(x=line.shares, y=values, name=method.label, line_color=colour)
    first = next(iter(found.ways.values())).between
    ends = first.losses if what == "loss" else first.accuracies
    straight = {"color": GREY, "dash": "dot"}
    figure.add_scatter(x=[0, 1], y=[ends[0], ends[-1]], name="straight line", line=straight, mode="lines")
    title = "loss (cross-entropy, nats)" if what == "loss" else "accuracy"
    figure.update_yaxes(title=f"{title}, held out", rangemode="tozero", automargin=True)
    figure.update_xaxes(title="share of B in the mixture")
    return figure.update_layout(height=300, margin=_MARGIN, legend=_LEGEND, hovermode="x unified")


def alignment_lines(found: Merge) -> go.Figure:
    """R against the threshold on singular values, by every method of merging."""
    figure = go.Figure()
    for (name, method), colour in zip(methods_of(MergeMethod).items(), cycle(MERGE_COLOURS), strict=False):
        values = list(found.ways[name].aligned)
        figure.add_scatter(
            x=list(found.thresholds), y=values, name=method.label, line_color=colour, mode="lines+markers"
        )
    figure.update_xaxes(title="γ: least share of the largest singular value")
    figure.update_yaxes(title="alignment R", range=[-0.15, 1.05])
    return figure.update_layout(height=300, margin=_MARGIN, legend=_LEGEND, hovermode="x unified")
