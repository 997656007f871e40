"""Quality against cost: one line a way to search, one point a setting, intervals in both directions."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10

import pandas as pd
import plotly.graph_objects as go

from explorer.base.figure_text import figure_text
from explorer.base.method import MethodCard
from explorer.features.lab.report import COSTS, Point, Span

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#a6761d")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "x", "pentagon")
HEIGHT = 380
SIZE, LARGER = 9, 7


def quality_cost(
    points: Sequence[Point], cost: str, ways: Mapping[str, MethodCard], *, quality: str = "recall@10", log: bool = True
) -> go.Figure:
    """Recall of the `points` (those that have this `cost`, a name of `COSTS`) from bottom to top, cost from left to
    right, settings of one way joined in their order; `ways`: cards by name, whose order gives colour and symbol.
    """
    names = [name for name in ways if any(point.way == name and cost in point.costs for point in points)]
    chosen = [[point for point in points if point.way == name and cost in point.costs] for name in names]
    places = [list(ways).index(name) for name in names]
    lines = [
        _line(ways[name].label, place, some, cost, _sizes(some, chosen[number + 1 :], cost))
        for number, (name, place, some) in enumerate(zip(names, places, chosen, strict=True))
    ]
    figure = go.Figure(lines)
    better = "<br>→ better" if COSTS[cost].more_is_better else ""
    figure.update_xaxes(title=COSTS[cost].label + better, type="log" if log else "linear")
    if log:
        ticks = log_ticks([span.value for point in points for name, span in point.costs.items() if name == cost])
        figure.update_xaxes(tickvals=ticks, ticktext=[f"{tick:,g}" for tick in ticks])
    figure.update_yaxes(title=quality, tickformat=".0%", range=[_lowest(points), 1.01])
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    return figure


def log_ticks(values: Sequence[float], most: int = 7) -> list[float]:
    """Round numbers (1, 2, 5 times a power of ten, or powers alone where these are many) around the positive values."""
    positive = [value for value in values if value > 0]
    if not positive:
        return []
    first, last = floor(log10(min(positive))) - 1, ceil(log10(max(positive))) + 1
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10.0**power for power in range(first, last + 1) for step in steps]
        inside = [tick for tick in ticks if min(positive) / 2 <= tick <= max(positive) * 2]
        if len(inside) <= most:
            return inside
    return inside


def points_table(points: Sequence[Point], ways: Mapping[str, MethodCard]) -> pd.DataFrame:
    """The same points as a table for people, one row a point."""
    costs = [name for name in COSTS if any(name in point.costs for point in points)]
    more = list(dict.fromkeys(name for point in points for name in point.more))
    rows = [
        {
            "way": ways[point.way].label if point.way in ways else point.way,
            "setting": point.setting,
            f"recall@{point.recall.k}": point.recall.value,
            "95 % interval": f"{point.recall.low:.3f} to {point.recall.high:.3f}",
            **{COSTS[name].label: _number(point.costs.get(name), COSTS[name].digits) for name in costs},
            **{name: point.more.get(name) for name in more},
        }
        for point in points
    ]
    return pd.DataFrame(rows)


def _sizes(points: Sequence[Point], later: Sequence[Sequence[Point]], cost: str) -> list[int]:
    """Sizes of the markers. A way that is one point is larger where later ways have the same, and looks out behind
    them; of a way with several the line is seen.
    """
    if len(points) != 1:
        return [SIZE] * len(points)
    behind = [[(one.costs[cost].value, one.recall.value) for one in some] for some in later]
    return [SIZE + LARGER * sum((one.costs[cost].value, one.recall.value) in some for some in behind) for one in points]


def _line(label: str, place: int, points: Sequence[Point], cost: str, sizes: Sequence[int]) -> go.Scatter:
    spans = [point.costs[cost] for point in points]
    recalls = [point.recall for point in points]
    colour = COLOURS[place % len(COLOURS)]
    return go.Scatter(
        name=figure_text(label),
        x=[span.value for span in spans],
        y=[recall.value for recall in recalls],
        error_x=_bars([span.value for span in spans], [(span.low, span.high) for span in spans], colour),
        error_y=_bars([one.value for one in recalls], [(one.low, one.high) for one in recalls], colour),
        mode="lines+markers",
        marker={"color": colour, "size": sizes, "symbol": SYMBOLS[place % len(SYMBOLS)]},
        line={"color": colour, "width": 1.5},
        customdata=[figure_text(point.setting) for point in points],
        hovertemplate="%{customdata}: recall %{y:.1%} at %{x:,.4~g}<extra>" + figure_text(label) + "</extra>",
    )


def _bars(values: Sequence[float], ends: Sequence[tuple[float, float]], colour: str) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - value for value, (_, high) in zip(values, ends, strict=True)],
        "arrayminus": [value - low for value, (low, _) in zip(values, ends, strict=True)],
        "color": colour,
        "thickness": 1,
        "width": 3,
    }


def _lowest(points: Sequence[Point]) -> float:
    lowest = min((point.recall.low for point in points), default=0.0)
    return max(0.0, lowest - 0.05)


def _number(span: Span | None, digits: int) -> float | None:
    return None if span is None else round(span.value, digits)
