"""What sets a selection apart, as bars."""

from collections.abc import Sequence

import plotly.graph_objects as go

from explorer.base.figure_text import figure_texts

BLUE, ORANGE = "#0072b2", "#d55e00"
ROW, MARGIN = 30, 70


def lift_bars(labels: Sequence[str], inside: Sequence[float], outside: Sequence[float]) -> go.Figure:
    """Share of each value inside the selection (0 to 1) beside its share in the rest, one pair of bars a value."""
    figure = go.Figure(
        [
            _bar("in the rest", labels, outside, "#9aa0a6"),
            _bar("in the selection", labels, inside, BLUE),
        ]
    )
    figure.update_xaxes(title="share of items", tickformat=".0%", rangemode="tozero")
    return _framed(figure, len(labels) * 1.5)


def _bar(name: str, labels: Sequence[str], values: Sequence[float], colour: str) -> go.Bar:
    hover = "%{y}: %{x:.1%} " + name + "<extra></extra>"
    return go.Bar(
        name=name, y=figure_texts(labels), x=list(values), orientation="h", marker_color=colour, hovertemplate=hover
    )


def difference_bars(labels: Sequence[str], differences: Sequence[float]) -> go.Figure:
    """Standardised difference of each number between selection and rest; to the right where the selection has more."""
    colours = [BLUE if value >= 0 else ORANGE for value in differences]
    hover = "%{y}: %{x:+.2f} standard deviations<extra></extra>"
    bars = go.Bar(
        y=figure_texts(labels), x=list(differences), orientation="h", marker_color=colours, hovertemplate=hover
    )
    figure = go.Figure([bars])
    figure.update_xaxes(title="difference in standard deviations (selection − rest)", zeroline=True)
    return _framed(figure, len(labels))


def _framed(figure: go.Figure, rows: float) -> go.Figure:
    figure.update_yaxes(autorange="reversed", automargin=True, title=None)
    figure.update_layout(
        height=int(MARGIN + ROW * max(rows, 2)),
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        barmode="group",
        bargap=0.25,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "reversed"},
    )
    return figure
