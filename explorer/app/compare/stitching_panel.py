"""Stitching lab: the front of one network sewn to the end of another, and what belongs beside the accuracy."""

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from explorer.app.compare.labels import no_labels
from explorer.app.frame.jobs import show_jobs, start_job
from explorer.features.replacing import service
from explorer.features.replacing.contract import METHODS
from explorer.features.replacing.figures import stitch_bars
from explorer.features.replacing.stitching.bench import Cell
from explorer.features.replacing.stitching.digits_cnn import LAYERS
from explorer.workspace.opened import Opened

TASK_NAMES = {"probe": "a linear probe", "zero-shot": "texts (zero-shot)"}
INTRO = (
    "Take network A up to one layer and network B from one layer on, and put a linear map (a *stitch*) between them. "
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
NEAR, FAR = 0.05, 0.5
"""Accuracy below the whole network that is as good, and relative distance from which activations are others."""
FOREIGN = ("out", "genuine_out")
PERCENT = ("accuracy", "out", "genuine_out", "agreement")


def stitching_panel(opened: Opened) -> None:
    """The panel."""
    st.markdown(INTRO)
    choices = ["Guided example", "Models of this data set"]
    where = st.segmented_control("Networks", choices, default=choices[0], key="stitch_where")
    if where == choices[1]:
        _models(opened)
    else:
        _digits()


def _digits() -> None:
    st.markdown(
        "Two small networks of five convolutions that read scans of handwritten digits (8 × 8 pixels). Sew a network "
        "to **itself**: a layer should fit itself best. Ask both ways of fitting."
    )
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    options = {"network 1 into itself": (1, 1), "network 2 into itself": (2, 2), "network 1 into network 2": (1, 2)}
    pair = left.selectbox("Networks", list(options), key="stitch_pair")
    target = middle.selectbox("Into layer", LAYERS, key="stitch_target", help="B goes on from here.")
    state = f"stitch_run_{pair}_{target}"
    if right.button("Stitch", type="primary", key="stitch_go", width="stretch"):
        st.session_state[state] = True
    if not st.session_state.get(state):
        st.caption("Fits ten stitches, two from each layer: about a minute, then kept.")
        return
    with st.spinner("Fitting ten stitches and a detector …"):
        cells = service.digits_cells(*options[pair], target)
    if options[pair][0] == options[pair][1]:
        _finding(cells, target)
    show_cells(cells)


def _finding(cells: Sequence[Cell], target: str) -> None:
    """Say what the numbers say: computed, not assumed."""
    direct = {cell.source: cell for cell in cells if cell.method == "direct"}
    good = [c for c in cells if c.method == "task" and c.source != target and c.accuracy > c.whole - NEAR]
    far = [cell for cell in good if cell.distance > FAR]
    if not far:
        st.info(
            f"Into {target}, task-loss matching gets from no other layer to the accuracy of the whole network with "
            "activations unlike its own. Try layer 1."
        )
        return
    best = max(far, key=lambda cell: cell.accuracy)
    foreign = f", and the detector calls {best.out:.0%} of them foreign" if best.tells else ""
    st.warning(
        f"**A good accuracy does not say that layers are alike.** Task-loss matching gets {len(far)} other "
        f"layer{'s' * (len(far) > 1)} to the accuracy of the whole network or close to it: {best.source} has "
        f"{best.accuracy:.1%}, the whole network {best.whole:.1%}. The stitched activations of {best.source} lie at a "
        f"relative distance of {best.distance:.2f} from the real ones{foreign}. Direct matching gives {best.source} "
        f"{direct[best.source].accuracy:.1%}, and {target} itself {direct[target].accuracy:.1%} at a distance of "
        f"{direct[target].distance:.4f}.",
        icon=":material/warning:",
    )


def show_cells(cells: Sequence[Cell]) -> None:
    """Bars of accuracy, and the table with every number."""
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
        f"{cells[0].items:,} held-out items. The whole network B: {cells[0].whole:.1%} right; always the commonest "
        f"class: {cells[0].chance:.1%} (the dotted lines). {cells[0].detector} CKA, PWCCA and Procrustes "
        "compare the layers before any stitch; each position of a picture is a row, channels are the features."
    )


def _models(opened: Opened) -> None:
    specs, columns = service.stitchable_models(opened), service.label_columns(opened)
    if not specs:
        st.info("Stitching needs a model whose blocks are open: pocket, or one of open_clip. Add one on the home page.")
        return
    if not columns:
        st.info(no_labels("Stitching"))
        return
    row = st.columns([1, 1, 1, 1])
    a = row[0].selectbox("Front of A", specs, key="stitch_a")
    b = row[1].selectbox("End of B", specs, key="stitch_b")
    column = row[2].selectbox("Labels", columns, key="stitch_labels", help="The task: tell these values apart.")
    task = row[3].selectbox("Answers by", service.TASKS, format_func=TASK_NAMES.__getitem__, key="stitch_task")
    with st.spinner("Opening the model …"):
        fronts, ends = service.layers_of(a), service.layers_of(b)
    what = service.Stitching(a, b, column, task)
    into = _choose_cells(opened, what, fronts, ends)
    show_jobs(opened.workspace)
    cells = [cell for cell in service.load_cells(opened, what) if cell.target == into]
    if cells:
        show_cells(sorted(cells, key=lambda cell: (cell.method, fronts.index(cell.source))))
    else:
        st.caption(
            "A stitch runs every image through the end of B many times: a few minutes for each layer on two cores."
        )


def _choose_cells(opened: Opened, what: service.Stitching, fronts: Sequence[str], ends: Sequence[str]) -> str:
    """Layers, number of items and the button that starts the job; gives the layer of B."""
    row = st.columns([3, 2, 2, 1], vertical_alignment="bottom")
    sources = row[0].multiselect("From layers of A", fronts, default=list(fronts[-2:]), key=f"stitch_from_{what.a}")
    into: str = row[1].selectbox("Into layer of B", ends, index=max(0, len(ends) - 2), key=f"stitch_into_{what.b}")
    items = row[2].slider("Items", 100, 1000, 300, 50, key="stitch_items", help="70 % fit the stitch, 30 % test it.")
    if row[3].button("Stitch", type="primary", key="stitch_models_go", width="stretch", disabled=not sources):
        wanted = [part for source in sources for part in ("--source", source)]
        args = ["compare", "stitch", str(opened.path), what.a, what.b, "--labels", what.column, "--task", what.task]
        args += ["--target", into, "--items", str(items), *wanted]
        start_job(opened.path, args, f"Stitch {what.a} into {what.b}")
    return into
