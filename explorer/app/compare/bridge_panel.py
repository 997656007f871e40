"""Model bridge: a map between two image-text models, fitted on images, tried on texts and on the old gallery."""

import math

import numpy as np
import streamlit as st

from explorer.app.compare.controls import bound, known_value, picker
from explorer.app.compare.view import View
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.features.replacing import service
from explorer.features.replacing.bridge.measure import BridgeReport
from explorer.features.replacing.contract import METHODS
from explorer.workspace.opened import Opened

COLUMNS = {
    "image_cosine": (
        "Image cosine",
        "%.3f",
        "Mean cosine of the new model's vector of an image, brought over, with the old one's.",
    ),
    "text_cosine": ("Text cosine", "%.3f", "The same of texts. No text was used to fit the map."),
    "image_top1": ("Image found", "percent", "The old vector of the same image is the nearest among the tested ones."),
    "text_top1": ("Text found", "percent", "The old vector of the same text is the nearest among the texts."),
    "zero_shot": (
        "New images, old texts",
        "percent",
        "New vectors of images, brought over, classified by the old model's texts.",
    ),
    "zero_shot_texts": (
        "Old images, new texts",
        "percent",
        "Old vectors of images classified by the new model's texts, brought over.",
    ),
}
SHOWN = 12
CAPTIONS = "~"
"""In the address: no column, but captions, or common words."""
LEAST_ANCHORS, USUAL_ANCHORS = 2, 500
INTRO = (
    "You have a gallery of vectors made by an **old model**, and a **new model** that you would rather ask. A turn of "
    "the new space onto the old one is fitted on *images* that both have seen (anchors). If both models mean the same "
    "by an image, the same turn brings *texts* over too, and the old gallery can be searched without making it again."
)


def bridge_panel(opened: Opened, view: View) -> None:
    """The panel."""
    st.markdown(INTRO)
    specs = _joint_models(opened)
    if len(specs) < 2:
        _second_model(opened, specs)
        return
    new, old, column = _choices(opened, view, specs)
    most = service.most_anchors(opened, new, old)
    anchors = max(LEAST_ANCHORS, min(view.anchors or USUAL_ANCHORS, most))
    row = st.columns([5, 1], vertical_alignment="bottom")
    row[0].slider(
        "Anchors: images that the map is fitted on",
        LEAST_ANCHORS,
        most,
        key="bridge_anchors",
        on_change=bound("anchors", "bridge_anchors", anchors),
        help="Images that both models have made a vector of. The others test it.",
    )
    what = service.Bridging(new=new, old=old, column=column, anchors=anchors)
    report = service.load_report(opened, what)
    if report is None and work_button(
        "Fit", type="primary", place=row[1], key="bridge_go", width="stretch", disabled=running(opened.workspace)
    ):
        start_job(opened.path, _command(opened, what), f"Fit a bridge from {new} to {old}")
    show_jobs(opened.workspace)
    if report is None:
        st.caption("Encodes the texts with both models and fits the map: some seconds. The result opens by itself.")
        return
    _notes(report)
    _table(report)
    _search(opened, what)


def _command(opened: Opened, what: service.Bridging) -> list[str]:
    args = ["compare", "bridge", str(opened.path), what.new, what.old, "--anchors", str(what.anchors)]
    return [*args, "--labels", what.column] if what.column else args


def _joint_models(opened: Opened) -> list[str]:
    found, problems = service.joint_models(opened)
    for spec, problem in problems.items():
        st.caption(f"{plain(spec)} is left out: {plain(problem)}")
    return found


def _choices(opened: Opened, view: View, specs: list[str]) -> tuple[str, str, str]:
    """(new model, old model, column of the texts)."""
    row = st.columns(3)
    new = known_value(view.a, specs, specs[-1])
    others = [one for one in specs if one != new]
    old = known_value(view.b, others, others[0])
    columns = [*service.label_columns(opened), CAPTIONS]
    column = known_value(view.labels, columns, columns[0])
    with row[0]:
        picker("New model (asks)", "a", specs, new, labelled=True)
    with row[1]:
        picker("Old model (made the gallery)", "b", others, old, labelled=True)
    with row[2]:
        picker(
            "Texts",
            "labels",
            columns,
            column,
            labelled=True,
            format_func=lambda name: "captions, or common words" if name == CAPTIONS else f"a photo of a … ({name})",
            help="Used for the texts' own means and to measure; the map is fitted on images alone.",
        )
    return new, old, "" if column == CAPTIONS else column


