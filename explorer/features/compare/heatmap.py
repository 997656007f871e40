"""Tables of scores as clickable heatmaps, and models laid out by their distances."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

CELL, MARGIN, WIDEST = 46, 130, 18
INK, PICKED = "#1B2430", "#d55e00"


def score_heatmap(
    values: NDArray[Any],
    rows: Sequence[str],
    columns: Sequence[str],
    title: str,
    *,
    axes: tuple[str, str],
    higher: bool = True,
    picked: tuple[int, int] | None = None,
) -> go.Figure:
    """Heatmap of (r, c) `values`; a click on a cell selects a point with customdata [row, column].

    higher: larger values mean more alike, and are darker; otherwise smaller ones are. axes: titles of rows and columns.
    A heatmap cell returns no clicks, so invisible square markers lie over the cells.
    """
    numbers = values.size <= 400
    text = [[f"{value:.2f}" if numbers and np.isfinite(value) else "" for value in line] for line in values]
    cells = go.Heatmap(
        z=values,
        text=text,
        texttemplate="%{text}",
        hoverinfo="skip",
        xgap=1,
        ygap=1,
        colorscale="Blues",
        reversescale=not higher,
        colorbar={"title": {"text": title, "side": "right"}, "thickness": 12},
    )
    figure = go.Figure([cells, _targets(values, rows, columns, title)])
    if picked is not None:
        i, j = picked
        figure.add_shape(
            type="rect", x0=j - 0.5, x1=j + 0.5, y0=i - 0.5, y1=i + 0.5, line={"color": PICKED, "width": 3}
        )
    figure.update_xaxes(
        title=axes[1],
        tickvals=list(range(len(columns))),
        ticktext=list(map(_short, columns)),
        side="bottom",
        tickangle=-40,
        showgrid=False,
        zeroline=False,
        automargin=True,
        fixedrange=True,
    )
    figure.update_yaxes(
        title=axes[0],
        tickvals=list(range(len(rows))),
        ticktext=list(map(_short, rows)),
        autorange="reversed",
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


def _targets(values: NDArray[Any], rows: Sequence[str], columns: Sequence[str], title: str) -> go.Scatter:
    places = [(i, j) for i in range(len(rows)) for j in range(len(columns))]
    hover = [f"{rows[i]} × {columns[j]}<br>{title}: {values[i, j]:.3f}" for i, j in places]
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


def arrangement_figure(places: NDArray[Any], names: Sequence[str], colour: str) -> go.Figure:
    """Models as points with their names; equal scales on both axes, so that distances can be read."""
    points = go.Scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers+text",
        text=list(map(_short, names)),
        textposition="top center",
        marker={"size": 14, "color": colour},
        hovertext=list(names),
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
