"""The partition tree of a batch as an icicle: each row asks one more question, widths are items."""

from typing import Any

import plotly.graph_objects as go

from explorer.base.figure_text import figure_text
from explorer.features.lab.batches.measure import Drawn
from explorer.features.lab.batches.words import condition_words

HEIGHT, MOST_LISTS = 340, 1_500


def tree_figure(tree: Drawn) -> go.Figure:
    """The tree; colour: the share of a node's items that a query reads, mean over the workload. Below each leaf its
    lists, one a cluster, where these are at most 1,500.
    """
    parts = _nodes(tree)
    if len(tree.lists) <= MOST_LISTS:
        for name, some in _lists(tree).items():
            parts[name] += some
    figure = go.Figure(
        go.Icicle(
            ids=parts["ids"],
            labels=parts["labels"],
            parents=parts["parents"],
            values=parts["values"],
            customdata=parts["told"],
            branchvalues="total",
            tiling={"orientation": "v"},
            marker={
                "colors": parts["colours"],
                "colorscale": [[0, "#f0f4f8"], [1, "#0072b2"]],
                "cmin": 0,
                "cmax": max(0.01, *parts["colours"]),
                "line": {"width": 0.5},
            },
            hovertemplate="%{label}<br>%{value:,} items%{customdata}<extra></extra>",
        )
    )
    hidden = {"minsize": 10, "mode": "hide"}  # what has no room for letters that can be read
    figure.update_layout(height=HEIGHT, margin={"l": 4, "r": 4, "t": 4, "b": 4}, uniformtext=hidden)
    return figure


def _nodes(tree: Drawn) -> dict[str, list[Any]]:
    labels = []
    for node in tree.nodes:
        if node.parent < 0:
            labels.append("all items")
            continue
        asked = condition_words(tree.conditions[tree.nodes[node.parent].condition])
        labels.append(figure_text(asked if node.yes else f"not {asked}"))
    return {
        "ids": [f"n{number}" for number in range(len(tree.nodes))],
        "labels": labels,
        "parents": [f"n{node.parent}" if node.parent >= 0 else "" for node in tree.nodes],
        "values": [node.items for node in tree.nodes],
        "colours": [node.read / max(1, node.items) for node in tree.nodes],
        "told": [f"; a query reads {node.read:,.1f} of them on average" for node in tree.nodes],
    }


def _lists(tree: Drawn) -> dict[str, list[Any]]:
    place = {node.leaf: number for number, node in enumerate(tree.nodes) if node.leaf >= 0}
    shares = {node.leaf: node.read / max(1, node.items) for node in tree.nodes if node.leaf >= 0}
    return {
        "ids": [f"l{leaf}.{cluster}" for leaf, cluster, _ in tree.lists],
        "labels": [f"cluster {cluster + 1}" for _, cluster, _ in tree.lists],
        "parents": [f"n{place[leaf]}" for leaf, _, _ in tree.lists],
        "values": [items for _, _, items in tree.lists],
        "colours": [shares[leaf] for leaf, _, _ in tree.lists],
        "told": ["" for _ in tree.lists],
    }
