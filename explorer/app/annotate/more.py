"""What a card of a campaign holds under More: links, people, settings, the answers as files."""

from collections.abc import Callable

import streamlit as st

from explorer.app.annotate.links import links_of
from explorer.app.annotate.make import copy_campaign
from explorer.app.annotate.members_panel import people_panel
from explorer.app.frame.foreign import plain
from explorer.base.permission import may
from explorer.features.judgments.exchange.export import EXPORTS
from explorer.features.judgments.service import (
    archive,
    export_data,
    imports_of,
    items_of,
    set_open,
    why_unchangeable,
)
from explorer.features.judgments.settings import IMPORTED, Campaign
from explorer.features.judgments.telling import settings_in_words
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


def more(opened: Opened, campaign: Campaign) -> None:
    """Draw one part at a time."""
    parts: dict[str, Callable[[Opened, Campaign], None]] = {"Settings": _settings, "Answers": _answers}
    if may("run campaigns"):
        links = {"Links": links_of} if campaign.settings.sampler != IMPORTED else {}
        parts = {**links, "People": people_panel, **parts}
    chosen = st.segmented_control(
        "Part",
        list(parts),
        key=f"part_{campaign.name}",
        default=next(iter(parts)),
        required=True,
        label_visibility="collapsed",
        format_func=plain,
    )
    parts[str(chosen)](opened, campaign)
    if may("run campaigns"):
        _actions(opened, campaign)


def _settings(opened: Opened, campaign: Campaign) -> None:
    for what, said in settings_in_words(campaign.settings, len(items_of(opened, campaign.name))):
        st.markdown(f"{plain(what)}: **{plain(said)}**")


def _actions(opened: Opened, campaign: Campaign) -> None:
    """Change, copy, close, archive; why it cannot be changed is said."""
    name = campaign.name
    with st.container(horizontal=True):
        if campaign.settings.sampler != IMPORTED:
            why = why_unchangeable(opened, campaign)
            st.button(
                "Change",
                key=f"change_{name}",
                icon=":material/edit:",
                disabled=bool(why),
                help=plain(why) if why else None,
                on_click=copy_campaign,
                args=(opened, campaign),
                kwargs={"change": True},
            )
            st.button(
                "Copy",
                key=f"copy_{name}",
                icon=":material/content_copy:",
                on_click=copy_campaign,
                args=(opened, campaign),
            )
            if not campaign.archived:
                st.button(
                    "Open again" if campaign.closed else "Close: take no more answers",
                    key=f"close_{name}",
                    on_click=set_open,
                    args=(opened, name, bool(campaign.closed)),
                )
        st.button(
            "Bring back from the archive" if campaign.archived else "Archive",
            key=f"archive_{name}",
            icon=":material/archive:",
            on_click=archive,
            args=(opened, name, not campaign.archived),
            help="Closed, and out of the list; nothing is deleted.",
        )


def _answers(opened: Opened, campaign: Campaign) -> None:
    for sentence in imports_of(opened, campaign.name):
        st.caption(plain(sentence))
    fitting = [kind for kind in EXPORTS if kind in FITTING[campaign.settings.task]]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Export", fitting, format_func=LABELS.__getitem__, key=f"export_{campaign.name}", width=360)
        ending = st.selectbox("File", ENDINGS[kind], key=f"ending_{campaign.name}", width=120)
        st.download_button(
            "Download",
            lambda: export_data(opened, kind, ending, campaign.name)[0],
            file_name=f"{campaign.name} {kind}.{ending}",
            key=f"download_{campaign.name}",
            icon=":material/download:",
            on_click="ignore",
        )
