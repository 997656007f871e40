"""Which columns are drawn: the first few, unless others are chosen. A choice holds for a collection and its columns."""

from collections.abc import Sequence

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.workspace.opened import Opened


def chosen_columns(opened: Opened, names: Sequence[str], first: int, key: str) -> list[str]:
    """Those of `names` that are chosen, in order."""
    chosen = st.session_state.get(_key(opened, names, key), names[:first])
    return [name for name in names if name in chosen]


def choose_columns(opened: Opened, names: Sequence[str], first: int, key: str, *, wide: bool = False) -> None:
    """Draw the choice, where there are more columns than are drawn at first."""
    if len(names) <= first:
        return
    own = _key(opened, names, key)
    st.session_state[own] = chosen_columns(opened, names, first, key)
    words = f"Columns: {len(st.session_state[own])} of {len(names)}"
    with st.popover(words, icon=":material/tune:", width="stretch" if wide else "content"):
        st.pills(
            "Columns to show",
            names,
            selection_mode="multi",
            format_func=plain,
            key=own,
            persist_state="page",
            label_visibility="collapsed",
        )


def _key(opened: Opened, names: Sequence[str], key: str) -> str:
    """A new column, such as the first tag, starts over, so that it is seen."""
    return f"{key}.{opened.name}.{len(names)}"
