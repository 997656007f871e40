"""Figures of labels by words."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.base.arrays import Rows
from explorer.base.figure_text import figure_text
from explorer.features.label.by_words.service import WordsAnswer

BINS, MOST_LABELS, FEW = 40, 12, 12
MARGIN = {"l": 8, "r": 8, "t": 30, "b": 8}


def cosine_figure(answer: WordsAnswer) -> go.Figure:
    """How many items have which cosine to the label they were given, a line a label (the twelve commonest)."""
    best = answer.cosines.max(axis=1)
    edges = np.linspace(float(best.min()), max(float(best.max()), float(best.min()) + 1e-6), BINS + 1)
    counts = np.bincount(answer.codes, minlength=len(answer.names))
    shown = sorted(np.argsort(-counts, kind="stable")[:MOST_LABELS].tolist())
    figure = go.Figure([_line(answer, code, best, edges) for code in shown])
    figure.update_xaxes(title="cosine to the item’s label")
    figure.update_yaxes(title="items")
    figure.update_layout(height=300, margin=MARGIN, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return figure


def _line(answer: WordsAnswer, code: int, best: "np.ndarray", edges: "np.ndarray") -> go.Scatter:
    counts, _ = np.histogram(best[answer.codes == code], edges)
    return go.Scatter(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        name=figure_text(answer.names[code]),
        mode="lines",
        line={"shape": "hvh"},
        hovertemplate="%{y:,} items near %{x:.2f}",
    )


def confusion_figure(
    names: Sequence[str], counts: Rows, column: str, rows: str = "", columns: str = "by words"
) -> go.Figure:
    """(c, c) counts of items: rows by the column, columns by words; colour: share of the row.

    rows, columns: titles of the axes, for other pairs of labels.
    """
    labels = [figure_text(name) for name in names]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = go.Figure(
        go.Heatmap(
            x=labels,
            y=labels,
            z=shares,
            zmin=0,
            zmax=1,
            colorscale="Cividis",
            text=[[f"{count:,}" for count in row] for row in counts.tolist()],
            texttemplate="%{text}" if len(names) <= FEW else None,
            colorbar={"title": {"text": "share"}, "thickness": 12},
            hovertemplate="%{y} → %{x}: %{text} items, %{z:.0%} of the row<extra></extra>",
        )
    )
    figure.update_xaxes(title=columns, type="category")
    figure.update_yaxes(title=rows or figure_text(column), type="category", autorange="reversed")
    figure.update_layout(height=min(620, 220 + 28 * len(names)), margin=MARGIN)
    return figure
