"""How the results of a query stand against the rest of the data set."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

BINS = 60


def score_histogram(similarities: NDArray[np.float32], typical: float, weakest: float) -> go.Figure:
    """Histogram of (n,) similarities of all items to the query, NaN left out, with two marks.

    typical: median of the items. weakest: the lowest of a shown result.
    """
    counts, edges = np.histogram(similarities[np.isfinite(similarities)], BINS)
    middles, width = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
    bars = go.Bar(
        x=middles,
        y=counts,
        width=width,
        marker_color="#0072b2",
        hovertemplate="%{y:,} items near %{x:.2f}<extra></extra>",
    )
    figure = go.Figure([bars])
    if np.isfinite(typical):
        figure.add_vline(typical, line_dash="dash", line_color="#d55e00", annotation_text="typical item")
    figure.add_vline(
        weakest, line_dash="dot", line_color="#009e73", annotation_text="lowest shown", annotation_position="left"
    )
    figure.update_xaxes(title="similarity to the query (cosine)")
    figure.update_yaxes(title="items (log scale)", type="log")
    figure.update_layout(height=280, margin={"l": 8, "r": 8, "t": 34, "b": 8}, bargap=0, showlegend=False)
    return figure
