"""What there is to see while only one model has looked at the items: its own view of one of them, and a second one."""

from collections.abc import Sequence

import streamlit as st

from explorer.app.compare.view import ADDRESS, View
from explorer.app.frame import theme
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.app.frame.look import item_look
from explorer.app.frame.page import link_to
from explorer.base.dataset import Dataset
from explorer.search.find import find, starters
from explorer.search.query import QueryPart
from explorer.workspace.opened import Opened

SENTENCE = "sentence:all-MiniLM-L6-v2"
PHOTOS = "pocket:photos"
LABELS = {
    "pocket": "Add pocket",
    PHOTOS: "Add pocket for photos",
    "histogram": "Add histogram",
    SENTENCE: "Add sentence",
}
WORDS = {
    "pocket": "Reads images and texts, built in.",
    PHOTOS: "The same small model, trained further on people's photos, built in.",
    "histogram": "Sees the colours of the images alone: the simplest thing to compare a model with.",
    SENTENCE: "Reads what the texts say (MiniLM), built in.",
}
GAIN = (
    "A second model shows **which neighbours are the model's own idea** and which ones any model finds: the two lists "
    "stand side by side, with what differs. Then come scores of how alike they are, layer by layer where you like, and "
    "whether one can stand in for the other."
)
LISTED, LOOK, TEXT_WIDTH = 10, 76, 230


def candidates(dataset: Dataset, there: Sequence[str]) -> list[str]:
    """Models that work offline, can read these items and have not done so yet."""
    reads = {"pocket": True, PHOTOS: dataset.has_images, "histogram": dataset.has_images, SENTENCE: dataset.has_texts}
    return [spec for spec, able in reads.items() if able and spec not in there]


def offer(opened: Opened) -> None:
    """A button a model; the work is a job."""
    for spec in candidates(opened.dataset, opened.encoders):
        if work_button(
            LABELS[spec],
            key=f"compare.add.{spec}",
            type="primary",
            icon=":material/add:",
            disabled=running(opened.workspace),
        ):
            start_job(opened.path, ["embed", str(opened.path), "--model", spec], f"Add the model {spec}")
        st.caption(WORDS[spec])
    link_to("app.py", "More models on the home page", ":material/add:")
    show_jobs(opened.workspace)


def one_model(opened: Opened, view: View) -> None:
    """The neighbours of an item under the only model, and beside them the place where a second one would stand."""
    spec = opened.encoders[0]
    theme.to_the_end()
    left, right = st.columns(2, gap="medium")
    with left:
        _neighbours(opened, spec, view.item)
    with right, st.container(border=True):
        st.markdown(f"**Only {plain(spec)} has looked at these items**")
        st.markdown(GAIN)
        offer(opened)


def _neighbours(opened: Opened, spec: str, asked: str) -> None:
    rows = opened.dataset.rows_of([asked]) if asked else starters(opened, spec)
    if not len(rows):
        return
    item = str(opened.dataset.ids[rows[0]])
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        item_look(opened, int(rows[0]), LOOK, text_width=TEXT_WIDTH)
        st.markdown(f"**The nearest of {plain(item[:60])} under {plain(spec)}**")
    found = find(opened, spec, (QueryPart("item", item),), "", LISTED + 1)
    near = found.rows != rows[0]
    gallery(
        opened,
        Cards(found.rows[near][:LISTED], found.similarities[near][:LISTED]),
        "compare.alone",
        lambda action, item: ADDRESS.change(item=item),
        label=f"Nearest under {spec}",
        tall=330,
        fill=True,
        card=92 if opened.dataset.has_images else 150,
        actions=(),
        click_label="Click: the neighbours of this item",
    )
