"""Train a head: what teaches, what learns, by which loss."""

import pandas as pd
import streamlit as st

from explorer.app.tune.view import Context
from explorer.features.tune.contract import LOSSES


def train_panel(context: Context) -> None:
    """The panel."""
    rows = [{"loss": one.label, "formula": one.formula, "source": one.source} for one in LOSSES.values()]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
