"""Figures of index health: the histogram of dimensions, recall by dimension, recall by order of insertion."""

import numpy as np
import plotly.graph_objects as go

from explorer.base.arrays import Doubles
from explorer.features.diagnose.health.orders import ORDERS
from explorer.features.diagnose.health.report import Health
from explorer.index import QueryKind

COLOURS: dict[str, str] = {"item": "#0072b2", "text": "#d55e00"}
KINDS: dict[str, str] = {"item": "items", "text": "texts"}
SHORT = {"random": "random", "ascending": "low first", "descending": "high first", "category": "by category"}
ORDER_COLOURS = ("#7f7f7f", "#0072b2", "#d55e00", "#009e73")
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
BARS = 40


def dimension_figure(dimensions: Doubles) -> go.Figure:
    """How many items have which intrinsic dimension around them, and the median."""
    known = dimensions[np.isfinite(dimensions)]
    counts, edges = np.histogram(known, bins=BARS)
    middles = (edges[:-1] + edges[1:]) / 2
    hover = [
        f"{low:.1f} to {high:.1f}: {count:,} items"
        for low, high, count in zip(edges[:-1], edges[1:], counts.tolist(), strict=True)
    ]
    bars = go.Bar(x=middles, y=counts, width=edges[1] - edges[0], hovertext=hover, hoverinfo="text")
    figure = go.Figure(bars.update(marker={"color": COLOURS["item"]}))
    median = float(np.median(known))
    figure.add_vline(median, line_dash="dash", line_color="#d55e00", annotation_text=f"median {median:.1f}")
    figure.update_xaxes(title="intrinsic dimension around an item")
    figure.update_yaxes(title="items")
    figure.update_layout(height=300, margin=MARGIN | {"t": 24}, showlegend=False)
    return figure


def bins_figure(found: Health, ef: int) -> go.Figure:
    """Recall of queries by their dimension, a line a kind of query."""
    figure = go.Figure()
    for kind in found.kinds:
        bins = [one for one in found.bins if (one.kind, one.ef) == (kind, ef)]
        figure.add_scatter(
            x=[(one.least + one.most) / 2 for one in bins],
            y=[one.recall for one in bins],
            name=KINDS[kind],
            mode="lines+markers",
            line={"color": COLOURS[kind]},
            error_x=_bars([(one.most - one.least) / 2 for one in bins], [(one.most - one.least) / 2 for one in bins]),
            error_y=_bars([one.high - one.recall for one in bins], [one.recall - one.low for one in bins]),
            customdata=[f"{one.queries} queries of dimension {one.least:.1f} to {one.most:.1f}" for one in bins],
            hovertemplate="%{customdata}: recall %{y:.1%}<extra></extra>",
        )
    figure.update_xaxes(title="intrinsic dimension around the query")
    figure.update_yaxes(title=f"recall@{found.k}, ef {ef}", tickformat=".0%")
    figure.update_layout(height=300, margin=MARGIN, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return figure


def orders_figure(found: Health, kind: QueryKind, ef: int) -> go.Figure:
    """Recall of the graphs by the order in which they were built: a box over the seeds, and each of them."""
    figure = go.Figure()
    for name in found.orders:
        colour = ORDER_COLOURS[list(ORDERS).index(name)]
        figure.add_box(
            y=found.recalls(name, kind, ef),
            name=SHORT[name],
            boxpoints="all",
            pointpos=0,
            marker={"color": colour},
            line={"width": 1},
            hovertemplate="%{y:.2%}<extra></extra>",
        )
    figure.update_yaxes(title=f"recall@{found.k}, ef {ef}", tickformat=".1%")
    figure.update_layout(height=300, margin=MARGIN, showlegend=False)
    return figure


def _bars(above: list[float], below: list[float]) -> dict[str, object]:
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "thickness": 1}
