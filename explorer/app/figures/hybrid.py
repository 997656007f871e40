"""How a query in words was weighed: what meaning and words count, and how rare each word is."""

from collections.abc import Sequence

import plotly.graph_objects as go

from explorer.base.figure_text import figure_texts

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#9aa0a6"
ROW, MARGIN = 22, 50
INSIDE = 0.25
"""Share of the longest bar from which its text has room inside."""


def weight_bar(dense: float, keywords: float) -> go.Figure:
    """One bar of two parts: what meaning counts, in blue, and what words count."""
    parts = (("meaning", dense, BLUE), ("words", keywords, ORANGE))
    figure = go.Figure(
        [
            go.Bar(
                name=name,
                y=[""],
                x=[value],
                orientation="h",
                marker_color=colour,
                hovertemplate=f"{name}: {value:.3f}<extra></extra>",
            )
            for name, value, colour in parts
        ]
    )
    figure.update_xaxes(visible=False, range=[0, dense + keywords])
    figure.update_yaxes(visible=False)
    figure.update_layout(barmode="stack", height=18, margin={"l": 0, "r": 0, "t": 2, "b": 2}, showlegend=False)
    return figure


def idf_bars(words: Sequence[str], idfs: Sequence[float], holding: Sequence[int], level: float) -> go.Figure:
    """A bar a word of the query as long as its idf; grey for one that no text has. level: marked by a line."""
    bars = go.Bar(
        y=list(range(len(words))),
        x=list(idfs),
        orientation="h",
        marker_color=[ORANGE if count else GREY for count in holding],
        text=[f"in {count:,}" if count else "in none" for count in holding],
        textposition=["inside" if idf > INSIDE * max(idfs) else "outside" for idf in idfs],
        insidetextanchor="start",
        cliponaxis=False,
        customdata=[[word, count] for word, count in zip(figure_texts(words), holding, strict=True)],
        hovertemplate="%{customdata[0]}: idf %{x:.2f}, in %{customdata[1]:,} texts<extra></extra>",
    )
    figure = go.Figure([bars])
    figure.add_vline(level, line_dash="dash", line_color="#009e73")
    figure.update_xaxes(title="idf: how rare a word is", title_standoff=4, zeroline=True, rangemode="tozero")
    figure.update_yaxes(
        autorange="reversed", automargin=True, tickvals=list(range(len(words))), ticktext=figure_texts(words)
    )
    figure.update_layout(
        height=MARGIN + ROW * max(len(words), 1), margin={"l": 8, "r": 8, "t": 4, "b": 4}, bargap=0.3, showlegend=False
    )
    return figure
