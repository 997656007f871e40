"""Conditional: what is similar to an item when it is asked for in one respect, or with one thing changed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from explorer.app.conditional import controls, lists
from explorer.app.conditional.item_panel import item_panel, picked_row
from explorer.app.conditional.map_panel import map_panel
from explorer.app.conditional.method_choice import choice_words, method_choice, question, reading_words
from explorer.app.conditional.training import head_panel, learn_in_background
from explorer.app.conditional.view import ADDRESS, COUNTS, Context, View
from explorer.app.frame.models import model_ready
from explorer.app.frame.page import current_encoder, run_page
from explorer.base.errors import InputError, ModelError
from explorer.features.conditional.asking import Question
from explorer.features.conditional.conditions import Condition
from explorer.workspace.opened import Opened

Asked = dict[str, Question]


def conditional(opened: Opened) -> None:
    """The page."""
    view, problems = ADDRESS.current()
    context = Context(opened, current_encoder(), view)
    for problem in [*problems, *filter(None, [st.session_state.pop(controls.NOTE, "")])]:
        st.warning(problem)
    if not model_ready(context.encoder, "conditional"):
        return
    row = picked_row(context)
    questions = top(context, row)
    left, right = st.columns([5, 10], gap="small")
    with left:
        strength(view)
    with right:
        three_lists(context, questions, row)
    with left:
        shown = questions.get(view.on) or lists.plain_question(context)
        guarded(partial(map_panel, context, shown, row))


def top(context: Context, row: int) -> Asked:
    """The picked item and both conditions; the question of each side, none for what cannot be answered."""
    item, *columns = st.columns([3, 8, 8], gap="small")
    conditions = controls.begin(context)
    with item:
        item_panel(context, row)
    found = {}
    for column, (side, condition) in zip(columns, conditions.items(), strict=True):
        with column, st.container(border=True):
            asked = side_panel(context, side, condition)
            if asked is not None:
                found[side] = asked
    return found


def side_panel(context: Context, side: str, condition: Condition) -> Question | None:
    """The controls of one condition; its question, or None with the reason shown when it cannot be answered."""
    controls.condition_controls(context, side, condition)
    choices = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with choices:
        controls.condition_value(context, side, condition)
    try:
        asked = question(context, side, condition)
        with choices:
            reason = method_choice(context, side, asked)
        if not reason:
            reading_words(context, asked)
            choice_words(context, side, condition, asked)
            learn_in_background(context, condition)
            return asked
        st.info(reason, icon=":material/block:")
        head_panel(context, side, asked)
    except (InputError, ModelError) as error:
        st.warning(str(error), icon=":material/block:")
    return None


def three_lists(context: Context, questions: Asked, row: int) -> None:
    """The list without a condition, those under the two beside it, and what their numbers mean."""
    first, *others = st.columns(3, gap="small")
    with first:
        baseline = lists.plain_list(context, row)
    for column, side in zip(others, ("a", "b"), strict=True):
        if side in questions:
            with column:
                guarded(partial(lists.conditional_list, context, side, questions[side], row, baseline))
    st.caption(lists.number_words(context, questions.values()))


def strength(view: View) -> None:
    """How much the condition counts, and how many results are listed."""
    st.session_state["conditional.strength"] = view.strength
    st.session_state["conditional.count"] = view.count
    slider, count = st.columns([3, 1])
    slider.slider(
        "Strength: from no condition (0) to the condition alone (1)",
        0.0,
        1.0,
        step=0.05,
        key="conditional.strength",
        on_change=lambda: ADDRESS.change(strength=round(st.session_state["conditional.strength"], 2)),
    )
    count.selectbox(
        "Results",
        COUNTS,
        key="conditional.count",
        on_change=lambda: ADDRESS.change(count=st.session_state["conditional.count"]),
    )


def guarded(draw: Callable[[], None]) -> None:
    """Draw one part; what it cannot use is said in its place, and the other parts stay."""
    try:
        draw()
    except (InputError, ModelError) as error:
        st.warning(str(error), icon=":material/block:")


run_page("Conditional", conditional)
