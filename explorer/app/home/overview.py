"""Counts, the distribution of every attribute, skipped files."""

from urllib.parse import quote

import pandas as pd
import streamlit as st

from explorer.app.figures.counts import counts_figure
from explorer.app.frame.address import kept_parameters
from explorer.app.frame.jobs import running, start_job
from explorer.app.frame.theme import accent, plain
from explorer.base.dataset import PATH, TEXT
from explorer.base.memory import remembered
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.opened import Opened
from explorer.workspace.preparing import missing_steps
from explorer.workspace.summary import Counts, count_values, filled, skipped_files

CHARTS, PICTURES = 9, 16
KINDS = {"folder": "a folder of images", "table": "a table", "zip": "a zip", "demo": "a demo", "hf": "a saved data set"}


def header(opened: Opened) -> None:
    """Name, source, and the one thing to do next."""
    workspace = opened.workspace
    left, right = st.columns([5, 2], vertical_alignment="bottom")
    left.title(plain(workspace.name), anchor=False)
    manifest = workspace.manifest
    left.caption(
        f"From {KINDS.get(manifest.kind, manifest.kind)}: {plain(manifest.source)} · made {manifest.created[:10]}"
    )
    with right:
        if not missing_steps(workspace):
            if st.button(
                "Explore", type="primary", icon=":material/travel_explore:", width="stretch", key="go_explore"
            ):
                st.switch_page("pages/1_Explore.py", query_params=kept_parameters())
        elif not running(workspace) and st.button(
            "Prepare for search",
            type="primary",
            icon=":material/bolt:",
            width="stretch",
            key="prepare",
            help="Turns every item into a vector, builds the search index and draws the map.",
        ):
            start_job(workspace.path, ["prepare", str(workspace.path)], "Prepare for search")


def overview(opened: Opened) -> None:
    """Numbers first, then one small chart an attribute."""
    dataset = opened.dataset
    counts = _filled(opened)
    for column, (label, value) in zip(st.columns(5), counts.items(), strict=False):
        column.metric(label, f"{value:,}")
    _strip(opened)
    names = dataset.attributes
    if not names:
        st.info(
            "These items have no attributes. A file metadata.csv with a column file_name beside the images adds some; "
            "then update from the source under “Add data”."
        )
        return
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    left.subheader("Attributes")
    shown = names[:CHARTS]
    if len(names) > CHARTS:
        with right.popover("Columns", width="stretch"):
            shown = st.multiselect("Columns to draw", names, default=shown, key="home_columns")
    charts = [(name, counted) for name in shown if (counted := _counts(opened, name))]
    for start in range(0, len(charts), 3):
        for column, (name, counted) in zip(st.columns(3), charts[start : start + 3], strict=False):
            with column, st.container(border=True, height="stretch", gap="xsmall"):
                _chart(name, counted)
    charted = {name for name, _ in charts}
    rest = [name for name in shown if name not in charted]
    if rest:
        st.caption(f"Not drawn, because nearly every item has a value of its own: {plain(', '.join(rest))}.")


def skipped(workspace: Workspace) -> None:
    """Files that could not be used, with the reason."""
    found, report = skipped_files(workspace), read_report(workspace)
    for note in report.notes if report else ():
        st.caption(note)
    if not found:
        st.success("Every file could be read.", icon=":material/check_circle:")
        return
    st.markdown(f"**{len(found):,} files were left out.** Everything else went through.")
    frame = pd.DataFrame(
        {"File": [s.path for s in found], "Why": [s.reason for s in found], "Step": [s.stage for s in found]}
    )
    st.dataframe(frame, hide_index=True, key="skipped")


def _strip(opened: Opened) -> None:
    """A few pictures from all over the data, to recognise it by."""
    if not opened.dataset.has_images:
        return
    count = len(opened.dataset)
    rows = range(0, count, max(count // PICTURES, 1))[:PICTURES]
    address, version = f"/thumbs/{quote(opened.name)}", opened.key
    images = [f'<img alt="" loading="lazy" src="{address}/{row}?v={version}">' for row in rows]
    st.html(f'<div class="strip">{"".join(images)}</div>')


def _chart(name: str, counts: Counts) -> None:
    notes = [f"{counts.different:,} values"] if counts.kind == "values" else []
    notes += [f"{counts.others:,} items have another"] if counts.others else []
    notes += [f"{counts.missing:,} items have none"] if counts.missing else []
    st.markdown(f"**{plain(name)}**")
    if notes:
        st.caption(" · ".join(notes))
    st.plotly_chart(counts_figure(counts, accent()), key=f"chart_{name}", config={"displayModeBar": False})


@remembered(500)
def _counts(opened: Opened, column: str) -> Counts | None:
    return count_values(opened.dataset, column)


@remembered(1)
def _filled(opened: Opened) -> dict[str, int]:
    dataset = opened.dataset
    images, texts = filled(dataset, PATH), filled(dataset, TEXT)
    counts = {
        "Items": len(dataset),
        "With an image": images,
        "With a text": texts,
        "Attributes": len(dataset.attributes),
    }
    return {label: value for label, value in counts.items() if value or label == "Items"}
