"""All states side by side: pictures that find pictures and words that find pictures, on the same axis."""

from collections.abc import Sequence

import plotly.graph_objects as go

from explorer.app.figures.intervals import interval_bars
from explorer.features.tune.retrieval.measures import COUNTED, PICTURES, STATES, Measured, measure_name

COLOURS = ("#7f7f7f", "#d55e00", "#0072b2", "#cc79a7", "#009e73")


def states_figure(states: Sequence[Measured]) -> go.Figure:
    """A group of bars for each measure, a colour for each state, intervals at their ends; 0 to 1 for all."""
    names = [name for name in states[0].scores if name != COUNTED]
    figure = go.Figure([_bars(one, names, colour) for one, colour in zip(states, COLOURS, strict=False)])
    figure.update_layout(
        barmode="group",
        height=420,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    figure.update_yaxes(range=[0, 1.02], title="mean over queries")
    return figure


def _bars(one: Measured, names: Sequence[str], colour: str) -> go.Bar:
    scores = [one.scores[name] for name in names]
    return go.Bar(
        x=["<br>".join(("pictures", "mAP") if name == PICTURES else name.split(", ")) for name in names],
        y=[score.value for score in scores],
        name=STATES[one.state],
        marker_color=colour,
        error_y=interval_bars(scores, colour="#8c8c8c"),
        customdata=[measure_name(name) for name in names],
        hovertemplate="%{customdata}: %{y:.3f}<extra>%{fullData.name}</extra>",
    )
