"""Figures of the limits: recall on LIMIT by way, and what free vectors solved by the number of documents."""

import plotly.graph_objects as go

from explorer.app.figures.intervals import interval_bars
from explorer.base.figure_text import figure_text
from explorer.features.diagnose.limits.service import KS, WAYS, FreeReport, LimitReport
from explorer.io.text import counted

COLOURS = {"model": "#d55e00", "bm25": "#0072b2", "tfidf": "#56b4e9", "chance": "#7f7f7f"}
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
SOLVED, NOT = "#009e73", "#d55e00"


def recall_figure(found: LimitReport) -> go.Figure:
    """Recall at 2, 10 and 20, a bar a way."""
    figure = go.Figure()
    for way, label in WAYS.items():
        scores = [found.recalls[way][k] for k in KS]
        name = figure_text(found.model) if way == "model" else label
        figure.add_bar(
            x=[f"recall@{k}" for k in KS],
            y=[score.value for score in scores],
            name=name,
            marker={"color": COLOURS[way]},
            error_y=interval_bars(scores, colour="#9a9a9a"),
            hovertemplate="%{x}: %{y:.1%}<extra>" + name + "</extra>",
        )
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02], title="of the two right texts")
    figure.update_layout(
        height=320, margin=MARGIN, legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0}, bargap=0.2
    )
    return figure


def free_figure(found: FreeReport, reference: int | None) -> go.Figure:
    """Share of the pairs that the best start solved, by number of documents; a line where the authors' code stopped."""
    attempts = found.attempts
    figure = go.Figure(
        go.Bar(
            x=[one.n for one in attempts],
            y=[one.solved for one in attempts],
            marker={"color": [SOLVED if one.solved == 1 else NOT for one in attempts]},
            customdata=[f"best of {counted(one.starts, 'start')}, {one.steps:,} steps" for one in attempts],
            hovertemplate="%{x} documents: %{y:.1%} of the pairs (%{customdata})<extra></extra>",
        )
    )
    if reference:
        words = f"authors’ code: {reference}"
        figure.add_vline(
            reference, line_dash="dash", line_color="#7f7f7f", annotation_text=words, annotation_position="top left"
        )
    figure.update_xaxes(title="documents", dtick=1 if len(attempts) < 20 else 5)
    figure.update_yaxes(
        title="pairs that are exactly the first two", tickformat=".0%", range=[0, 1.2], tickvals=[0, 0.25, 0.5, 0.75, 1]
    )
    figure.update_layout(height=280, margin=MARGIN | {"t": 24}, showlegend=False)
    return figure
