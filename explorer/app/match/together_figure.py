"""How many items have company, without made pairs and with them."""

import plotly.graph_objects as go

from explorer.features.match.together.model import Together

COLOURS = {"bought with others": "#0072b2", "through their neighbours": "#56b4e9", "none": "#bbbbbb"}


def coverage_figure(model: Together) -> go.Figure:
    """One bar: items that stand in a pair, those that got pairs through neighbours, and the others."""
    about = model.about
    parts = {
        "bought with others": about["covered"],
        "through their neighbours": about["covered_with_made"] - about["covered"],
        "none": about["things"] - about["covered_with_made"],
    }
    figure = go.Figure(
        [
            go.Bar(
                x=[count],
                y=["items"],
                name=f"{name}: {count:,}",
                orientation="h",
                marker_color=COLOURS[name],
                hovertemplate=f"{name}: {count:,}<extra></extra>",
            )
            for name, count in parts.items()
            if count
        ]
    )
    figure.update_layout(
        barmode="stack",
        height=36,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        showlegend=False,
        xaxis={"visible": False, "range": [0, about["things"]]},
        yaxis={"visible": False},
    )
    return figure
