"""Accuracy against the number of labels of each value, a line a method."""

import plotly.graph_objects as go

from explorer.features.label.contract import METHODS
from explorer.features.label.curve import Curve

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")


def curve_figure(found: Curve) -> go.Figure:
    """The curve with its 95 % intervals; methods stand a little apart, so that each interval is seen."""
    figure = go.Figure()
    names = list(dict.fromkeys(point.method for point in found.points))
    for place, name in enumerate(names):
        points = [point for point in found.points if point.method == name]
        label = METHODS[name].label if name in METHODS else name
        figure.add_scatter(
            x=[point.each * 1.03 ** (place - len(names) / 2) for point in points],
            y=[point.accuracy for point in points],
            name=label,
            mode="lines+markers",
            marker={"color": COLOURS[place % len(COLOURS)], "size": 8},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [point.high - point.accuracy for point in points],
                "arrayminus": [point.accuracy - point.low for point in points],
                "thickness": 1.2,
            },
            customdata=[point.each for point in points],
            hovertemplate="%{customdata} of each: %{y:.3f}<extra>" + label + "</extra>",
        )
    ticks = sorted({point.each for point in found.points})
    figure.update_xaxes(type="log", title="labels of each value", tickvals=ticks, ticktext=[str(one) for one in ticks])
    figure.update_yaxes(title="accuracy")
    figure.update_layout(
        height=340,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
    )
    return figure
