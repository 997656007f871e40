"""Figure of the relational measurements: methods against each other, with intervals."""

from typing import Any

import plotly.graph_objects as go

from explorer.base.figure_text import figure_texts


def relations_figure(rows: dict[str, dict[str, Any]], chance: float = 0.1) -> go.Figure:
    """R@1 of each method with its 95 % interval, for all pairs and for the quarter that looks least alike.

    rows: method -> {"all": {"r1": {value, low, high}}, "least alike": ...}, as `explorer eval relations` writes them.
    """
    figure = go.Figure()
    for part in ("all", "least alike"):
        scores = [row[part]["r1"] for row in rows.values()]
        error = {
            "type": "data",
            "array": [score["high"] - score["value"] for score in scores],
            "arrayminus": [score["value"] - score["low"] for score in scores],
        }
        name = "all pairs" if part == "all" else "the quarter that looks least alike"
        figure.add_bar(
            name=name, y=figure_texts(rows), x=[score["value"] for score in scores], orientation="h", error_x=error
        )
    figure.add_vline(x=chance, line_dash="dot", annotation_text="chance")
    figure.update_layout(
        barmode="group",
        height=90 + 62 * len(rows),
        margin={"l": 0, "r": 10, "t": 30, "b": 0},
        xaxis={"title": "R@1: share of queries that find the scene of the same relation first", "range": [0, 1]},
        yaxis={"autorange": "reversed"},
        legend={"orientation": "h", "y": 1.12},
    )
    return figure
