"""What people prefer, on a space that was learned from what they find alike: simulated people with known wishes."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.agreement.view import Context
from explorer.app.frame.foreign import plain
from explorer.base.errors import ExplorerError
from explorer.features.judgments.learning.service import models_to_learn_on, simulated_people
from explorer.features.judgments.learning.sirl import SirlReport, SirlRow

MOST_COLUMNS = 4
ASKED = "agreement.sirl.asked"


def reward_panel(context: Context) -> None:
    """Choose what simulated people care about, and see both stages beside their baselines."""
    st.markdown("**From likeness to preferences, with simulated people**")
    st.write(
        "No person answers here. Simulated people see only the columns that you choose. First they pick odd ones out, "
        "and a space is learned; then each says which of two items is better, and a reward is fitted on that space, "
        "which stays as it is (SIRL)."
    )
    columns = [one.key.removeprefix("column:") for one in context.candidates.values() if one.kind == "column"]
    specs = models_to_learn_on(context.opened)
    if not columns or not specs:
        st.caption("This needs attribute columns, and a model that has looked at the items.")
        return
    _controls(columns, specs)
    spec, *chosen = str(st.session_state.get(ASKED, "")).split("\n")
    if spec in specs and set(chosen) <= set(columns):
        try:
            with st.spinner("Simulating people, a minute or two …"):
                report = simulated_people(context.opened, spec, tuple(chosen))
            _show(report)
        except ExplorerError as error:
            st.warning(plain(error))


def _controls(columns: list[str], specs: list[str]) -> None:
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
        if st.button("Simulate", key="agreement.sirl", icon=":material/experiment:"):
            st.session_state[ASKED] = "\n".join([spec, *chosen])


def _accuracy(row: SirlRow) -> str:
    """The accuracy with its interval, which ends where an accuracy does."""
    low, high = (float(np.clip(row.accuracy + side * 1.96 * row.accuracy_error, 0, 1)) for side in (-1, 1))
    return f"{row.accuracy:.1%} ({low:.1%} to {high:.1%})"


def _show(report: SirlReport) -> None:
    frame = pd.DataFrame(
        {
            "space": [row.name for row in report.rows],
            "odd ones out learned from": [row.queries for row in report.rows],
            "held-out odd ones out (guessing 33 %)": [f"{row.odd:.1%}" for row in report.rows],
            "feature prediction error (1: the mean)": [f"{row.error:.3f}" for row in report.rows],
            "preference accuracy (guessing 50 %)": [_accuracy(row) for row in report.rows],
        }
    )
    st.dataframe(frame, hide_index=True, key="agreement.sirl.table", width="stretch")
    st.caption(
        f"Simulated people care about {plain(', '.join(report.columns))}. Tested on {report.test_items:,} items that "
        "nothing was learned from. Feature prediction error: mean squared error of a linear probe of those columns, "
        f"each scaled to variance 1, on the {report.directions:,} directions in which a space varies most; a model as "
        "it is may know the columns, and yet vary most in other things. Preference accuracy: mean over "
        f"{report.people:,} people with different wishes, {report.preferences:,} preferences each to learn from; in "
        "brackets a 95 % interval over people. “Learned "
        "together” fits space and reward to the preferences at once: the baseline that SIRL argues against. "
        f"The true reward, known only to the simulation, reaches {report.best:.1%}: their answers are noisy."
    )
