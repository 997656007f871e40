"""Figures of links: all scores of two short lists, and precision and recall at every threshold."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.base.arrays import Doubles, Floats
from explorer.base.figure_text import figure_text, figure_texts
from explorer.drawing.map.palettes import QUALITATIVE
from explorer.features.match.probability import Bin
from explorer.features.match.truth import Curve

MOST_CELLS, LONGEST, MOST_POINTS = 60, 34, 600
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#7f7f7f"
MARGIN = {"l": 8, "r": 8, "t": 34, "b": 8}


def short_names(names: Sequence[str]) -> list[str]:
    """Names that fit beside a figure and that differ; a name that stands twice is numbered."""
    found: list[str] = []
    seen: dict[str, int] = {}
    for name in figure_texts([one if len(one) <= LONGEST else one[: LONGEST - 1] + "…" for one in names]):
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def heat_figure(
    left: Sequence[str], right: Sequence[str], scores: Floats, linked: Sequence[tuple[int, int]]
) -> go.Figure:
    """(l, r) scores, NaN where no pair was proposed; linked: row and column of each link, marked by a ring."""
    rows, columns = short_names(left), short_names(right)
    figure = go.Figure(
        go.Heatmap(
            x=columns,
            y=rows,
            z=scores,
            colorscale="Cividis",
            colorbar={"title": {"text": "score"}, "thickness": 12},
            hovertemplate="%{y} · %{x}: %{z:.3f}<extra></extra>",
            hoverongaps=False,
        )
    )
    figure.add_scatter(
        x=[columns[column] for _, column in linked],
        y=[rows[row] for row, _ in linked],
        mode="markers",
        name="linked",
        marker={"symbol": "circle-open", "size": 10, "color": "#ffffff", "line": {"width": 2}},
        hoverinfo="skip",
    )
    figure.update_xaxes(type="category", tickangle=-60, automargin=True)
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    figure.update_layout(height=min(980, 230 + 17 * len(rows)), margin=MARGIN, showlegend=False)
    return figure


def _band(at: Doubles, low: Doubles, high: Doubles, colour: str) -> go.Scatter:
    return go.Scatter(
        x=np.concatenate([at, at[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        fill="toself",
        fillcolor=colour,
        opacity=0.18,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _stepped(values: Doubles) -> Doubles:
    """(2 s,) each of (s,) values twice: from one threshold to the next lower one the same pairs are linked."""
    return np.repeat(values, 2)


def curve_figure(curve: Curve, threshold: float | None) -> go.Figure:
    """Precision and recall against the threshold with 95 % bands; the threshold that is set as a line."""
    places = np.unique(np.linspace(0, len(curve.thresholds) - 1, MOST_POINTS).astype(int))
    at = _stepped(curve.thresholds[places])[1:]
    figure = go.Figure()
    for name, colour, values, low, high in (
        ("precision", BLUE, curve.precision, curve.precision_low, curve.precision_high),
        ("recall", ORANGE, curve.recall, curve.recall_low, curve.recall_high),
    ):
        figure.add_trace(_band(at, _stepped(low[places])[:-1], _stepped(high[places])[:-1], colour))
        figure.add_scatter(
            x=at,
            y=_stepped(values[places])[:-1],
            mode="lines",
            name=name,
            line={"color": colour, "width": 2},
            hovertemplate=f"{name} %{{y:.3f}} from %{{x:.3f}} on<extra></extra>",
        )
    figure.add_scatter(
        x=at,
        y=_stepped(curve.f1[places])[:-1],
        mode="lines",
        name="F1",
        line={"color": GREY, "dash": "dot"},
        hovertemplate="F1 %{y:.3f} from %{x:.3f} on<extra></extra>",
    )
    if threshold is not None:
        figure.add_vline(threshold, line_dash="dash", line_width=1, line_color=GREY)
    figure.update_xaxes(title="links from this score on")
    figure.update_yaxes(range=[0, 1.02], title="share")
    figure.update_layout(height=300, margin=MARGIN, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return figure


def reliability_figure(bins: Sequence[Bin]) -> go.Figure:
    """Share that is right over the mean probability of each bin; on the line they agree."""
    figure = go.Figure(
        go.Scatter(
            x=[0, 1], y=[0, 1], mode="lines", line={"color": GREY, "dash": "dot"}, hoverinfo="skip", showlegend=False
        )
    )
    most = max((one.pairs for one in bins), default=1)
    figure.add_scatter(
        x=[one.mean for one in bins],
        y=[one.share for one in bins],
        mode="markers",
        marker={"color": BLUE, "size": [8 + 26 * (one.pairs / most) ** 0.5 for one in bins], "opacity": 0.75},
        customdata=[one.pairs for one in bins],
        hovertemplate="probability %{x:.2f}: %{y:.2f} of %{customdata:,} links are right<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(title="probability", range=[-0.08, 1.08])
    figure.update_yaxes(title="share that is right", range=[-0.08, 1.08])
    figure.update_layout(height=300, margin=MARGIN)
    return figure


def kinds_figure(curves: Mapping[str, tuple[Floats, Floats]]) -> go.Figure:
    """Recall and precision by name of a kind, a line each."""
    figure = go.Figure()
    for place, (name, (recall, precision)) in enumerate(curves.items()):
        figure.add_scatter(
            x=recall,
            y=precision,
            mode="lines",
            name=figure_text(name),
            line={"color": QUALITATIVE[place % len(QUALITATIVE)], "dash": "dot" if name == "all" else "solid"},
            hovertemplate="precision %{y:.3f} at recall %{x:.3f}",
        )
    figure.update_xaxes(title="recall", range=[0, 1.02])
    figure.update_yaxes(title="precision", range=[0, 1.02])
    figure.update_layout(height=300, margin=MARGIN, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return figure
