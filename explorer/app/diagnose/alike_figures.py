"""Figures of groups and of drift."""

import plotly.graph_objects as go

from explorer.base.cell_text import cell_texts, short_number
from explorer.base.figure_text import figure_texts
from explorer.features.diagnose.alike.drift import Drift
from explorer.features.diagnose.alike.truth import Agreement
from explorer.features.diagnose.alike.words import LABELS

COLOURS = {"pairs": "#7f7f7f", "components": "#d55e00", "louvain": "#0072b2"}
MOST_NUMBERS = 12
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}


def agreement_figure(found: dict[str, list[tuple[float, Agreement]]], cosine: float) -> go.Figure:
    """F1 of pairs against the cosine, a line a way of grouping, and the cosine that is looked at."""
    figure = go.Figure()
    for name, points in found.items():
        figure.add_scatter(
            x=[at for at, _ in points],
            y=[told.f1 for _, told in points],
            customdata=[(told.precision, told.recall) for _, told in points],
            name=LABELS[name],
            mode="lines+markers",
            line={"color": COLOURS[name]},
            hovertemplate="cosine %{x:.2f}: F1 %{y:.3f}, precision %{customdata[0]:.3f}, recall %{customdata[1]:.3f}"
            f"<extra>{LABELS[name]}</extra>",
        )
    figure.add_vline(cosine, line_dash="dash", line_color="#7f7f7f")
    figure.update_xaxes(title="cosine from which two items are linked")
    figure.update_yaxes(title="F1 of pairs", range=[0, 1.03])
    figure.update_layout(height=300, margin=MARGIN, legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0})
    return figure


def drift_figure(found: Drift) -> go.Figure:
    """Rows: items of this period; columns: among which their nearest is looked for."""
    names = figure_texts(found.names)
    figure = go.Figure(
        go.Heatmap(
            x=names,
            y=names,
            z=found.similarities,
            customdata=found.errors * 1.96,
            colorscale="Cividis",
            colorbar={"title": {"text": "cosine"}, "thickness": 12},
            hovertemplate="items of %{y}, nearest in %{x}: %{z:.3f} ± %{customdata:.3f}<extra></extra>",
        )
    )
    if len(names) <= MOST_NUMBERS:
        texts = [[short_number(value, len(names)) for value in line] for line in found.similarities]
        cell_texts(figure, found.similarities, texts, "Cividis")
    figure.update_xaxes(title="nearest in", type="category")
    figure.update_yaxes(title="items of", type="category", autorange="reversed")
    figure.update_layout(height=min(620, 220 + 28 * len(names)), margin=MARGIN)
    return figure
