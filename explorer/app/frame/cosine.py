"""The choice of a cosine from which two things count as linked."""

from collections.abc import Callable

import streamlit as st

HIGHEST = 0.99


def choose_cosine(
    label: str, key: str, *, floor: float, proposed: float, asked: float, changed: Callable[[float], None]
) -> float:
    """Draw the slider, and return the cosine that counts.

    floor: the lowest cosine that is known of a pair. proposed: taken where `asked` is 0. changed: told another one.
    """
    lowest = min(round(floor + 0.005, 2), HIGHEST - 0.01)
    cosine = min(max(asked or proposed, lowest), HIGHEST)
    st.session_state[key] = round(cosine, 2)
    st.slider(
        label, lowest, HIGHEST, step=0.01, key=key, width=320, on_change=lambda: changed(float(st.session_state[key]))
    )
    return round(cosine, 2)
