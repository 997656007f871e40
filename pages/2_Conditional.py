"""Conditional: what is similar to an item when it is asked for in one respect, or with one thing changed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from explorer.app.conditional import controls, lists
from explorer.app.conditional.item_panel import item_panel, picked_row
from explorer.app.conditional.map_panel import map_panel
from explorer.app.conditional.sides import Side, side_controls
from explorer.app.conditional.view import ADDRESS, COUNTS, Context, View
from explorer.app.frame import theme
from explorer.app.frame.foreign import plain
from explorer.app.frame.models import model_ready
from explorer.app.frame.page import current_encoder, run_page
from explorer.base.errors import InputError, ModelError
from explorer.workspace.opened import Opened


def conditional(opened: Opened) -> None:
    """The page."""
    view, problems = ADDRESS.current()
    context = Context(opened, current_encoder(), view)
    for problem in [*problems, *filter(None, [st.session_state.pop(controls.NOTE, "")])]:
        st.warning(plain(problem))
    if not model_ready(context.encoder, "conditional"):
        return
    theme.to_the_end()
    row = picked_row(context)
    sides = top(context, row)
    left, right = st.columns([66, 34], gap="small")
    with left:
        three_lists(context, sides, row)
    with right:
        shown = sides[view.on].answers or lists.plain_question(context)
        guarded(partial(map_panel, context, shown, row))


def top(context: Context, row: int) -> dict[str, Side]:
    """One slim line: the picked item, both conditions, how much they count."""
    item, *columns, rest = st.columns([27, 30, 30, 13], gap="small")
    with item:
        item_panel(context, row)
    sides = {}
    for column, (side, condition) in zip(columns, controls.begin(context).items(), strict=True):
        with column:
            sides[side] = side_controls(context, side, condition)
    with rest:
        strength(context.view)
    return sides


def three_lists(context: Context, sides: dict[str, Side], row: int) -> None:
    """The list without a condition, and those under the two beside it."""
    first, *others = st.columns(3, gap="small")
    with first:
        baseline = lists.plain_list(context, row)
    for column, (name, side) in zip(others, sides.items(), strict=True):
        with column:
            guarded(partial(lists.conditional_list, context, name, side, row, baseline))


def strength(view: View) -> None:
    """How much the condition counts, and how many results are listed."""
    st.session_state["conditional.strength"] = view.strength
    st.session_state["conditional.count"] = view.count
    st.slider(
        "Strength",
        0.0,
        1.0,
        step=0.05,
        key="conditional.strength",
        on_change=lambda: ADDRESS.change(strength=round(st.session_state["conditional.strength"], 2)),
        help="From no condition (0) to the condition alone (1).",
    )
    st.selectbox(
        "Results",
        COUNTS,
        key="conditional.count",
        format_func="{} results".format,
        label_visibility="collapsed",
        on_change=lambda: ADDRESS.change(count=st.session_state["conditional.count"]),
    )


def guarded(draw: Callable[[], None]) -> None:
    """Draw one part; what it cannot use is said in its place, and the other parts stay."""
    try:
        draw()
    except (InputError, ModelError) as error:
        st.warning(plain(error), icon=":material/block:")


run_page("Conditional", conditional)
