"""The answers of a campaign: the files that they came from, and the files that they go into."""

import streamlit as st

from explorer.app.annotate.imports_list import imports_list
from explorer.app.frame.foreign import plain
from explorer.base.permission import may
from explorer.features.judgments.exchange.export import ENDINGS, EXPORTS
from explorer.features.judgments.service import export_data, what_counts
from explorer.features.judgments.settings import Campaign
from explorer.workspace.opened import Opened

LABELS = {
    "events": "All events, undone ones too",
    "people": "People, one a row",
    "odd-one-out": "Odd one out, N × 3, the odd one third",
    "odd-one-out-second": "Odd one out, N × 3, the odd one second",
    "triplets": "Triplets: reference, nearer, farther",
    "dissimilarities": "Dissimilarity matrices (rsatoolbox)",
}
FITTING = {
    "odd_one_out": ("odd-one-out", "odd-one-out-second"),
    "triplet": ("triplets",),
    "pair_rating": ("dissimilarities",),
    "tags": (),
    "arrangement": ("dissimilarities",),
}
WHOLE = ("events", "people")


def answers_panel(opened: Opened, campaign: Campaign) -> None:
    """Draw the imports, then a choice of exports."""
    imports_list(opened, campaign.name)
    known = WHOLE if may("run campaigns") else ("events",)
    fitting = [kind for kind in EXPORTS if kind in (*known, *FITTING[campaign.settings.task])]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Export", fitting, format_func=LABELS.__getitem__, key=f"export_{campaign.name}", width=360)
        ending = st.selectbox("File", ENDINGS[kind], key=f"ending_{campaign.name}", width=120)
        condition = _condition(campaign) if kind not in WHOLE else None
        st.download_button(
            "Download",
            lambda: export_data(opened, kind, ending, campaign.name, condition=condition)[0],
            file_name=f"{campaign.name} {kind}.{ending}",
            key=f"download_{campaign.name}",
            icon=":material/download:",
            on_click="ignore",
        )
    left_out = what_counts(opened, campaign.name).sentence
    if left_out:
        st.caption(plain(_about(kind, left_out)))


def _condition(campaign: Campaign) -> str | None:
    """The condition whose answers are exported; None where there is one for all."""
    if not campaign.settings.conditions:
        return None
    return st.selectbox("Condition", campaign.settings.conditions, key=f"export_condition_{campaign.name}", width=240)


def _about(kind: str, left_out: str) -> str:
    """What an export says of answers that do not count."""
    return f"In the column left_out: {left_out}" if kind in WHOLE else left_out
