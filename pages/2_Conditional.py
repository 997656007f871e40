"""Conditional: what is similar to an item when it is asked for in one respect, or with one thing changed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from explorer.app.conditional import controls, lists, state
from explorer.app.conditional.answers import Key
from explorer.app.conditional.item_panel import item_panel, picked_row
from explorer.app.conditional.map_panel import map_panel
from explorer.app.conditional.state import Page
from explorer.app.conditional.training import head_panel
from explorer.app.explore.result_panel import wait_for_model
from explorer.app.explore.toolbar import STYLE
from explorer.app.frame.cache import encoder_problem, encoder_state, get_dataset, retry_encoder
from explorer.app.frame.page import current_encoder, run_page
from explorer.base.errors import InputError, ModelError
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.workspace.folder import Workspace


def conditional(workspace: Workspace) -> None:
    """The page."""
    view, problems = state.current_view()
    page = Page(workspace, get_dataset(workspace), current_encoder(), workspace.key, view)
    st.html(STYLE)
    for problem in [*problems, *filter(None, [st.session_state.pop("conditional.note", "")])]:
        st.warning(problem)
    if not ready(page.encoder):
        return
    row = picked_row(page)
    conditions = controls.begin(page)
    keys = top(page, row, conditions)
    left, right = st.columns([5, 10], gap="small")
    with left:
        strength(page)
    with right:
        columns = st.columns(3, gap="small")
        with columns[0]:
            plain = lists.plain_list(page, row)
        for side, key in enumerate(keys):
            with columns[side + 1]:
                if key is not None:
                    guarded(partial(lists.conditional_list, page, side, key, row, plain))
        st.caption(lists.number_words(page, [key for key in keys if key]))
    with left:
        shown = keys[state.SIDES.index(view.on)] or lists.plain_key(page)
        guarded(partial(map_panel, page, shown, row))


def top(page: Page, row: int, conditions: tuple[Condition, Condition]) -> list[Key | None]:
    """The picked item, both conditions and the strength; None for a condition that cannot be answered."""
    item, first, second = st.columns([3, 8, 8], gap="small")
    with item:
        item_panel(page, row)
    keys: list[Key | None] = []
    for side, column in enumerate((first, second)):
        with column, st.container(border=True):
            keys.append(side_panel(page, side, conditions[side]))
    return keys


def side_panel(page: Page, side: int, condition: Condition) -> Key | None:
    controls.condition_controls(page, side, condition)
    choices = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with choices:
        controls.condition_value(page, side, condition)
    try:
        key = controls.method_key(page, side, condition)
        with choices:
            reason = controls.method_choice(page, side, condition, key)
        st.caption(f"Score: {METHODS[key.method].formula}.")
        if not reason:
            return key
        st.info(reason, icon=":material/block:")
        head_panel(page, state.SIDES[side], condition, key)
    except (InputError, ModelError) as error:
        st.warning(str(error), icon=":material/block:")
    return None


def strength(page: Page) -> None:
    st.session_state["conditional.strength"] = page.view.strength
    st.session_state["conditional.count"] = page.view.count
    slider, count = st.columns([3, 1])
    slider.slider(
        "Strength: from no condition (0) to the condition alone (1)",
        0.0,
        1.0,
        step=0.05,
        key="conditional.strength",
        on_change=lambda: state.change(strength=round(st.session_state["conditional.strength"], 2)),
    )
    count.selectbox(
        "Results",
        state.COUNTS,
        key="conditional.count",
        on_change=lambda: state.change(count=st.session_state["conditional.count"]),
    )


def guarded(draw: Callable[[], None]) -> None:
    """Draw one part; what it cannot use is said in its place, and the other parts stay."""
    try:
        draw()
    except (InputError, ModelError) as error:
        st.warning(str(error), icon=":material/block:")


def ready(spec: str) -> bool:
    """True when the model can be asked; otherwise shows that it loads, or why it could not."""
    found = encoder_state(spec)
    if found == "loading":
        wait_for_model(spec)
    elif found == "failed":
        st.error(f"The model {spec} could not be loaded. {encoder_problem(spec)}", icon=":material/error:")
        st.button("Try again", key="conditional.retry", on_click=retry_encoder, args=(spec,))
    return found == "ready"


run_page("Conditional", conditional)
