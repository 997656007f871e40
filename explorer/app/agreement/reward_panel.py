"""What people prefer, on a space that was learned from what they find alike: simulated people with known wishes."""

import pandas as pd
import streamlit as st

from explorer.app.agreement.answers import Asking
from explorer.app.agreement.models_panel import all_sources
from explorer.app.frame import theme
from explorer.base.errors import ExplorerError

MOST_COLUMNS = 4


def reward_panel(asking: Asking) -> None:
    """Choose what simulated people care about, and see both stages beside their baselines."""
    st.markdown("**From likeness to preferences, with simulated people**")
    st.write(
        "No person answers here. Simulated people see only the columns that you choose. First they pick odd ones out, "
        "and a space is learned; then each says which of two items is better, and a reward is fitted on that space, "
        "which stays as it is (SIRL)."
    )
    columns = [one.key.removeprefix("column:") for one in all_sources(asking.path, asking.key) if one.kind == "column"]
    specs = [spec for spec in asking.workspace.encoders() if not spec.startswith("precomputed:")]
    if not columns or not specs:
        st.caption("This needs attribute columns, and a model that has looked at the items.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            "They care about",
            columns,
            columns[:2],
            key="agreement.sirl.columns",
            max_selections=MOST_COLUMNS,
            width=420,
        )
        spec = st.selectbox("Model", specs, key="agreement.sirl.model", width=260)
        wanted = st.button("Simulate", key="agreement.sirl", icon=":material/experiment:")
    if wanted:
        st.session_state["agreement.sirl.asked"] = "\n".join([spec, *chosen])
    asked = str(st.session_state.get("agreement.sirl.asked", "")).split("\n")
    if asked[0] in specs and set(asked[1:]) <= set(columns):
        try:
            _show(asking, asked[0], tuple(asked[1:]))
        except ExplorerError as error:
            st.warning(theme.plain(str(error)))


def _show(asking: Asking, spec: str, columns: tuple[str, ...]) -> None:
    frame, best, words = _simulated(asking.path, asking.workspace.key, spec, columns)
    st.dataframe(frame, hide_index=True, key="agreement.sirl.table", width="stretch")
    st.caption(f"{words} The true reward, known only to the simulation, reaches {best:.1%}: their answers are noisy.")


@st.cache_data(max_entries=16, show_spinner="Simulating people, about half a minute …")
def _simulated(path: str, key: str, spec: str, columns: tuple[str, ...]) -> tuple[pd.DataFrame, float, str]:
    from explorer.base.progress import Silent
    from explorer.features.judgments.learning.sirl import simulate_sirl

    report = simulate_sirl(Asking(path, key, "", 0.0).workspace, spec, columns, Silent())
    frame = pd.DataFrame(
        {
            "space": [row.name for row in report.rows],
            "odd ones out learned from": [row.queries for row in report.rows],
            "held-out odd ones out (guessing 33 %)": [f"{row.odd:.1%}" for row in report.rows],
            "feature prediction error (1: the mean)": [f"{row.error:.3f}" for row in report.rows],
            "preference accuracy (guessing 50 %)": [
                f"{row.accuracy:.1%} ± {1.96 * row.accuracy_error:.1%}" for row in report.rows
            ],
        }
    )
    words = (
        f"Simulated people care about {', '.join(report.columns)}. Tested on {report.test_items:,} items that nothing "
        "was learned from. Feature prediction error: mean squared error of a linear probe of those columns, each "
        f"scaled to variance 1. Preference accuracy: mean over {report.people} people with different wishes, "
        f"{report.preferences} preferences each to learn from; ± is a 95 % interval over people. “Learned together” "
        "fits space and reward to the preferences at once: the baseline that SIRL argues against."
    )
    return frame, report.best, words
