"""All campaigns of a workspace: how far they are, the link to share, closing, exporting."""

import streamlit as st

from explorer.app.annotate.links import campaign_link, links_of
from explorer.app.frame.foreign import plain
from explorer.base.permission import may
from explorer.features.judgments.exchange.export import EXPORTS
from explorer.features.judgments.service import (
    CampaignProgress,
    export_data,
    how_far,
    imports_of,
    set_open,
)
from explorer.features.judgments.settings import IMPORTED, Campaign
from explorer.features.judgments.values import TITLES
from explorer.workspace.opened import Opened

ENDINGS = {
    "events": ["csv", "jsonl", "parquet"],
    "odd-one-out": ["npy", "csv"],
    "odd-one-out-second": ["npy", "csv"],
    "triplets": ["npy", "csv"],
    "dissimilarities": ["npz", "csv"],
}
LABELS = {
    "events": "All events, undone ones too",
    "odd-one-out": "Odd one out, N × 3, the odd one third",
    "odd-one-out-second": "Odd one out, N × 3, the odd one second",
    "triplets": "Triplets: reference, nearer, farther",
    "dissimilarities": "Dissimilarity matrices (rsatoolbox)",
}
FITTING = {
    "odd_one_out": ("events", "odd-one-out", "odd-one-out-second"),
    "triplet": ("events", "triplets"),
    "pair_rating": ("events", "dissimilarities"),
    "tags": ("events",),
    "arrangement": ("events", "dissimilarities"),
}


def show_campaigns(opened: Opened, found: list[Campaign]) -> None:
    """One card a campaign, the newest first."""
    for campaign in found:
        with st.container(border=True):
            _card(opened, campaign, how_far(opened, campaign))


def _card(opened: Opened, campaign: Campaign, progress: CampaignProgress) -> None:
    settings = campaign.settings
    imported = settings.sampler == IMPORTED
    left, right = st.columns([2, 1], vertical_alignment="center")
    with left:
        colour = {"open": "green", "closed": "gray", "imported": "blue"}[campaign.state]
        st.markdown(f"**{plain(campaign.name)}** &nbsp; :{colour}-badge[{plain(campaign.state)}]")
        condition = f", {plain(settings.condition)}" if settings.condition else ""
        st.caption(f"{TITLES[settings.task]}{condition}. {plain(progress.sentence)}")
        if not imported and progress.target:
            st.progress(min(progress.answers / progress.target, 1.0))
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        if not imported and not campaign.closed and may("answer"):
            st.link_button(
                "Take part",
                campaign_link(opened, campaign),
                type="primary",
                icon=":material/edit_note:",
            )
        with st.popover("More", icon=":material/more_horiz:", key=f"more_{campaign.name}"):
            _more(opened, campaign)


def _more(opened: Opened, campaign: Campaign) -> None:
    if campaign.settings.sampler != IMPORTED and may("run campaigns"):
        links_of(opened, campaign)
        st.button(
            "Open again" if campaign.closed else "Close: take no more answers",
            key=f"close_{campaign.name}",
            on_click=set_open,
            args=(opened, campaign.name, bool(campaign.closed)),
        )
    for sentence in imports_of(opened, campaign.name):
        st.caption(plain(sentence))
    fitting = [kind for kind in EXPORTS if kind in FITTING[campaign.settings.task]]
    kind = st.selectbox("Export", fitting, format_func=LABELS.__getitem__, key=f"export_{campaign.name}")
    ending = st.selectbox("File", ENDINGS[kind], key=f"ending_{campaign.name}")
    st.download_button(
        "Download",
        lambda: export_data(opened, kind, ending, campaign.name)[0],
        file_name=f"{campaign.name} {kind}.{ending}",
        key=f"download_{campaign.name}",
        icon=":material/download:",
        on_click="ignore",
    )
