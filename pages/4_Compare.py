"""Compare: how alike models are, layer by layer, and whether one can stand in for another."""

from importlib.util import find_spec

import streamlit as st

from explorer.app.compare import state
from explorer.app.compare.add import offer
from explorer.app.compare.layers import layers
from explorer.app.compare.many import many
from explorer.app.compare.state import SIZES, Pair
from explorer.app.compare.two_models import two_models
from explorer.app.compare.views import MODULES, VIEWS, panel
from explorer.app.frame.page import current_encoder, run_page
from explorer.workspace.folder import Workspace

OWN = {"two": two_models, "layers": layers, "many": many}


def compare(workspace: Workspace) -> None:
    """The page."""
    st.header("Compare models", anchor=False)
    view = _choose_view()
    if view not in OWN:
        panel(view)(workspace)
        return
    names = workspace.encoders()
    if len(names) < 2 and view != "layers":
        st.info(f"Only {names[0]} has looked at these items. Add a second model to compare it with.")
        offer(workspace)
        return
    OWN[view](_choose_pair(workspace, names, view))


def _choose_view() -> str:
    shown = {
        name: words
        for name, words in VIEWS.items()
        if name in OWN or find_spec(f"explorer.app.compare.{MODULES[name]}")
    }
    st.session_state["compare.view"] = state.choice("view", list(shown))
    st.segmented_control(
        "View",
        list(shown),
        format_func=shown.__getitem__,
        key="compare.view",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: state.put("view", st.session_state["compare.view"]),
    )
    return str(st.session_state["compare.view"])


def _choose_pair(workspace: Workspace, names: list[str], view: str) -> Pair:
    a = state.choice("a", names, current_encoder())
    b = state.choice("b", names, a if view == "layers" else next((n for n in names if n != a), a))
    columns = st.columns([3, 3, 2])
    if view != "many":
        with columns[0]:
            state.picker("Model A", "a", names, a)
        with columns[1]:
            state.picker("Model B", "b", names, b)
    with columns[0 if view == "many" else 2]:
        state.picker(
            "Items compared",
            "n",
            list(map(str, SIZES)),
            str(state.size()),
            help="Drawn at random, always the same ones.",
        )
    return Pair(workspace, str(workspace.path), workspace.key, a, b, state.size())


run_page("Compare", compare)
