"""Recall and time of filtered queries against the share of items that pass: one line a way to answer."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.app.lab.figure import COLOURS, SYMBOLS
from explorer.base.figure_text import figure_text
from explorer.features.lab.filters.registry import FILTER_WAYS, METHODS
from explorer.features.lab.filters.report import FilterPoint, Unfiltered
from explorer.search.how_found import WORDS

HEIGHT = 560


def way_name(way: str, setting: str) -> str:
    """Short name of a way with its setting, where one way has several."""
    short = METHODS[way].label.partition(":")[0]
    several = sum(one.card.name == way for one in FILTER_WAYS) > 1
    return f"{short} {setting}" if several else short


def filters_figure(points: Sequence[FilterPoint], unfiltered: Unfiltered) -> go.Figure:
    """Recall above, milliseconds below, of one kind of query and attribute; what passes from left to right.

    The dotted lines are the same queries without a filter.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.06)
    for place, way in enumerate(FILTER_WAYS):
        chosen = [point for point in points if (point.way, point.setting) == (way.card.name, way.setting)]
        for row, line in enumerate(_lines(chosen, place), 1):
            figure.add_trace(line, row=row, col=1)
    for row, level in ((1, unfiltered.recall.value), (2, unfiltered.milliseconds.value)):
        figure.add_hline(level, line={"dash": "dot", "width": 1, "color": "#7f7f7f"}, row=row, col=1)
    figure.update_yaxes(title="recall@10", tickformat=".0%", range=[-0.03, 1.03], row=1, col=1)
    figure.update_yaxes(title="milliseconds a query", type="log", dtick=1, row=2, col=1)
    levels = [figure_text(level) for level in dict.fromkeys(point.level for point in points)]
    figure.update_xaxes(type="category", categoryarray=levels)  # else plotly reads "50 %" as a number
    figure.update_xaxes(title="items that pass → fewer", row=2, col=1)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    return figure


def _lines(points: Sequence[FilterPoint], place: int) -> list[go.Scatter]:
    """The recall and the time of one way."""
    if not points:
        return []
    name = figure_text(way_name(points[0].way, points[0].setting))
    some = [point for point in points if point.passing[1]]  # of nothing there is no share
    recalls = [(point.recall.value, point.recall.low, point.recall.high) for point in some]
    times = [(point.milliseconds.value, point.milliseconds.low, point.milliseconds.high) for point in points]
    return [
        _line(some, recalls, name, place, shown=True, hover="recall %{y:.1%}"),
        _line(points, times, name, place, shown=False, hover="%{y:,.3~g} ms"),
    ]


def _line(
    points: Sequence[FilterPoint],
    spans: Sequence[tuple[float, float, float]],
    name: str,
    place: int,
    *,
    shown: bool,
    hover: str,
) -> go.Scatter:
    colour = COLOURS[place % len(COLOURS)]
    bars = {
        "type": "data",
        "symmetric": False,
        "array": [high - value for value, _, high in spans],
        "arrayminus": [value - low for value, low, _ in spans],
        "thickness": 1,
        "width": 3,
    }
    return go.Scatter(
        name=name,
        legendgroup=name,
        showlegend=shown,
        x=[figure_text(point.level) for point in points],
        y=[value for value, _, _ in spans],
        error_y=bars,
        mode="lines+markers",
        marker={"color": colour, "size": 8, "symbol": SYMBOLS[place % len(SYMBOLS)]},
        line={"color": colour, "width": 1.5},
        hovertemplate="%{x} pass: " + hover + f"<extra>{name}</extra>",
    )


def filters_table(points: Sequence[FilterPoint]) -> pd.DataFrame:
    """The same points as a table, one row a point."""
    rows = [
        {
            "pass": point.level,
            "items that pass": " to ".join(f"{count:,}" for count in dict.fromkeys(point.passing)),
            "of the ten nearest pass": f"{point.near:.0%}",
            "way": way_name(point.way, point.setting),
            "recall@10": point.recall.value if point.passing[1] else None,
            "95 % interval": f"{point.recall.low:.3f} to {point.recall.high:.3f}" if point.passing[1] else "",
            "milliseconds": point.milliseconds.value,
            "answered": ", ".join(f"{count} by {way}" for way, count in point.how.items() if way in WORDS),
        }
        for point in points
    ]
    return pd.DataFrame(rows)
