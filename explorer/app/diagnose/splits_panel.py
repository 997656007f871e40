"""Copies of one item in two splits."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.diagnose.view import Context, choose_column, download, items
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards
from explorer.base.arrays import Rows
from explorer.base.columns import Codes
from explorer.features.diagnose.leakage import Leakage, likely_test, spare_rows
from explorer.features.diagnose.service import leaks
from explorer.io.text import counted
from explorer.search.cleaning import group_columns, proposed
from explorer.search.label_columns import column_codes, split_column

GROUPS, GROUP_ITEMS, MOST_NAMED = 12, 12, 20


def splits_panel(context: Context) -> None:
    """The choice of the column, the table of splits, and the groups that cross them."""
    names = [
        name for name in context.opened.dataset.attributes if 2 <= len(column_codes(context.opened, name)) <= MOST_NAMED
    ]
    if not names:
        st.info(
            "No column of these items can be one of splits: it has 2 to 20 values, such as train and test. Bring a "
            "table with such a column, or folders of these names."
        )
        return
    column = next((one for one in (context.view.split, split_column(context.opened)) if one in names), names[0])
    choose_column("split", names, column)
    threshold = context.view.threshold or proposed(context.opened, context.encoder).threshold
    found, codes = leaks(context.opened, context.encoder, column, threshold)
    if not found.groups:
        st.success(
            f"No copy of an item lies in another {plain(column)}: {len(codes.codes):,} items were compared, copies "
            f"agree by {threshold:.3f} or more."
        )
        return
    st.markdown(
        f"**{counted(len(found.groups), 'group')} of copies with {found.items:,} items cross {plain(column)}**: a "
        "score measured on one of them is too good, because its items were seen in the other."
    )
    st.dataframe(_table(found, codes), hide_index=True, width="content")
    st.caption(
        f"Row: items of this {plain(column)} that have a copy in the column’s; copies agree by {threshold:.3f} or "
        "more, as on Explore under Find duplicates."
    )
    spare = _spare(context, found, codes)
    _groups(context, found, codes)
    rows, extra = group_columns(found.groups)
    marks = ["yes" if out else "no" for out in np.isin(rows, spare).tolist()]
    download(context, rows, "leaks", extra | {column: [_name(codes, row) for row in rows], "take_out": marks})


def _spare(context: Context, found: Leakage, codes: Codes) -> Rows:
    """The choice of the split that shall be a fair test; what has to go from the others for that."""
    test = likely_test(codes)
    keep = context.view.keep if context.view.keep in codes.names else codes.names[test]
    choose_column("keep", list(codes.names), keep)
    spare = spare_rows(found, codes.codes, codes.names.index(keep))
    st.markdown(
        f"Take **{counted(len(spare), 'item')}** out of the other splits, and {plain(keep)} is a fair test: none of "
        "its items has a copy left that a model could have learned from. They are marked in the download."
    )
    return spare


def _table(found: Leakage, codes: Codes) -> pd.DataFrame:
    table = pd.DataFrame(found.matrix, columns=[f"copy in {name}" for name in codes.names])
    table.insert(0, "items", found.counts)
    table.insert(0, "split", list(codes.names))
    return table


def _groups(context: Context, found: Leakage, codes: Codes) -> None:
    for place, group in enumerate(found.groups[:GROUPS]):
        rows = group.rows[:GROUP_ITEMS]
        with st.container(border=True):
            words = "exact copies" if group.exact else f"weakest pair {group.similarity:.3f}"
            st.markdown(f"**{counted(len(group.rows), 'item')}** · {words}")
            notes = [_name(codes, row) for row in rows]
            items(context, Cards(rows, ranked=False, notes=notes), f"diagnose.leak.{place}", f"Leak {place + 1}")
    if len(found.groups) > GROUPS:
        st.caption(f"The {GROUPS} largest of {len(found.groups):,} groups. The download has the items of all.")


def _name(codes: Codes, row: int) -> str:
    return codes.names[codes.codes[row]] if codes.codes[row] >= 0 else "no value"
