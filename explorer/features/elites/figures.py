"""How runs of MAP-Elites go on."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from explorer.base.arrays import Doubles
from explorer.base.figure_text import figure_text

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


@dataclass(frozen=True)
class Course:
    """One run: its name, the way it searches, (m,) evaluations and QD scores."""

    name: str
    group: str
    evaluations: Doubles
    scores: Doubles


def progress_figure(courses: Sequence[Course], offset: float, exhaustive: float | None) -> go.Figure:
    """QD score over evaluations, a colour for each way to search; exhaustive: the most there is, when known."""
    groups = list(dict.fromkeys(course.group for course in courses))
    figure = go.Figure()
    for course in courses:
        first = course.name == next(other.name for other in courses if other.group == course.group)
        figure.add_scatter(
            x=course.evaluations,
            y=course.scores,
            name=figure_text(course.group),
            legendgroup=figure_text(course.group),
            showlegend=first,
            line={"color": COLOURS[groups.index(course.group) % len(COLOURS)], "width": 2},
            hovertemplate="%{x:,} evaluations: %{y:,.1f}<extra></extra>",
            mode="lines",
        )
    if exhaustive is not None:
        figure.add_hline(exhaustive, line_dash="dash", line_color="#777", annotation_text="exhaustive: all items")
    figure.update_xaxes(title="evaluations")
    figure.update_yaxes(title=f"QD score (offset {offset:g})", rangemode="tozero")
    figure.update_layout(height=300, margin={"l": 8, "r": 8, "t": 20, "b": 8}, legend={"orientation": "h", "y": 1.15})
    return figure
