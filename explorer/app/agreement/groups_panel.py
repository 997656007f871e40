"""Learning groups: the multi-similarity loss, and which pairs of a batch drive it."""

import streamlit as st

from explorer.app.agreement.view import Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.base.errors import InputError
from explorer.features.judgments.figures import weight_map
from explorer.features.judgments.learning.methods import LEARNERS
from explorer.features.judgments.learning.service import group_batch, group_names, models_to_learn_on
from explorer.features.judgments.learning.tuning import heads_learned


def groups_panel(context: Context) -> None:
    """Choose groups, see which pairs a model finds hard, let it learn them."""
    st.markdown(f"**{LEARNERS['groups'].label}**")
    names, specs = group_names(context.opened), models_to_learn_on(context.opened)
    if not names or not specs:
        st.caption(
            "Groups come from an attribute column with few values, or from tags that people gave. There are none."
        )
        return
    st.write(
        "Items of one group are pulled together, those of different groups pushed apart: the multi-similarity loss, "
        "which looks only at pairs that are still wrong or nearly so."
    )
    opened = context.opened
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = st.selectbox("Groups", names, key="agreement.groups.column", width=260)
        spec = st.selectbox("Model", specs, key="agreement.groups.model", width=260)
        name = st.text_input("Name of the result", f"by {column}"[:60], key="agreement.groups.name", width=240)
        busy = running(opened.workspace)
        if work_button("Learn groups", key="agreement.groups", icon=":material/school:", disabled=busy):
            args = ["judgments", "tune-groups", str(opened.path), column, "--model", spec, "--name", name]
            start_job(opened.path, args, f"Learn {name}")
    _learned(context, column)
    _weights(context, column, spec)


def _learned(context: Context, column: str) -> None:
    for name, head in heads_learned(context.opened, "groups").items():
        card = head.card
        if card.get("column") == column:
            st.success(
                f"tuned:{plain(name)}: nearest neighbour of the same group in {card['before']:.1%} before, "
                f"{card['after']:.1%} after, among {card['items']:,} items of {card['groups_out']:,} other groups."
            )


def _weights(context: Context, column: str, spec: str) -> None:
    try:
        found = group_batch(context.opened, spec, column, context.asking.last)
    except InputError as error:
        st.caption(plain(error))
        return
    labels = [str(label) for label in found.labels]
    st.plotly_chart(weight_map(found.pairs.weights, found.same, labels), width="stretch", key="agreement.gpw")
    about = (
        "A pair’s weight is the slope of the loss of its row’s item: its "
        "own exponential over one plus the sum of those of the row. "
        f"Mining (ε 0.1) keeps {found.kept:.0%} of the pairs. Loss {found.pairs.loss:.3f}; "
        f"nearest neighbour of the same group in {found.recall:.0%} of this batch. α 2, β 40, λ 0.5."
    )
    st.caption(
        f"How hard the loss moves each pair of a batch of {len(found.rows)} items, groups side by side: blue pairs are "
        "pulled together, orange ones pushed apart.",
        help=about,
    )
