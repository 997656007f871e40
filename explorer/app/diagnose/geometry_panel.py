"""How the vectors lie: hubs, spread, and the gap between pictures and texts, each in plain words."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from explorer.app.diagnose.fixes_panel import fixes_panel
from explorer.app.diagnose.view import Context, items
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards
from explorer.features.diagnose.gap import Gap
from explorer.features.diagnose.hubness import Hubness
from explorer.features.diagnose.service import geometry
from explorer.features.diagnose.spread import Spread

SHOWN = 24
UNEVEN, VERY_UNEVEN = 1.0, 3.0
LEANING, NARROW = 0.1, 0.4


def geometry_panel(context: Context) -> None:
    """Three boxes side by side, below them what would mend it, and the hubs."""
    found = geometry(context.opened, context.encoder)
    columns = st.columns(3 if found.gap else 2, gap="medium")
    with columns[0].container(border=True, height="stretch"):
        _hubness(found.hubness)
    with columns[1].container(border=True, height="stretch"):
        _spread(found.spread)
    if found.gap:
        with columns[2].container(border=True, height="stretch"):
            _gap(found.gap)
    with st.container(border=True):
        fixes_panel(context)
    _hubs(context, found.hubness)


def _hubness(found: Hubness) -> None:
    st.metric(
        "Hubness: skewness",
        f"{found.skewness:.2f}".replace("-", "−"),
        help="N_k counts for each item how many others have it among their k nearest; k on average. The skewness of "
        "these counts is 0 where all are alike. Radovanović and others 2010.",
    )
    level = "even" if found.skewness < UNEVEN else "uneven" if found.skewness < VERY_UNEVEN else "very uneven"
    st.markdown(
        f"The counts are **{level}**. The most frequent hundredth of the items takes {found.top:.0%} of all places "
        f"among {found.k:,} nearest neighbours; {found.never:.0%} of the items are nobody’s neighbour."
    )
    st.plotly_chart(_counts_figure(found), key="diagnose.counts", config={"displayModeBar": False})


def _counts_figure(found: Hubness) -> go.Figure:
    counts, often = np.unique(found.counts[found.counts >= 0], return_counts=True)
    figure = go.Figure(
        go.Scatter(
            x=counts,
            y=often,
            mode="markers",
            marker={"color": "#0072b2", "size": 6},
            hovertemplate="%{y:,} items are a neighbour of %{x:,} others<extra></extra>",
        )
    )
    figure.add_vline(found.k, line_dash="dash", line_color="#d55e00", annotation_text="mean")
    figure.update_xaxes(title=f"times among others’ {found.k} nearest")
    figure.update_yaxes(title="items (log scale)", type="log", dtick="D2", tickformat=",d")
    figure.update_layout(height=230, margin={"l": 8, "r": 8, "t": 24, "b": 8}, showlegend=False)
    return figure


def _spread(found: Spread) -> None:
    st.metric(
        "Anisotropy: mean cosine",
        f"{found.mean_cosine:.3f}".replace("-", "−"),
        help="Mean cosine of two different items, over all pairs. 0 in a space that is used in all directions. "
        "Ethayarajh 2019.",
    )
    cosine = found.mean_cosine
    if found.alike:
        st.markdown("**All items have the same vector**: whatever is searched for, all of them are as near.")
        return
    where = "lie in a narrow cone" if cosine > NARROW else "lean to one side" if cosine > LEANING else "lie all around"
    st.markdown(
        f"The vectors **{where}**: a cosine of {max(cosine, 0):.2f} is what any two items have. Around their mean they "
        f"use about **{found.effective_rank:,.0f} of {found.dim:,} directions** (effective rank); the "
        f"participation ratio is {found.participation:,.0f}, and the first direction alone holds {found.first:.0%} of "
        "the variance."
    )
    st.caption("Effective rank: exp of the entropy of the singular values (Roy and Vetterli 2007).")


def _gap(found: Gap) -> None:
    st.metric(
        "Gap between pictures and texts",
        f"{found.distance:.2f}",
        help=f"Length of the difference between the mean picture and the mean of {found.count:,} everyday texts, from "
        "0 to 2. Liang and others 2022.",
    )
    st.markdown(
        f"A picture and a text have a cosine of **{found.between:.2f}** on average, two pictures {found.pictures:.2f}, "
        f"two texts {found.texts:.2f}. A single plane puts {found.apart:.0%} of the vectors on the side of their own "
        "kind: so cosines between pictures and texts cannot be compared with cosines among pictures."
    )


def _hubs(context: Context, found: Hubness) -> None:
    rows = found.worst(SHOWN)
    rows = rows[found.counts[rows] > found.k]
    st.markdown(f"**The worst hubs** · they come up whatever is searched for; {found.k:,} times is the average")
    notes = [f"among the nearest of {found.counts[row]:,}" for row in rows]
    items(context, Cards(rows, ranked=False, notes=notes), "diagnose.hubs", "The worst hubs")
    st.caption(
        f"Of {int((found.counts >= 0).sum()):,} items under {plain(context.encoder)}. Searching by words on Explore "
        "already takes off what makes an item near to every text."
    )
