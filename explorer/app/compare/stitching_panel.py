"""Stitching lab: the front of one network sewn to the end of another, and what belongs beside the accuracy."""

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from explorer.app.compare.controls import known_value, picker
from explorer.app.compare.labels import no_labels
from explorer.app.compare.view import ADDRESS, DIGITS, LABS, TASKS, View
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.features.compare.contract import is_network
from explorer.features.replacing import service
from explorer.features.replacing.contract import METHODS
from explorer.features.replacing.figures import stitch_bars
from explorer.features.replacing.stitching.bench import Cell
from explorer.features.replacing.stitching.digits_cnn import LAYERS
from explorer.workspace.opened import Opened

LAB_NAMES = {"guided": "Guided example", "own": "Models of this data set"}
PAIRS = {"1-1": "network 1 into itself", "2-2": "network 2 into itself", "1-2": "network 1 into network 2"}
TASK_NAMES = {"probe": "a linear probe", "zero-shot": "texts (zero-shot)"}
INTRO = "Network A up to one layer, network B from one layer on, and a linear map (a *stitch*) between them."
WAYS = (
    "**Direct matching** fits the map so that it gives what B's own layer gives (least squares on 100 images). "
    "**Task-loss matching** trains the map only to get the answers right, until it gets no better. A good accuracy of "
    "the second does not say that two layers are alike: look at the distance and at the share out of distribution "
    "beside it."
)
HELP = {
    "accuracy": "Right answers of the stitched network on held-out items",
    "distance": "‖T(X) − Y‖² / ‖Y‖² on held-out items: 0 the same as B's own activations, 1 as far as all zeros",
    "out": "Share of stitched activations that a detector trained on B's own activations calls foreign "
    "(energy −log Σ exp(logits) above its threshold; margins −25 and −7)",
    "genuine_out": "The same share of B's own held-out activations: what the detector gets wrong (aim 5 %)",
    "cka": "Linear CKA of the two layers, before any stitch: 1 alike, 0 unrelated",
    "pwcca": "Projection-weighted CCA distance, weighted by the source layer: 0 alike",
    "procrustes": "Orthogonal Procrustes distance ‖A‖² + ‖B‖² − 2‖AᵀB‖⁎, centred, norm 1: 0 alike, 2 unrelated",
    "stitched_cka": "Linear CKA of the stitched activations and B's own",
    "agreement": "Share of held-out items that get the same answer as from the whole network B",
}
TITLES = {
    "accuracy": "Accuracy",
    "distance": "Distance",
    "out": "Foreign",
    "genuine_out": "B's own foreign",
    "cka": "CKA",
    "pwcca": "PWCCA",
    "procrustes": "Procrustes",
    "stitched_cka": "CKA stitched",
    "agreement": "As B",
}
WHOLE = "The whole network B"
NEAR, FAR = 0.05, 0.5
"""Accuracy below the whole network that is as good, and relative distance from which activations are others."""
FOREIGN = ("out", "genuine_out")
PERCENT = ("accuracy", "out", "genuine_out", "agreement")


def stitching_panel(opened: Opened, view: View) -> None:
    """The panel."""
    st.markdown(INTRO, help=WAYS)
    st.session_state["stitch_where"] = view.lab
    st.segmented_control(
        "Networks",
        LABS,
        format_func=LAB_NAMES.__getitem__,
        key="stitch_where",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: ADDRESS.change(lab=st.session_state["stitch_where"], into=""),
    )
    if view.lab == "own":
        _models(opened, view)
    else:
        _digits(opened, view)


def _digits(opened: Opened, view: View) -> None:
    st.caption(
        "Two small networks of five convolutions that read scans of handwritten digits (8 × 8 pixels). Sew a network "
        "to **itself**: a layer should fit itself best. Ask both ways of fitting."
    )
    into = known_value(view.into, LAYERS, LAYERS[0])
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    with left:
        picker("Networks", "digits", DIGITS, view.digits, format_func=PAIRS.__getitem__, labelled=True)
    with middle:
        picker("Into layer", "into", LAYERS, into, labelled=True, help="B goes on from here.")
    first, second = (int(seed) for seed in view.digits.split("-"))
    cells = service.load_digits_cells(service.DigitsStitching(first, second, into))
    if not cells and work_button(
        "Stitch", type="primary", place=right, key="stitch_go", width="stretch", disabled=running(opened.workspace)
    ):
        args = ["compare", "stitch-digits", "--seed", str(first), "--into", str(second), "--target", into]
        start_job(opened.path, args, f"Stitch {PAIRS[view.digits]}, {into}")
    show_jobs(opened.workspace)
    if not cells:
        st.caption("Fits ten stitches, two from each layer: about a minute. The result opens by itself and is kept.")
        return
    if first == second:
        _finding(cells, into)
    show_cells(cells)


