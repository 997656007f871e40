"""Compare: how alike models are, layer by layer, and whether one can stand in for another."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from explorer.app.compare.add import one_model
from explorer.app.compare.controls import Pair, known_model, picker
from explorer.app.compare.panels import OF_A_PAIR, OF_THEIR_OWN
from explorer.app.compare.send import send
from explorer.app.compare.view import ADDRESS, SIZES, TITLES, View
from explorer.app.frame.foreign import plain
from explorer.app.frame.page import current_encoder, run_page
from explorer.features.compare.networks import PREFIX, is_network, network_names
from explorer.workspace.opened import Opened


def compare(opened: Opened) -> None:
    """The page."""
    view, problems = ADDRESS.current()
    for problem in problems:
        st.warning(plain(problem))
    _choose_panel(view.panel)
    if view.panel in OF_THEIR_OWN:
        OF_THEIR_OWN[view.panel](opened, view)
    elif len(opened.encoders) < 2 and view.panel != "layers":
        one_model(opened, view)
    else:
        pair = _choose_pair(opened, view)
        OF_A_PAIR[view.panel](pair)
        send(pair)


def _choose_panel(current: str) -> None:
    st.session_state["compare.view"] = current
    st.segmented_control(
        "View",
        list(TITLES),
        format_func=TITLES.__getitem__,
        key="compare.view",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: ADDRESS.change(panel=st.session_state["compare.view"]),
    )


def _choose_pair(opened: Opened, view: View) -> Pair:
    names: Sequence[str] = opened.encoders
    if view.panel == "layers":
        names = [*names, *(PREFIX + name for name in network_names(opened.workspace))]
    else:  # networks have layers alone
        a, b = ("" if is_network(spec) else spec for spec in (view.a, view.b))
        view = replace(view, a=a, b=b)
    a = known_model("a", view.a, names, current_encoder())
    other = a if view.panel == "layers" else next((name for name in names if name != a), a)
    b = known_model("b", view.b, names, other)
    with st.container(horizontal=True, gap="small"):
        if view.panel != "many":
            picker("Model A", "a", names, a, format_func="A: {}".format)
            picker("Model B", "b", names, b, format_func="B: {}".format)
        picker("Items compared", "items", SIZES, view.items, format_func="{:,} items".format, width=150)
    return Pair(opened, view, a, b)


run_page("Compare", compare)
