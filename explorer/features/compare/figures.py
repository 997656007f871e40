"""Pictures of comparisons: tables of scores to click in, models laid out by their distances, two maps of the items."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.base.arrays import Vectors
from explorer.base.cell_text import cell_texts, short_number
from explorer.base.figure_text import figure_text, figure_texts

CELL, MARGIN, WIDEST = 46, 130, 18
MAPS_HEIGHT = 560
LEVEL = 7  # columns up to which their names stand level
PICKED, LINE, RUN = "#d55e00", "rgba(213, 94, 0, 0.55)", "#e6a400"


def score_heatmap(
    values: Vectors,
    rows: Sequence[str],
    columns: Sequence[str],
    title: str,
    *,
    axes: tuple[str, str],
    higher: bool = True,
    picked: tuple[int, int] | None = None,
    partners: Sequence[int] = (),
    runs: Sequence[tuple[int, int]] = (),
    most_numbers: int = 14,
) -> go.Figure:
    """Heatmap of (r, c) `values`; a click on a cell selects a point with customdata [row, column].

    higher: larger values mean more alike, and are darker; otherwise smaller ones are. axes: titles of rows and columns.
    partners: for each row the column that gets a dot, -1 for none. runs: (first, last) of squares on the diagonal that
    are framed. most_numbers: columns up to which the numbers stand in the cells, instead of a scale of the colours.
    A heatmap cell returns no clicks, so invisible square markers lie over the cells.
    """
    numbers = len(columns) <= most_numbers
    cells = go.Heatmap(
        z=values,
        hoverinfo="skip",
        xgap=1,
        ygap=1,
        colorscale="Blues",
        reversescale=not higher,
        showscale=not numbers,
        colorbar={"title": {"text": title, "side": "right"}, "thickness": 12},
    )
    figure = go.Figure([cells, _targets(values, rows, columns, title)])
    if numbers:
        texts = [[short_number(value, len(columns)) for value in line] for line in values]
        cell_texts(figure, values, texts, "Blues", reverse=not higher)
    if partners:
        figure.add_trace(_dots(partners))
    for first, last in runs:
        figure.add_shape(_frame((first, last), (first, last), RUN, 2))
    if picked is not None:
        i, j = picked
        figure.add_shape(_frame((i, i), (j, j), PICKED, 3))
    figure.update_xaxes(
        title=figure_text(axes[1]),
        tickvals=list(range(len(columns))),
        ticktext=figure_texts(map(_short, columns)),
        side="bottom",
        tickangle=-40 if len(columns) > LEVEL else 0,
        tickfont={"size": 12},
        showgrid=False,
        zeroline=False,
        automargin=True,
        fixedrange=True,
    )
    figure.update_yaxes(
        title=figure_text(axes[0]),
        tickvals=list(range(len(rows))),
        ticktext=figure_texts(map(_short, rows)),
        autorange="reversed",
        tickfont={"size": 12},
        showgrid=False,
        zeroline=False,
        automargin=True,
        fixedrange=True,
    )
    height = int(np.clip(MARGIN + CELL * len(rows), 260, 720))
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        showlegend=False,
        dragmode=False,
        clickmode="event+select",
        hovermode="closest",
        hoverdistance=-1,  # the whole cell answers, not its middle alone
    )
    return figure


def _frame(rows: tuple[int, int], columns: tuple[int, int], colour: str, width: int) -> dict[str, object]:
    """Around the cells from the first to the last row and column, both included."""
    ends = {"x0": columns[0] - 0.5, "x1": columns[1] + 0.5, "y0": rows[0] - 0.5, "y1": rows[1] + 0.5}
    return {"type": "rect", **ends, "line": {"color": colour, "width": width}}


def _dots(partners: Sequence[int]) -> go.Scatter:
    """At the lower edge of the cells, so that the numbers stay readable; they take no clicks."""
    places = [(i, j) for i, j in enumerate(partners) if j >= 0]
    return go.Scatter(
        x=[j for _, j in places],
        y=[i + 0.34 for i, _ in places],
        mode="markers",
        marker={"size": 6, "color": PICKED, "line": {"color": "white", "width": 1}},
        hoverinfo="skip",
    )


def _targets(values: Vectors, rows: Sequence[str], columns: Sequence[str], title: str) -> go.Scatter:
    places = [(i, j) for i in range(len(rows)) for j in range(len(columns))]
    down, across = figure_texts(rows), figure_texts(columns)
    hover = [f"{down[i]} × {across[j]}<br>{title}: {values[i, j]:.3f}" for i, j in places]
    hidden = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=[j for _, j in places],
        y=[i for i, _ in places],
        mode="markers",
        customdata=[list(place) for place in places],
        marker={"symbol": "square", "size": 26, "opacity": 0},
        selected=hidden,
        unselected=hidden,
        hovertext=hover,
        hoverinfo="text",
    )


def arrangement_figure(places: Vectors, names: Sequence[str], colour: str) -> go.Figure:
    """Models as points with their names; equal scales on both axes, so that distances can be read."""
    points = go.Scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers+text",
        text=figure_texts(map(_short, names)),
        textposition="top center",
        marker={"size": 14, "color": colour},
        hovertext=figure_texts(names),
        hoverinfo="text",
        cliponaxis=False,
    )
    figure = go.Figure([points])
    spread = float(np.abs(places).max()) * 1.35 + 1e-6
    figure.update_xaxes(range=[-spread, spread], showticklabels=False, zeroline=False, fixedrange=True)
    figure.update_yaxes(range=[-spread, spread], showticklabels=False, zeroline=False, scaleanchor="x", fixedrange=True)
    return figure.update_layout(height=420, margin={"l": 8, "r": 8, "t": 8, "b": 8}, showlegend=False, dragmode=False)


def _short(name: str) -> str:
    return name if len(name) <= WIDEST else name[: WIDEST - 1] + "…"


def two_maps(
    first: Vectors,
    second: Vectors,
    ids: Sequence[str],
    shared: Vectors,
    *,
    names: tuple[str, str],
    keys: Sequence[int],
    marked: Sequence[int],
    picked: int = -1,
    selected: Sequence[int] = (),
) -> go.Figure:
    """Above: (n, 2) places under the first model; below: under the second, aligned to the first.

    shared: (n,) share of neighbours kept, the colour. marked: items with a line from their first place to their second,
    on the lower map. picked: the item with a ring on both, -1 for none. selected: the items that stay bright on both,
    all when empty. keys: (n,) the customdata of the points.
    """
    figure = make_subplots(2, 1, subplot_titles=figure_texts(map(_short, names)), vertical_spacing=0.07)
    for row, places in enumerate((first, second), start=1):
        if row == 2 and len(marked):
            figure.add_trace(_lines(first, second, marked), row=2, col=1)
        points = _points(places, ids, shared, keys=keys, selected=selected, bar=row == 2)
        figure.add_trace(points, row=row, col=1)
        if picked >= 0:
            figure.add_trace(_ring(places[picked]), row=row, col=1)
    figure.update_annotations(x=0, xanchor="left", font={"size": 13})  # the tools stand at the right
    both = np.vstack([first, second])
    low, high = both.min(axis=0), both.max(axis=0)
    room = 0.05 * (high - low) + 1e-6
    shown = {"showticklabels": False, "zeroline": False, "showgrid": False}
    figure.update_xaxes(range=[low[0] - room[0], high[0] + room[0]], **shown)
    figure.update_yaxes(range=[low[1] - room[1], high[1] + room[1]], **shown)
    figure.update_layout(
        height=MAPS_HEIGHT,
        margin={"l": 4, "r": 4, "t": 26, "b": 4},
        showlegend=False,
        dragmode="pan",
        clickmode="event+select",
    )
    return figure


def _points(
    places: Vectors,
    ids: Sequence[str],
    shared: Vectors,
    *,
    keys: Sequence[int],
    selected: Sequence[int],
    bar: bool,
) -> go.Scatter:
    hover = [
        f"{figure_text(item)}<br>{share:.0%} of its neighbours kept" for item, share in zip(ids, shared, strict=True)
    ]
    scale = {
        "title": {"text": "neighbours kept", "side": "top"},
        "tickformat": ".0%",
        "thickness": 8,
        "orientation": "h",
        "y": -0.02,
        "yanchor": "top",
        "nticks": 5,
    }
    marker = {"size": 6, "color": shared, "colorscale": "Viridis", "cmin": 0, "showscale": bar}
    marker["cmax"] = max(float(np.max(shared)), 0.1)
    return go.Scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        customdata=[[key] for key in keys],
        hovertext=hover,
        hoverinfo="text",
        marker=marker | ({"colorbar": scale} if bar else {}),
        selectedpoints=list(selected) or None,
        unselected={"marker": {"opacity": 0.12 if len(selected) else 0.75}},
    )


def _lines(first: Vectors, second: Vectors, marked: Sequence[int]) -> go.Scatter:
    x, y = ([v for i in marked for v in (first[i, axis], second[i, axis], None)] for axis in (0, 1))
    return go.Scatter(x=x, y=y, mode="lines", line={"color": LINE, "width": 1.5}, hoverinfo="skip")


def _ring(place: Vectors) -> go.Scatter:
    marker = {"size": 18, "color": "rgba(0,0,0,0)", "line": {"color": PICKED, "width": 3}}
    return go.Scatter(x=[place[0]], y=[place[1]], mode="markers", marker=marker, hoverinfo="skip")
