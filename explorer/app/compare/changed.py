"""What happened to the neighbours of each compared item, and which item is looked at."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.compare.controls import Pair
from explorer.app.frame.foreign import QUOTED, plain
from explorer.base.arrays import Rows
from explorer.features.compare.movers import Movers

SELECTION = "compare.selection"
Scope = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Causes:
    """What the panel shows.

    names: of the two sides. rows: (m,) row numbers of the compared items; movers: what happened to each. place: the
    picked one; selected: those in a lasso, the most changed first; both are positions among the compared items. scope:
    what a selection belongs to: with other models, items or layers it is forgotten.
    """

    pair: Pair
    names: tuple[str, str]
    rows: Rows
    movers: Movers
    place: int
    selected: Rows
    scope: Scope

    @property
    def ids(self) -> pd.Index:
        """(m,) ids of the compared items."""
        return self.pair.opened.dataset.ids[self.rows]

    @property
    def picked(self) -> str:
        """Id of the picked item."""
        return str(self.pair.opened.dataset.ids[self.rows[self.place]])


def picked_place(pair: Pair, rows: Rows, found: Movers) -> int:
    """Position of the item in the address among the compared ones, else the most changed one."""
    asked = pair.view.item
    if asked:
        places = np.flatnonzero(pair.opened.dataset.ids[rows] == asked)
        if len(places):
            return int(places[0])
        st.warning(
            f"The item “{plain(asked, QUOTED)}” of the link is not among the items that are compared; another one is "
            "shown."
        )
    return int(found.order[0])


def selected_places(scope: Scope) -> Rows:
    """Positions of the selected items among the compared ones, the most changed first."""
    kept, selected = st.session_state.get(SELECTION, (None, ()))
    return np.array(selected if kept == scope else (), dtype=np.int64)
