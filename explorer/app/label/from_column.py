"""Labels taken from a column of the items, all of them or a few of each value."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.label.view import Context
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.features.label.bringing import from_column
from explorer.search.label_columns import label_columns

NOTE = "label.column.note"


def column_panel(context: Context, labelling: str, labeller: str) -> None:
    """The choice of a column and of how many labels, and the button; nothing without a column of labels."""
    columns = label_columns(context.opened)
    if not columns or not may("label"):
        return
    with st.expander("Take a column as labels", icon=":material/view_column:"):
        st.caption(
            "Its values become labels of this set, as if you had given them: to begin with what is known, or to try "
            "how far a few labels go."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            column = st.selectbox("Column", columns, key="label.column", width=260)
            each = st.number_input("Of each value (0: all)", 0, 10_000, 5, key="label.column.each", width=180)
            st.button(
                "Take them",
                key="label.column.take",
                icon=":material/label:",
                on_click=lambda: _take(context, (labelling, labeller), column, int(each)),
            )
        said = st.session_state.pop(NOTE, "")
        if said:
            st.info(plain(said))


def _take(context: Context, whose: tuple[str, str], column: str, each: int) -> None:
    try:
        change = from_column(context.opened, *whose, column, each)
        st.session_state[NOTE] = f"{change.words}." if change.items else "All of these labels are given already."
    except ExplorerError as error:
        st.session_state[NOTE] = str(error)