def _finding(cells: Sequence[Cell], target: str) -> None:
    """Say what the numbers say: computed, not assumed."""
    direct = {cell.source: cell for cell in cells if cell.method == "direct"}
    good = [c for c in cells if c.method == "task" and c.source != target and c.accuracy > c.whole - NEAR]
    far = [cell for cell in good if cell.distance > FAR]
    if not far:
        st.info(
            f"Into {plain(target)}, task-loss matching gets from no other layer to the accuracy of the whole network "
            "with activations unlike its own. Try layer 1."
        )
        return
    best = max(far, key=lambda cell: cell.accuracy)
    source = plain(best.source)
    foreign = f", and the detector calls {best.out:.0%} of them foreign" if best.tells else ""
    st.warning(
        f"**A good accuracy does not say that layers are alike.** Task-loss matching gets {len(far)} other "
        f"layer{'s' * (len(far) > 1)} to the accuracy of the whole network or close to it: {source} has "
        f"{best.accuracy:.1%}, the whole network {best.whole:.1%}. The stitched activations of {source} lie at a "
        f"relative distance of {best.distance:.2f} from the real ones{foreign}. Direct matching gives {source} "
        f"{direct[best.source].accuracy:.1%}, and {plain(target)} itself {direct[target].accuracy:.1%} at a distance "
        f"of {direct[target].distance:.4f}.",
        icon=":material/warning:",
    )


def _whole(spec: str) -> str:
    """What the answers of the end are, without a stitch."""
    return "A linear probe on B's own layer" if is_network(spec) else WHOLE


def show_cells(cells: Sequence[Cell], whole: str = WHOLE) -> None:
    """Bars of accuracy, and the table with every number. whole: what B as it is stands for."""
    import pandas as pd

    st.plotly_chart(stitch_bars(cells), width="stretch", key=f"stitch_bars_{cells[0].target}")
    frame = pd.DataFrame([asdict(cell) for cell in cells])
    frame["method"] = frame["method"].map(lambda name: METHODS[name].brief)
    frame["distance"] = frame["distance"].round(4)
    columns = {"source": st.column_config.TextColumn("From"), "method": st.column_config.TextColumn("Fitted by")}
    for name, title in TITLES.items():
        number = "percent" if name in PERCENT else "%.4g" if name == "distance" else "%.3f"
        columns[name] = st.column_config.NumberColumn(title, help=HELP[name], format=number)
    hidden = () if cells[0].tells else FOREIGN
    shown = ["source", "method", *(name for name in TITLES if name not in hidden)]
    st.dataframe(frame[shown], hide_index=True, column_config=columns, key=f"stitch_table_{cells[0].target}")
    st.caption(
        f"{cells[0].items:,} held-out items. {plain(whole)}: {cells[0].whole:.1%} right; always the commonest "
        f"class: {cells[0].chance:.1%} (the dotted lines).",
        help=f"{plain(cells[0].detector)} CKA, PWCCA and Procrustes compare the layers before any stitch; each "
        "position of a picture is a row, channels are the features.",
    )


def _models(opened: Opened, view: View) -> None:
    specs, columns = service.stitchable_models(opened), service.label_columns(opened)
    if not specs:
        st.info(
            "Stitching needs a model whose blocks are open: pocket, or one of open_clip; or layers of your own. "
            "Add a model on the home page, or bring layers in the view “Layers”."
        )
        return
    if not columns:
        st.info(no_labels("Stitching"))
        return
    what = _choose_networks(view, specs, columns)
    with st.spinner("Opening the model …"):
        fronts, ends = (service.layers_of(opened, spec) for spec in (what.a, what.b))
    into = _choose_cells(opened, view, what, fronts=fronts, ends=ends)
    show_jobs(opened.workspace)
    cells = [cell for cell in service.load_cells(opened, what) if cell.target == into]
    if cells:
        show_cells(sorted(cells, key=lambda cell: (cell.method, fronts.index(cell.source))), whole=_whole(what.b))
    else:
        st.caption(
            "A stitch runs every image through the end of B many times: a few minutes for each layer on two cores. The "
            "result opens by itself and is kept."
        )


def _choose_networks(view: View, specs: Sequence[str], columns: Sequence[str]) -> service.Stitching:
    """The two models, the labels, and how they are told apart."""
    a, b = (known_value(asked, specs, specs[0]) for asked in (view.a, view.b))
    column = known_value(view.labels, columns, columns[0])
    row = st.columns(4)
    with row[0]:
        picker("Front of A", "a", specs, a, labelled=True)
    with row[1]:
        picker("End of B", "b", specs, b, labelled=True)
    with row[2]:
        picker("Labels", "labels", columns, column, labelled=True, help="The task: tell these values apart.")
    with row[3]:
        picker("Answers by", "task", TASKS, view.task, format_func=TASK_NAMES.__getitem__, labelled=True)
    return service.Stitching(a, b, column, view.task)


def _choose_cells(
    opened: Opened, view: View, what: service.Stitching, *, fronts: Sequence[str], ends: Sequence[str]
) -> str:
    """Layers, number of items and the button that starts the job; gives the layer of B."""
    into = known_value(view.into, ends, ends[max(0, len(ends) - 2)])
    row = st.columns([3, 2, 2, 1], vertical_alignment="bottom")
    sources = row[0].multiselect("From layers of A", fronts, default=list(fronts[-2:]), key=f"stitch_from_{what.a}")
    with row[1]:
        picker("Into layer of B", "into", ends, into, labelled=True)
    items = row[2].slider("Items", 100, 1000, 300, 50, key="stitch_items", help="70 % fit the stitch, 30 % test it.")
    busy = not sources or running(opened.workspace)
    if work_button("Stitch", type="primary", place=row[3], key="stitch_models_go", width="stretch", disabled=busy):
        wanted = [part for source in sources for part in ("--source", source)]
        args = ["compare", "stitch", str(opened.path), what.a, what.b, "--labels", what.column, "--task", what.task]
        args += ["--target", into, "--items", str(items), *wanted]
        start_job(opened.path, args, f"Stitch {what.a} into {what.b}")
    return into
