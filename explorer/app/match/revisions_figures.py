"""What shared context does to scores of revisions, as a figure."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from explorer.drawing.map.palettes import QUALITATIVE
from explorer.features.match.revisions.service import MEASURES


def context_figure(found: Mapping[str, Sequence[float]], copies: int) -> go.Figure:
    """A line a score over the number of copies of shared context, and the number that is looked at."""
    figure = go.Figure()
    for place, (name, label) in enumerate(MEASURES.items()):
        figure.add_scatter(
            x=found["copies"],
            y=found[name],
            name=label,
            mode="lines+markers",
            line={"color": QUALITATIVE[place], "width": 3 if name == "excision" else 1.5},
            hovertemplate="%{x} copies: %{y:.3f}<extra>" + label + "</extra>",
        )
    figure.add_vline(copies, line_dash="dash", line_color="#7f7f7f")
    figure.update_xaxes(title="copies of shared context")
    figure.update_yaxes(title="score", range=[-0.03, 1.05])
    legend = {"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0}
    figure.update_layout(height=300, margin={"l": 8, "r": 8, "t": 8, "b": 8}, legend=legend)
    return figure
