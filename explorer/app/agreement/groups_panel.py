"""Learning groups: the multi-similarity loss, and which pairs of a batch drive it."""

import numpy as np
import streamlit as st

from explorer.app.agreement.answers import Asking
from explorer.app.frame import theme
from explorer.app.frame.cache import get_embeddings
from explorer.app.frame.jobs import running, start_job
from explorer.features.judgments.figures import weight_map
from explorer.features.judgments.learning.grouped import GroupSettings, balanced_batch, groups_of
from explorer.features.judgments.learning.ms_loss import ms_loss, pairs_of, recall_at_1
from explorer.features.judgments.service import judgment_store
from explorer.heads.head import list_heads, read_head
from explorer.workspace.folder import Workspace

SHOWN = GroupSettings(batch=40, per_group=5)


def groups_panel(asking: Asking) -> None:
    """Choose groups, see which pairs a model finds hard, let it learn them."""
    st.markdown("**Learn groups**")
    workspace = asking.workspace
    names = [*_group_columns(workspace), *_tag_campaigns(workspace)]
    specs = [spec for spec in workspace.encoders() if not spec.startswith("precomputed:")]
    if not names or not specs:
        st.caption(
            "Groups come from an attribute column with few values, or from tags that people gave. There are none."
        )
        return
    st.write(
        "Items of one group are pulled together, those of different groups pushed apart: the multi-similarity loss, "
        "which looks only at pairs that are still wrong or nearly so."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = st.selectbox("Groups", names, key="agreement.groups.column", width=260)
        spec = st.selectbox("Model", specs, key="agreement.groups.model", width=260)
        name = st.text_input("Name of the result", f"by {column}"[:60], key="agreement.groups.name", width=240)
        if st.button("Learn groups", key="agreement.groups", icon=":material/school:", disabled=running(workspace)):
            args = ["judgments", "tune-groups", asking.path, column, "--model", spec, "--name", name]
            start_job(workspace.path, args, f"Learn {name}")
    _learned(workspace, column)
    _weights(asking, column, spec)


def _learned(workspace: Workspace, column: str) -> None:
    for name in list_heads("projection"):
        card = read_head(name).card
        about = (card.get("made_from"), card.get("workspace"), card.get("column"))
        if about == ("groups", workspace.name, column):
            st.success(
                f"tuned:{theme.plain(name)}: nearest neighbour of the same group in {card['before']:.1%} before, "
                f"{card['after']:.1%} after, among {card['items']:,} items of {card['groups_out']} other groups."
            )


def _weights(asking: Asking, column: str, spec: str) -> None:
    labels = groups_of(asking.workspace, column)
    embeddings = get_embeddings(asking.workspace, spec)
    usable = np.flatnonzero((labels != "") & embeddings.present)
    if len(np.unique(labels[usable])) < 2:
        st.caption("Fewer than two groups have items here.")
        return
    codes = np.unique(labels[usable], return_inverse=True)[1]
    rows = usable[balanced_batch(codes, SHOWN, np.random.default_rng(0))]
    rows = rows[np.argsort(labels[rows].astype(str), kind="stable")]
    vectors = np.asarray(embeddings.vectors[rows], dtype=np.float32)
    found = ms_loss(vectors, labels[rows])
    same, _ = pairs_of(labels[rows])
    st.plotly_chart(
        weight_map(found.weights, same, [str(label) for label in labels[rows]]), width="stretch", key="agreement.gpw"
    )
    share = found.weights.astype(bool).sum() / max(same.size - len(same), 1)
    st.caption(
        f"How hard the loss moves each pair of a batch of {len(rows)} items, groups side by side: blue pairs are "
        "pulled together, orange ones pushed apart. A pair’s weight is the slope of the loss of its row’s item: its "
        "own exponential over one plus the sum of those of the row. "
        f"Mining (ε 0.1) keeps {share:.0%} of the pairs. Loss {found.loss:.3f}; "
        "nearest neighbour of the same group in "
        f"{recall_at_1(vectors, labels[rows]):.0%} of this batch. α 2, β 40, λ 0.5."
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _columns(path: str, key: str) -> list[str]:
    from explorer.features.judgments.agreement.candidates import sources

    found = sources(Asking(path, key, "", 0.0).workspace)
    return [one.key.removeprefix("column:") for one in found if one.kind == "column" and one.formula.startswith("1")]


def _group_columns(workspace: Workspace) -> list[str]:
    return _columns(str(workspace.path), workspace.key)


def _tag_campaigns(workspace: Workspace) -> list[str]:
    return [f"tags:{name}" for name, tasks in judgment_store(workspace).tasks().items() if "tags" in tasks]
