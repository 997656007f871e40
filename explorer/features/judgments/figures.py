"""Models against people: scores with intervals and the ceiling, learning curves, and which pairs drive a loss."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from explorer.base.arrays import Doubles, Mask
from explorer.base.figure_text import figure_text, figure_texts

BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "#8a8f98"
ROW, FRAME = 30, 96


@dataclass(frozen=True)
class Bar:
    """One model: its score, the 95 % interval (NaN when there is none), and what the pointer tells."""

    label: str
    value: float
    low: float
    high: float
    note: str = ""


@dataclass(frozen=True)
class Mark:
    """A straight line across a figure, such as chance or the ceiling."""

    label: str
    value: float
    colour: str
    dash: str = "dash"


@dataclass(frozen=True)
class Curve:
    """A score after ever more answers: (k,) answers, values, and the ends of their intervals."""

    counts: Sequence[float]
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def score_bars(
    bars: Sequence[Bar], marks: Sequence[Mark], title: str, percent: bool, band: tuple[float, float] | None = None
) -> go.Figure:
    """Dots with intervals, one row a model in the given order, and marks across all of them.

    band: lower and upper bound of the noise ceiling.
    """
    values = [bar.value for bar in bars]
    finite = [(bar.high - bar.value, bar.value - bar.low) for bar in bars]
    points = go.Scatter(
        x=values,
        y=[figure_text(bar.label) for bar in bars],
        mode="markers",
        marker={"size": 11, "color": BLUE},
        name="model",
        error_x={
            "type": "data",
            "symmetric": False,
            "color": BLUE,
            "thickness": 2,
            "width": 5,
            "array": [np.nan_to_num(up) for up, _ in finite],
            "arrayminus": [np.nan_to_num(down) for _, down in finite],
        },
        hovertext=[figure_text(bar.note or f"{bar.label}: {bar.value:.3f}") for bar in bars],
        hoverinfo="text",
    )
    figure = go.Figure([points])
    if band is not None:
        figure.add_vrect(*band, fillcolor=GREEN, opacity=0.18, line_width=0, layer="below")
        words = f"noise ceiling {_shown(band[0], percent)} to {_shown(band[1], percent)}"
        above = {"x": band[1], "y": 1.0, "yref": "paper", "yshift": 30, "xanchor": "right"}
        figure.add_annotation(text=words, font={"color": GREEN}, showarrow=False, **above)
    for place, mark in enumerate(marks):
        figure.add_vline(mark.value, line_dash=mark.dash, line_color=mark.colour)
        figure.add_annotation(
            x=mark.value,
            y=1.0,
            yref="paper",
            yshift=14 + 16 * (place % 2),
            showarrow=False,
            text=f"{mark.label} {_shown(mark.value, percent)}",
            font={"color": mark.colour},
        )
    figure.update_xaxes(title=title, tickformat=".0%" if percent else ".1f", zeroline=False)
    figure.update_yaxes(autorange="reversed", automargin=True, title=None)
    figure.update_layout(
        height=FRAME + 26 + ROW * max(len(bars), 2), margin={"l": 8, "r": 24, "t": 48, "b": 8}, showlegend=False
    )
    return figure


def learning_figure(
    curves: dict[str, Curve],
    marks: Sequence[Mark],
    title: str,
) -> go.Figure:
    """Held-out share against the number of answers, a curve a name."""
    figure = go.Figure()
    for colour, (name, curve) in zip((BLUE, ORANGE, GREEN, GREY) * 3, curves.items(), strict=False):
        figure.add_scatter(
            x=list(curve.counts),
            y=list(curve.values),
            name=figure_text(name),
            mode="lines+markers",
            line={"color": colour},
            error_y={
                "type": "data",
                "symmetric": False,
                "thickness": 1,
                "width": 3,
                "array": list(np.subtract(curve.high, curve.values)),
                "arrayminus": list(np.subtract(curve.values, curve.low)),
            },
        )
    for mark in marks:
        figure.add_hline(mark.value, line_dash=mark.dash, line_color=mark.colour, annotation_text=mark.label)
    figure.update_xaxes(title="answers learned from", rangemode="tozero")
    figure.update_yaxes(title=title, tickformat=".0%")
    figure.update_layout(
        height=340,
        margin={"l": 8, "r": 8, "t": 36, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )
    return figure


def rating_scatter(people: Doubles, model: Doubles, label: str) -> go.Figure:
    """A dot a pair: the model's similarity against the mean rating."""
    dots = go.Scattergl(
        x=people,
        y=model,
        mode="markers",
        marker={"size": 5, "color": BLUE, "opacity": 0.45},
        hovertemplate="people %{x:.2f}, model %{y:.3f}<extra></extra>",
    )
    figure = go.Figure([dots])
    figure.update_xaxes(title="people's mean rating, standardised (more: more alike)")
    figure.update_yaxes(title=f"similarity under {figure_text(label)}", automargin=True)
    figure.update_layout(height=380, margin={"l": 8, "r": 8, "t": 8, "b": 8}, showlegend=False)
    return figure


def weight_map(weights: Doubles, same: Mask, labels: Sequence[str]) -> go.Figure:
    """(m, m) how hard each pair of a batch is moved: pairs of one group together (blue), others apart (orange)."""
    shown = figure_texts(labels)
    signed = np.where(same, weights, -weights)
    most = max(float(np.abs(signed).max()), 1e-9)
    figure = go.Figure(
        go.Heatmap(
            z=signed,
            zmin=-most,
            zmax=most,
            colorscale=[[0, ORANGE], [0.5, "#f4f4f4"], [1, BLUE]],
            customdata=np.array([[f"{a} · {b}" for b in shown] for a in shown]),
            hovertemplate="%{customdata}: %{z:.3f}<extra></extra>",
            colorbar={"title": "weight"},
        )
    )
    starts = [i for i in range(len(labels)) if i == 0 or labels[i] != labels[i - 1]]
    axis = {"tickvals": starts, "ticktext": [shown[i] for i in starts], "showgrid": False}
    figure.update_layout(
        height=460,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis=axis,
        yaxis=axis | {"autorange": "reversed", "automargin": True},
    )
    return figure


def _shown(value: float, percent: bool) -> str:
    return f"{value:.1%}" if percent else f"{value:.3f}"