def _notes(report: BridgeReport) -> None:
    if report.dims[0] != report.dims[1]:
        st.info(
            f"The models have vectors of {report.dims[0]:d} and {report.dims[1]:d} numbers: the shorter space is laid "
            "into the longer one without changing its shape (as if filled up with zeros). Before the bridge nothing "
            "can be compared."
        )
    if not report.unique:
        st.warning(
            f"{report.anchors:d} anchors do not fix a turn of {min(report.dims):d} dimensions: other turns fit them "
            "just as well, and agree with this one only where the anchors lie. Compare the scores below, not the map "
            f"itself; take more than {min(report.dims):d} anchors for one that is fixed.",
            icon=":material/warning:",
        )


def _table(report: BridgeReport) -> None:
    import pandas as pd

    rows = [
        {"way": METHODS[way].label, **{name: getattr(found, name) for name in COLUMNS}}
        for way, found in report.ways.items()
    ]
    config = {
        name: st.column_config.NumberColumn(title, format=form, help=text)
        for name, (title, form, text) in COLUMNS.items()
    }
    config["way"] = st.column_config.TextColumn("New vectors")
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=config, key="bridge_table")
    zero = (
        f"Zero-shot of each model alone: new {report.zero_shot_a:.1%}, old {report.zero_shot_b:.1%}; commonest class "
        f"{report.chance:.1%}. "
        if not math.isnan(report.zero_shot_a)
        else "Choose labels as texts to see zero-shot classification. "
    )
    st.caption(
        f"{report.tested:,} images that were not anchors, {report.texts:,} texts. {zero}Finding one image or text of "
        f"so many by chance: {1 / report.tested:.2%} and {1 / report.texts:.1%}. Empty: the lengths differ. Each "
        "space's own means are taken away and put back: the images' for images, the texts' for texts."
    )


def _search(opened: Opened, what: service.Bridging) -> None:
    st.subheader("Search the old gallery with the new model", divider=False)
    text = st.text_input("Text", "a red star", key="bridge_text", help="Encoded by the new model, brought over, asked.")
    if not text.strip():
        st.caption("Type a text to search with.")
        return
    count = min(SHOWN, len(opened.index(what.old)))
    found = service.search_old_gallery(opened, what, text, count)
    bridged, own = (neighbours.of(0) for neighbours in found)
    shared = len(np.intersect1d(bridged[0], own[0]))
    left, right = st.columns(2)
    lists = (
        (left, "bridge_new_results", bridged, "Asked by the new model over the bridge:", what.new),
        (right, "bridge_old_results", own, "Asked by the old model itself:", what.old),
    )
    for side, key, (rows, similarities), title, spec in lists:
        with side:
            st.markdown(f"{plain(title)} **{plain(spec)}**")
            gallery(opened, Cards(rows, similarities), key, _ignore, label=f"{title} {spec}", card=104)
    st.caption(f"{shared:d} of the first {count:d} results are the same. No vector of the gallery was made again.")


def _ignore(action: str, item: str) -> None:
    """Pictures here are only looked at."""


def _second_model(opened: Opened, specs: list[str]) -> None:
    if not specs:
        st.info(
            "A bridge needs a model that places images and texts in one space, such as pocket. Add one on the home "
            "page."
        )
        return
    st.info(
        f"This data set has one image-text model, {plain(specs[0])}. Add another one on the home page (open_clip), or "
        "make a second space for a try: a small network on the vectors of the first, from random weights, that keeps "
        "how similar things are but in directions of its own. It stands for “the next version of the model”."
    )
    name = f"{specs[0].split(':')[0]}-next"
    args = ["compare", "second-model", str(opened.path), "--model", specs[0], "--name", name]
    if work_button("Make a second model", type="primary", key="bridge_second", disabled=running(opened.workspace)):
        start_job(opened.path, args, "Make a second model")
    show_jobs(opened.workspace)
