"""Counts, the distribution of every attribute, skipped files."""

from urllib.parse import quote

import pandas as pd
import streamlit as st

from explorer.app.frame.address import kept_parameters
from explorer.app.frame.bars import Chart, bars
from explorer.app.frame.column_choice import choose_columns, chosen_columns
from explorer.app.frame.foreign import plain
from explorer.app.frame.table_file import table_button
from explorer.base.dataset import PATH, TEXT
from explorer.base.memory import remembered
from explorer.search.facets import facet
from explorer.search.picking import Setting, with_setting
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.opened import Opened
from explorer.workspace.summary import filled, skipped_files

CHARTS, PICTURES, CLICKED = 9, 16, "home.clicked"


def overview(opened: Opened) -> None:
    """Numbers first, then one small chart an attribute; a click opens Explore with what was clicked."""
    if CLICKED in st.session_state:
        st.switch_page("pages/1_Explore.py", query_params=kept_parameters() | {"f": st.session_state.pop(CLICKED)})
    counts = _filled(opened)
    with st.container(horizontal=True, gap="medium"):
        for label, value in counts.items():
            st.metric(plain(label), f"{value:,}", width="content")
    _strip(opened)
    names = opened.tagged.attributes
    if not names:
        st.info(
            "These items have no attributes. A file metadata.csv with a column file_name beside the images adds some; "
            "then update from the source under “Add data”."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader("Attributes", anchor=False)
        choose_columns(opened, names, CHARTS, "home.columns")
    _charts(opened, chosen_columns(opened, names, CHARTS, "home.columns"))


def _charts(opened: Opened, names: list[str]) -> None:
    facets = [facet(opened, name) for name in names]
    drawn = [one for one in facets if len(one.totals)]
    clicks = bool(opened.encoders)
    if clicks and drawn:
        st.caption("A click on a bar, or a drag over a histogram, opens Explore with these items alone.")
    charts = [Chart(facet=one, counts=one.totals) for one in drawn]
    if charts:
        bars(opened, charts, "home_bars", _open_explore, label="Attributes", grid=True, clicks=clicks)
    texts = [one.name for one in facets if one.kind == "texts"]
    empty = [one.name for one in facets if one.name not in texts and not len(one.totals)]
    if texts:
        st.caption(f"Not drawn, because nearly every item has a value of its own: {plain(', '.join(texts))}.")
    if empty:
        st.caption(f"Not drawn, because there is nothing to compare: {plain(', '.join(empty))}.")


def _open_explore(column: str, setting: Setting) -> None:
    if setting:
        st.session_state[CLICKED] = with_setting("", column, setting)


def skipped(workspace: Workspace) -> None:
    """Files that could not be used, with the reason."""
    found, report = skipped_files(workspace), read_report(workspace)
    for note in report.notes if report else ():
        st.caption(plain(note))
    if not found:
        st.success("Every file could be read.", icon=":material/check_circle:")
        return
    st.markdown(f"**{len(found):,} files were left out.** Everything else went through.")
    frame = pd.DataFrame(
        {"File": [s.path for s in found], "Why": [s.reason for s in found], "Step": [s.stage for s in found]}
    )
    st.dataframe(frame, hide_index=True, key="skipped")
    table_button(frame, "left out", "skipped.file")


def _strip(opened: Opened) -> None:
    """A few pictures from all over the data, to recognise it by."""
    if not opened.dataset.has_images:
        return
    count = len(opened.dataset)
    rows = range(0, count, max(count // PICTURES, 1))[:PICTURES]
    address, version = f"/thumbs/{quote(opened.name)}", opened.key
    images = [f'<img alt="" loading="lazy" src="{address}/{row}?v={version}">' for row in rows]
    st.html(f'<div class="strip">{"".join(images)}</div>')


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
