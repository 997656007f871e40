"""One more model for the items, so that there is something to compare."""

import streamlit as st

from explorer.app.frame.cache import get_dataset
from explorer.app.frame.jobs import running, show_jobs, start_job
from explorer.app.frame.page import link_to
from explorer.base.dataset import Dataset
from explorer.workspace.folder import Workspace

WORDS = {
    "pocket": "pocket: images and texts, built in",
    "histogram": "histogram: colours of the images alone, the simplest thing to compare a model with",
    "sentence:all-MiniLM-L6-v2": "sentence: what the texts say, read by MiniLM; built in",
}


def candidates(dataset: Dataset, there: list[str]) -> list[str]:
    """Models that work offline, can read these items and have not done so yet."""
    reads = {"pocket": True, "histogram": dataset.has_images, "sentence:all-MiniLM-L6-v2": dataset.has_texts}
    return [spec for spec, able in reads.items() if able and spec not in there]


def offer(workspace: Workspace) -> None:
    """A choice and a button; the work is a job."""
    found = candidates(get_dataset(workspace), workspace.encoders())
    if found:
        spec = st.radio("Add a model", found, format_func=WORDS.__getitem__, key="compare.add")
        if st.button("Embed the items with it", key="compare.embed", type="primary", disabled=running(workspace)):
            start_job(workspace.path, ["embed", str(workspace.path), "--model", spec], f"Add the model {spec}")
    link_to("app.py", "More models on the home page", ":material/add:")
    show_jobs(workspace)
