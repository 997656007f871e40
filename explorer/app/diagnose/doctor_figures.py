"""Figures of the index doctor: the funnel, quality by candidates, and the decision tree with the path taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from explorer.app.figures.intervals import interval_bars
from explorer.base.metrics import Score
from explorer.features.diagnose.doctor.metrics import METRICS, Metric
from explorer.features.diagnose.doctor.report import Diagnosis, GraphPoint
from explorer.features.diagnose.doctor.tree import LEAST_CONTRAST, LEAVES, MOST_CV

EXACT, GRAPH, BESIDE = "#0072b2", "#d55e00", "#7f7f7f"
ENDS = "#9a9a9a"
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
ON, OFF = "#d55e00", "rgba(127, 127, 127, .45)"
HALF = 0.15  # of the height of a box of the tree


def funnel_figure(found: Diagnosis, metric: Metric, point: GraphPoint) -> go.Figure:
    """Label recall from top to bottom: by chance, by exact search with each metric, by the graph of one of them."""
    stages: list[tuple[str, Score, str]] = [("chance", Score(found.chance, found.chance, found.chance, 0), BESIDE)]
    if found.by_words:
        stages.append(("the labels’ names, exact", found.by_words, BESIDE))
    for name, one in found.metrics.items():
        words = "exact, all three metrics" if found.alike else f"exact, {METRICS[name]}"
        stages.append((words, one.exact.recall, EXACT))
    stages.append((f"graph, {METRICS[metric]}, ef {point.ef}", point.task, GRAPH))
    figure = go.Figure([_bar(*stage) for stage in stages])
    figure.update_xaxes(title=f"label recall@{found.metrics[metric].exact.k}", tickformat=".0%", range=[0, 1.02])
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_layout(height=84 + 36 * len(stages), margin=MARGIN, showlegend=False, bargap=0.35)
    return figure


def _bar(words: str, score: Score, colour: str) -> go.Bar:
    return go.Bar(
        x=[score.value],
        y=[f"{words}  {score.value:.1%}"],
        orientation="h",
        marker={"color": colour},
        error_x=interval_bars([score], colour=ENDS),
        hovertemplate=f"{words}: {score.value:.1%}, from {score.low:.1%} to {score.high:.1%}<extra></extra>",
    )


def candidates_figure(curve: Sequence[GraphPoint], exact: Score, ef: int, k: int) -> go.Figure:
    """Recall of the exact answer (left axis) and label recall (right axis) by number of candidates; a line at `ef`."""
    efs, recalls = [point.ef for point in curve], [point.recall for point in curve]
    tasks = [point.task.value for point in curve]
    bars = interval_bars(recalls, colour=EXACT)
    left = _line(efs, [score.value for score in recalls], "exact answers found (left)", EXACT, "y")
    figure = go.Figure([left.update(error_y=bars), _line(efs, tasks, "label recall (right)", GRAPH, "y2")])
    figure.add_hline(exact.value, line_dash="dot", line_color=GRAPH, line_width=1, yref="y2")
    figure.add_vline(ef, line_dash="dash", line_color=BESIDE)
    figure.update_xaxes(
        title="ef: candidates kept in a search", type="log", tickvals=_apart(efs), ticktext=list(map(str, _apart(efs)))
    )
    figure.update_layout(
        height=300,
        margin=MARGIN,
        yaxis={
            "title": f"recall@{k} of the exact answer",
            "tickformat": ".1%",
            "range": _room([score.low for score in recalls] + [1.0], below=1, above=0.1),
        },
        yaxis2={
            "title": f"label recall@{k}",
            "tickformat": ".1%",
            "range": _room([*tasks, exact.value], below=0.5, above=1.5),
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
        },
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    return figure


def _apart(efs: Sequence[int]) -> list[int]:
    """Those that are far enough from the one before to be written below a logarithmic axis."""
    chosen: list[int] = []
    for ef in efs:
        if not chosen or ef > 1.3 * chosen[-1]:
            chosen.append(ef)
    return chosen


def _room(values: Sequence[float], *, below: float, above: float) -> list[float]:
    """Ends of an axis around the values, with room for two points at least: less than that is not to look large."""
    low, high = min(values), max(values)
    room = max(high - low, 0.02)
    return [low - below * room, high + above * room]


def _line(efs: Sequence[int], values: Sequence[float], name: str, colour: str, axis: str) -> go.Scatter:
    return go.Scatter(
        x=efs,
        y=values,
        name=name,
        yaxis=axis,
        mode="lines+markers",
        line={"color": colour},
        hovertemplate="ef %{x}: %{y:.2%}<extra>" + name + "</extra>",
    )


@dataclass(frozen=True)
class _Node:
    x: float
    y: float
    text: str
    on: bool


def tree_figure(found: Diagnosis, ink: str) -> go.Figure:
    """The decision tree, the path that the collection's numbers take in colour; ink: the colour of its letters."""
    nodes, edges = _tree(found)
    figure, font = go.Figure(), {"size": 12, "color": ink}
    for (one, other), words in edges:
        on = nodes[one].on and nodes[other].on
        colour = ON if on else OFF
        xs, ys = (nodes[one].x, nodes[other].x), (nodes[one].y - HALF, nodes[other].y + HALF)
        line = {"color": colour, "width": 3 if on else 1.5}
        figure.add_scatter(x=xs, y=ys, mode="lines", line=line, hoverinfo="skip", showlegend=False)
        side = {"xanchor": "right", "xshift": -4} if xs[1] < xs[0] else {"xanchor": "left", "xshift": 4}
        above = {"x": sum(xs) / 2, "y": sum(ys) / 2, "yanchor": "bottom", **side}  # where the line does not go
        figure.add_annotation(text=words, showarrow=False, font=font, **above)
    for node in nodes.values():
        figure.add_annotation(
            x=node.x,
            y=node.y + HALF * (not node.y),
            yanchor="middle" if node.y else "top",
            text=f"<b>{node.text}</b>" if node.on else node.text,
            showarrow=False,
            bordercolor=ON if node.on else OFF,
            borderwidth=2 if node.on else 1,
            borderpad=4,
            bgcolor="rgba(213, 94, 0, .18)" if node.on else "rgba(127, 127, 127, .12)",
            font=font,
        )
    figure.update_xaxes(visible=False, range=[-0.65, 3.65], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-0.75, 2.3], fixedrange=True)
    figure.update_layout(height=330, margin=MARGIN)
    return figure


def _tree(found: Diagnosis) -> tuple[dict[str, _Node], list[tuple[tuple[str, str], str]]]:
    """The nodes by name, and (from, to) with the word on the line."""
    took, contrast = found.advice, f"RC < {LEAST_CONTRAST:g}?"
    nodes = {"root": _Node(1.5, 2, f"DBI<sub>E</sub> ≥ DBI<sub>C</sub> and CV ≤ {MOST_CV:g}?", True)}
    edges: list[tuple[tuple[str, str], str]] = []
    for place, (metric, words) in enumerate((("inner", "yes: inner<br>product"), ("euclid", "no: Euclid"))):
        nodes[metric] = _Node(0.5 + 2 * place, 1, contrast, took.metric == metric)
        edges.append((("root", metric), words))
        for side, (family, answer) in enumerate((("partition", "yes"), ("graph", "no"))):
            on = (took.metric, took.family) == (metric, family)
            text = f"{family}<br>" + "<br>".join(LEAVES[metric, family])
            nodes[f"{metric} {family}"] = _Node(2 * place + side, 0, text, on)
            edges.append(((metric, f"{metric} {family}"), answer))
    return nodes, edges
