"""One more model for the items, so that there is something to compare."""

from collections.abc import Sequence

import streamlit as st

from explorer.app.frame.jobs import running, show_jobs, start_job
from explorer.app.frame.page import link_to
from explorer.base.dataset import Dataset
from explorer.workspace.opened import Opened

WORDS = {
    "pocket": "pocket: images and texts, built in",
    "histogram": "histogram: colours of the images alone, the simplest thing to compare a model with",
    "sentence:all-MiniLM-L6-v2": "sentence: what the texts say, read by MiniLM; built in",
}


def candidates(dataset: Dataset, there: Sequence[str]) -> list[str]:
    """Models that work offline, can read these items and have not done so yet."""
    reads = {"pocket": True, "histogram": dataset.has_images, "sentence:all-MiniLM-L6-v2": dataset.has_texts}
    return [spec for spec, able in reads.items() if able and spec not in there]


def offer(opened: Opened) -> None:
    """A choice and a button; the work is a job."""
    found = candidates(opened.dataset, opened.encoders)
    if found:
        spec = st.radio("Add a model", found, format_func=WORDS.__getitem__, key="compare.add")
        busy = running(opened.workspace)
        if st.button("Embed the items with it", key="compare.embed", type="primary", disabled=busy):
            start_job(opened.path, ["embed", str(opened.path), "--model", spec], f"Add the model {spec}")
    link_to("app.py", "More models on the home page", ":material/add:")
    show_jobs(opened.workspace)
