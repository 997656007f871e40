"""The errors of approximated scores as a map."""

import plotly.graph_objects as go

from explorer.features.lab.scorers.measure import ScorerReport

HEIGHT = 340


def errors_figure(report: ScorerReport) -> go.Figure:
    """Queries from top to bottom, items from left to right; the colours end at one standard deviation."""
    heat = go.Heatmap(
        z=report.errors,
        zmin=-1,
        zmax=1,
        colorscale="RdBu_r",
        colorbar={"title": {"text": "error", "side": "right"}, "thickness": 12},
        hovertemplate="query %{y}, item %{x}: %{z:.2f}<extra></extra>",
    )
    figure = go.Figure(heat)
    figure.update_xaxes(title="items, by mean score", showticklabels=False)
    figure.update_yaxes(title="queries", showticklabels=False, autorange="reversed")
    figure.update_layout(height=HEIGHT, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure
