"""Merging: two small classifiers from different seeds, mixed before and after matching their units."""

import streamlit as st

from explorer.app.frame.cache import get_workspace
from explorer.base.progress import Silent
from explorer.features.replacing.figures import alignment_lines, merge_lines
from explorer.features.replacing.labelled import common_rows, label_columns, labelled
from explorer.features.replacing.merging import Merge, MlpSettings, merge_from_seeds
from explorer.workspace.folder import Workspace

ITEMS = 4000


def merging_panel(workspace: Workspace) -> None:
    """The panel."""
    st.markdown(
        "Two classifiers that differ only in their seed learn the same from the same vectors, but their hidden "
        "units come in "
        "a different order. Mixing their weights halfway breaks both. Bring B's units into A's order first (a "
        "permutation: "
        "B's answers stay exactly the same), and the way between them is often nearly flat."
    )
    columns, specs = label_columns(workspace), workspace.encoders()
    if not columns:
        st.info("Merging needs labels: a column with 2 to 200 values of at least 6 items each. This data set has none.")
        return
    row = st.columns([3, 3, 2, 2, 2, 3], vertical_alignment="bottom")
    column = row[0].selectbox("Labels", columns, key="merge_labels")
    spec = row[1].selectbox("Vectors of", specs, key="merge_model")
    width = row[2].selectbox(
        "Hidden units", [32, 64, 128, 256], index=1, key="merge_width", help="In each of two layers."
    )
    first = row[3].number_input("Seed of A", 0, 9999, 1, key="merge_seed_a")
    second = row[4].number_input("Seed of B", 0, 9999, 2, key="merge_seed_b")
    name = f"merge_{column}_{spec}_{width}_{first}_{second}"
    if row[5].button("Match", type="primary", key="merge_go", width="stretch"):
        st.session_state[name] = True
    if st.session_state.get(name):
        show_merge(merged(workspace.path.name, workspace.key, column, spec, int(width), int(first), int(second)))
    else:
        st.caption("Trains two classifiers of two hidden layers on up to 4,000 items: some seconds.")


@st.cache_resource(max_entries=20, show_spinner="Training two classifiers and matching their units …")
def merged(name: str, key: str, column: str, spec: str, width: int, first: int, second: int) -> Merge:
    """The merge of two seeds."""
    workspace = get_workspace(name)
    found, (vectors,) = common_rows(workspace, labelled(workspace, column, ITEMS), spec)
    settings = MlpSettings((width, width))
    halves = found.train, found.test
    return merge_from_seeds(vectors, found.labels, len(found.classes), *halves, (first, second), settings, Silent())


def show_merge(found: Merge) -> None:
    """Numbers, lines, and the alignment of singular vectors."""
    middle = len(found.before.shares) // 2
    cards = st.columns(4)
    cards[0].metric(
        "Barrier",
        f"{found.after.barrier:.3f}",
        f"{found.after.barrier - found.before.barrier:+.3f} by matching",
        delta_color="inverse",
        help="How far the held-out loss rises above the straight line between A and B, at most.",
    )
    cards[1].metric(
        "Accuracy halfway",
        f"{found.after.accuracies[middle]:.1%}",
        f"{100 * (found.after.accuracies[middle] - found.before.accuracies[middle]):+.1f} points by matching",
        help=f"Held-out items; A {found.before.accuracies[0]:.1%}, B {found.before.accuracies[-1]:.1%}, "
        f"always the commonest class {found.chance:.1%}.",
    )
    cards[2].metric(
        "Distance of weights",
        f"{found.distances[1]:.1f}",
        f"{found.distances[1] / found.distances[0] - 1:+.0%} by matching",
        delta_color="inverse",
        help="Euclidean, over all weights and biases.",
    )
    place = found.thresholds.index(0.5)
    cards[3].metric(
        "Alignment R(0.5)",
        f"{found.aligned[1][place]:.2f}",
        f"{found.aligned[1][place] - found.aligned[0][place]:+.2f} by matching",
        help="Σ ⟨uᵢ, uⱼ⟩⟨vᵢ, vⱼ⟩ over singular vectors with at least half of the largest singular value, divided by "
        "how many there are: 1 for equal networks, about 0 for unrelated ones.",
    )
    left, right = st.columns(2)
    left.plotly_chart(merge_lines(found.before, found.after, "loss"), width="stretch", key="merge_loss")
    right.plotly_chart(merge_lines(found.before, found.after, "accuracy"), width="stretch", key="merge_accuracy")
    figure = alignment_lines(found.thresholds, found.aligned[0], found.aligned[1])
    left, right = st.columns(2, vertical_alignment="center")
    left.plotly_chart(figure, width="stretch", key="merge_alignment")
    right.markdown(
        f"The weights come only {1 - found.distances[1] / found.distances[0]:.0%} closer by matching, so distance "
        "does not "
        "explain why the barrier falls. The **leading directions** do: those with large singular values, which "
        "carry most "
        "of what a layer does, turn the same way after matching (right end of the blue line), while the many small "
        "ones "
        "stay unaligned (left end). A permutation cannot change the singular values themselves."
    )
