"""What was given in the form of a campaign, whichever of its steps is drawn: widgets come and go, the draft stays."""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

PREFIX, DRAFT, BUTTONS = "new_", "campaign_draft", ("new_go", "new_next", "new_back", "new_cancel")
OPEN = "new_campaign_open"
"""Key of the expander that the form is in."""


def draft() -> dict[str, Any]:
    """What was given so far, by the names that `composing` knows."""
    found: dict[str, Any] = st.session_state.setdefault(DRAFT, {})
    return found


def sync() -> None:
    """Take over what the widgets that are drawn hold; callbacks do it first, because a last edit comes with a click."""
    for key in list(st.session_state):
        if isinstance(key, str) and key.startswith(PREFIX) and key not in (*BUTTONS, OPEN):
            draft()[key.removeprefix(PREFIX)] = st.session_state[key]


def bound(name: str, usual: object, among: Collection[Any] | None = None) -> str:
    """The key of the widget of a name, which shows what was given before, where that is `among` its options."""
    key = PREFIX + name
    value = st.session_state.get(key, draft().get(name, usual))
    if among is not None and isinstance(value, list):
        value = [one for one in value if one in among]
    elif among is not None and value not in among:
        value = usual
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def put(**values: object) -> None:
    """Give other values to names, whether or not their widgets are drawn; before they are drawn in a run."""
    for name, value in values.items():
        draft()[name] = value
        st.session_state.pop(PREFIX + name, None)


def begin(values: Mapping[str, Any]) -> None:
    """Begin the form anew, filled with `values`."""
    for key in list(st.session_state):
        if isinstance(key, str) and key.startswith(PREFIX) and key != OPEN:
            del st.session_state[key]
    st.session_state[DRAFT] = dict(values)


def go(step: int) -> None:
    """Draw another step of the form."""
    sync()
    draft()["step"] = step
