"""Figures of the index doctor: the funnel, quality by candidates, and the decision tree with the path taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from explorer.base.metrics import Score
from explorer.features.diagnose.doctor.metrics import METRICS, Metric
from explorer.features.diagnose.doctor.report import Diagnosis, GraphPoint
from explorer.features.diagnose.doctor.tree import LEAST_CONTRAST, LEAVES, MOST_CV

EXACT, GRAPH, BESIDE = "#0072b2", "#d55e00", "#7f7f7f"
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
ON, OFF = "#d55e00", "rgba(127, 127, 127, .45)"


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
        y=[words],
        orientation="h",
        marker={"color": colour},
        text=[f"{score.value:.1%}"],
        textposition="outside",
        cliponaxis=False,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [score.high - score.value],
            "arrayminus": [score.value - score.low],
            "thickness": 1,
        },
        hovertemplate=f"{words}: {score.value:.1%}, from {score.low:.1%} to {score.high:.1%}<extra></extra>",
    )


def candidates_figure(curve: Sequence[GraphPoint], exact: Score, ef: int, k: int) -> go.Figure:
    """Recall of the exact answer (left axis) and label recall (right axis) by number of candidates; a line at `ef`."""
    efs = [point.ef for point in curve]
    figure = go.Figure(
        [
            _line(efs, [point.recall for point in curve], "exact answers found (left)", EXACT, "y"),
            _line(efs, [point.task for point in curve], "label recall (right)", GRAPH, "y2"),
        ]
    )
    figure.add_hline(exact.value, line_dash="dot", line_color=GRAPH, line_width=1, yref="y2")
    figure.add_vline(ef, line_dash="dash", line_color=BESIDE)
    figure.update_xaxes(title="ef: candidates kept in a search", type="log", tickvals=efs, ticktext=list(map(str, efs)))
    figure.update_layout(
        height=300,
        margin=MARGIN,
        yaxis={"title": f"recall@{k} of the exact answer", "tickformat": ".1%"},
        yaxis2={
            "title": f"label recall@{k}",
            "tickformat": ".1%",
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
        },
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    return figure


def _line(efs: Sequence[int], scores: Sequence[Score], name: str, colour: str, axis: str) -> go.Scatter:
    return go.Scatter(
        x=efs,
        y=[score.value for score in scores],
        name=name,
        yaxis=axis,
        mode="lines+markers",
        line={"color": colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [score.high - score.value for score in scores],
            "arrayminus": [score.value - score.low for score in scores],
            "color": colour,
            "thickness": 1,
        },
        hovertemplate="ef %{x}: %{y:.2%}<extra>" + name + "</extra>",
    )


@dataclass(frozen=True)
class _Node:
    x: float
    y: float
    text: str
    on: bool


def tree_figure(found: Diagnosis) -> go.Figure:
    """The decision tree, the path that the collection's numbers take in colour."""
    nodes, edges = _tree(found)
    figure = go.Figure()
    for (one, other), words in edges:
        on = nodes[one].on and nodes[other].on
        colour = ON if on else OFF
        xs, ys = (nodes[one].x, nodes[other].x), (nodes[one].y, nodes[other].y)
        line = {"color": colour, "width": 3 if on else 1.5}
        figure.add_scatter(x=xs, y=ys, mode="lines", line=line, hoverinfo="skip", showlegend=False)
        figure.add_annotation(x=sum(xs) / 2, y=sum(ys) / 2, text=words, showarrow=False, font={"size": 12})
    for node in nodes.values():
        figure.add_annotation(
            x=node.x,
            y=node.y,
            text=f"<b>{node.text}</b>" if node.on else node.text,
            showarrow=False,
            bordercolor=ON if node.on else OFF,
            borderwidth=2 if node.on else 1,
            borderpad=4,
            bgcolor="rgba(213, 94, 0, .18)" if node.on else "rgba(127, 127, 127, .12)",
            font={"size": 12},
        )
    figure.update_xaxes(visible=False, range=[-0.65, 3.65], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-0.75, 2.35], fixedrange=True)
    figure.update_layout(height=330, margin=MARGIN)
    return figure


def _tree(found: Diagnosis) -> tuple[dict[str, _Node], list[tuple[tuple[str, str], str]]]:
    """The nodes by name, and (from, to) with the word on the line."""
    took, contrast = found.advice, f"RC < {LEAST_CONTRAST:g}?"
    nodes = {"root": _Node(1.5, 2, f"DBI_E ≥ DBI_C and CV ≤ {MOST_CV:g}?", True)}
    edges: list[tuple[tuple[str, str], str]] = []
    for place, (metric, words) in enumerate((("inner", "yes: inner product"), ("euclid", "no: Euclid"))):
        nodes[metric] = _Node(0.5 + 2 * place, 1, contrast, took.metric == metric)
        edges.append((("root", metric), words))
        for side, (family, answer) in enumerate((("partition", "yes"), ("graph", "no"))):
            on = (took.metric, took.family) == (metric, family)
            text = f"{family}<br>" + "<br>".join(LEAVES[metric, family])
            nodes[f"{metric} {family}"] = _Node(2 * place + side, -0.15, text, on)
            edges.append(((metric, f"{metric} {family}"), answer))
    return nodes, edges
