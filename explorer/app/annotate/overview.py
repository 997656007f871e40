"""All campaigns of a workspace: how far they are, the link to share, closing, exporting, importing."""

import tempfile
from pathlib import Path

import streamlit as st

from explorer.app.annotate.view import ADDRESS
from explorer.app.frame import theme
from explorer.base.errors import InputError
from explorer.features.judgments.exchange.export import EXPORTS
from explorer.features.judgments.exchange.external import FORMATS
from explorer.features.judgments.service import (
    Options,
    Progress,
    export_data,
    import_judgments,
    progress_of,
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
            _card(opened, campaign, progress_of(opened, campaign))


def _card(opened: Opened, campaign: Campaign, progress: Progress) -> None:
    settings = campaign.settings
    imported = settings.sampler == IMPORTED
    left, right = st.columns([2, 1], vertical_alignment="center")
    with left:
        colour = {"open": "green", "closed": "gray", "imported": "blue"}[campaign.state]
        st.markdown(f"**{theme.plain(campaign.name)}** &nbsp; :{colour}-badge[{campaign.state}]")
        condition = f", {theme.plain(settings.condition)}" if settings.condition else ""
        st.caption(f"{TITLES[settings.task]}{condition}. {progress.sentence}")
        if not imported and progress.target:
            st.progress(min(progress.answers / progress.target, 1.0))
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        if not imported and not campaign.closed:
            st.button(
                "Annotate",
                key=f"go_{campaign.name}",
                type="primary",
                icon=":material/edit_note:",
                on_click=ADDRESS.change,
                kwargs={"campaign": campaign.name},
            )
        with st.popover("More", icon=":material/more_horiz:", key=f"more_{campaign.name}"):
            _more(opened, campaign)


def _more(opened: Opened, campaign: Campaign) -> None:
    if campaign.settings.sampler != IMPORTED:
        st.caption("Link for annotators")
        st.code(_link(opened, campaign), language=None, wrap_lines=True)
        st.button(
            "Open again" if campaign.closed else "Close: take no more answers",
            key=f"close_{campaign.name}",
            on_click=set_open,
            args=(opened, campaign.name, bool(campaign.closed)),
        )
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


def _link(opened: Opened, campaign: Campaign) -> str:
    from urllib.parse import urlencode

    address = (st.context.url or "").split("?")[0]
    query = {"ws": opened.name, "campaign": campaign.name}
    if campaign.settings.code:
        query["code"] = campaign.settings.code
    return f"{address}?{urlencode(query)}"


def show_import(opened: Opened) -> None:
    """Bring judgments that were collected elsewhere."""
    kind = st.selectbox("What the file holds", FORMATS, format_func=KINDS.__getitem__, key="import_kind")
    name = st.text_input("Name for these answers", key="import_name", placeholder="the name of the file")
    base, items, odd, person = None, "1,2,3", "third", ""
    if kind != "events":
        numbering = st.segmented_control(
            "Items are given",
            list(NUMBERING),
            default="by id",
            key="import_numbering",
            required=True,
            help="Numbers count the items in the order of this data set.",
        )
        base = NUMBERING[str(numbering)]
    if kind in ("odd-one-out", "triplets"):
        items = st.text_input("Columns of the three items, by name or number", "1,2,3", key="import_items")
        person = st.text_input("Column with the person", key="import_person", placeholder="none")
    if kind == "odd-one-out":
        odd = st.text_input(
            "Where the odd one is: third, second, or column:NAME with the position 1 to 3", "third", key="import_odd"
        )
    uploaded = st.file_uploader("File", key="import_file")
    if st.button("Import", key="import_go", disabled=uploaded is None, type="primary") and uploaded is not None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(uploaded.name).name
            path.write_bytes(uploaded.getvalue())
            try:
                done = import_judgments(
                    opened,
                    path,
                    Options(kind=kind, campaign=name, base=base, by_path=False, items=items, odd=odd, person=person),
                )
                st.success(theme.plain(done.sentence))
            except InputError as error:
                st.error(theme.plain(str(error)))


KINDS = {
    "events": "Answers exported from here (CSV, JSONL, Parquet)",
    "odd-one-out": "Odd one out of three (CSV, TSV, TXT, NPY)",
    "triplets": "Reference, nearer, farther (CSV, TSV, TXT, NPY)",
    "votes": "Triplets with votes (JSON: answers, agreement)",
    "matrix": "Dissimilarity matrix, one or one a person (NPY, NPZ, CSV)",
}
NUMBERING = {"by id": None, "as numbers from 0": 0, "as numbers from 1": 1}
