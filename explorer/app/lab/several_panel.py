"""Several vectors an item: make them, find details with them, and what finding them fast costs."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.app.lab.detail import find_detail
from explorer.app.lab.report_panel import report_panel
from explorer.app.lab.several_figures import estimates_figure, recall_at_figure
from explorer.app.lab.view import Context, measure_button
from explorer.features.lab.several.measure import SeveralReport
from explorer.features.lab.several.service import kept_measure
from explorer.features.lab.several.store import KeptSets, kept_sets, lacks_vectors

COSTS = ("per_second",)
KINDS = {
    "patches": {"item": "Queries: whole pictures", "picture": "Queries: parts of pictures", "text": "Queries: words"},
    "tokens": {"item": "Queries: whole texts", "picture": "Queries: one to four words in a row"},
}
ABOUT = (
    "One vector an item says what a picture or text is as a whole. Here an item has one vector for each *patch* of its "
    "picture, or each *token* of its text, so that a small thing in a corner can be found."
)


def several_panel(context: Context) -> None:
    """The panel."""
    st.markdown(ABOUT)
    kept = kept_sets(context.opened, context.encoder)
    if kept is None:
        _make(context)
        return
    st.subheader("Find this detail", divider=False)
    find_detail(context, kept)
    st.caption(plain(_what_asks(kept)))
    st.subheader("How fast, and how well", divider=False)
    found = kept_measure(context.opened, context.encoder, kept)
    measure_button(context, "several", again=found is not None)
    if found is None:
        st.caption(
            "Compares exact search by Chamfer similarity with MUVERA's fixed encodings and with one vector an item: "
            "minutes, or longer where other work goes on."
        )
        return
    _measured(context, kept, found)


def _make(context: Context) -> None:
    opened, spec = context.opened, context.encoder
    lacking = lacks_vectors(opened, opened.encoder(spec))
    if lacking:
        st.info(plain(lacking))
        return
    st.caption("Every item goes through the model once more, which takes about as long as embedding did.")
    if work_button(
        "Make the vectors",
        key="lab.several.make",
        type="primary",
        icon=":material/grid_view:",
        disabled=running(opened.workspace),
    ):
        args = ["lab", "vectors", str(opened.path), "--model", spec]
        start_job(opened.path, args, f"Several vectors an item of {spec}")
    show_jobs(opened.workspace)


def _what_asks(kept: KeptSets) -> str:
    if kept.of == "tokens":
        return (
            f"Up to {kept.sets.most} tokens of each text. The model was trained on whole sentences and not on single "
            "words, so a match of words is a hint and no more."
        )
    patches = f"{kept.grid} × {kept.grid} patches of {kept.sets.dim:,} numbers each. "
    if kept.words:
        return patches + (
            "Words and parts of pictures can ask: patches go through the same last step as whole pictures. The model "
            "was trained on whole pictures, so a patch knows its surroundings: words find the right pictures, but what "
            "they outline is often beside the thing itself."
        )
    return patches + "Parts of pictures can ask. Words cannot: this model's patches lie in a space of their own."


def _measured(context: Context, kept: KeptSets, found: SeveralReport) -> None:
    report_panel(context, found.report, COSTS, kinds=KINDS[kept.of])
    left, right = st.columns(2)
    with left:
        st.markdown(f"**Estimates against exact similarity** · correlation {found.correlation:.2f}")
        st.plotly_chart(estimates_figure(found), key="lab.several.pairs", config={"displayModeBar": False})
    with right:
        kinds = list(dict.fromkeys(curve.kind for curve in found.curves))
        kind: str = kinds[0]
        st.markdown("**Where the right items are among the estimates**")
        if len(kinds) > 1:
            chosen = st.segmented_control(
                "Queries",
                kinds,
                key="lab.several.kind",
                default=kinds[0],
                required=True,
                format_func=lambda one: plain(str(KINDS[kept.of].get(one, one)).removeprefix("Queries: ")),
                label_visibility="collapsed",
            )
            kind = chosen or kind
        curves = [curve for curve in found.curves if curve.kind == kind]
        st.plotly_chart(recall_at_figure(curves), key="lab.several.curves", config={"displayModeBar": False})
    st.caption(
        "R: repetitions; 2 to the power of the bits cells each, so many numbers a cell. Estimates are divided by R. "
        "They are rough, which is why the first N are compared exactly."
    )
