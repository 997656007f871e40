"""A small chart of how one attribute is distributed."""

from itertools import pairwise

import plotly.graph_objects as go

from explorer.workspace.summary import Counts

BAR_PIXELS, BINS_PIXELS, LONGEST_LABEL = 24, 200, 22


def counts_figure(counts: Counts, colour: str) -> go.Figure:
    """Lying bars for values, standing ones for bins of numbers; hover tells the exact count."""
    figure = _values(counts, colour) if counts.kind == "values" else _bins(counts, colour)
    figure.update_layout(margin={"l": 0, "r": 48, "t": 4, "b": 24}, showlegend=False, bargap=0.25, dragmode=False)
    figure.update_xaxes(showgrid=False, zeroline=False, fixedrange=True)
    figure.update_yaxes(showgrid=False, zeroline=False, fixedrange=True, automargin=True)
    return figure


def _values(counts: Counts, colour: str) -> go.Figure:
    places = list(range(len(counts.labels)))
    hover = [f"{label}: {count:,} items" for label, count in zip(counts.labels, counts.counts, strict=True)]
    bars = go.Bar(
        x=counts.counts,
        y=places,
        orientation="h",
        marker_color=colour,
        hovertext=hover,
        hoverinfo="text",
        text=[f"{count:,}" for count in counts.counts],
        textposition="outside",
        cliponaxis=False,
    )
    figure = go.Figure(bars)
    figure.update_layout(height=24 + BAR_PIXELS * max(len(places), 2))
    figure.update_xaxes(showticklabels=False)
    shown = [label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…" for label in counts.labels]
    return figure.update_yaxes(tickvals=places, ticktext=shown, autorange="reversed")


def _bins(counts: Counts, colour: str) -> go.Figure:
    edges = list(pairwise(counts.labels))
    hover = [
        f"{low:.4g} to {high:.4g}: {count:,} items" for (low, high), count in zip(edges, counts.counts, strict=True)
    ]
    bars = go.Bar(
        x=[(low + high) / 2 for low, high in edges],
        width=[high - low for low, high in edges],
        y=counts.counts,
        marker_color=colour,
        hovertext=hover,
        hoverinfo="text",
    )
    return go.Figure(bars).update_layout(height=BINS_PIXELS)
