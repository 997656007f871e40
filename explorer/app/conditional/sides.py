"""One side of the page: its condition, how it is compared, and what its list shows instead where it cannot answer."""

from dataclasses import dataclass

import streamlit as st

from explorer.app.conditional import controls
from explorer.app.conditional.method_choice import choice_words, method_choice, question
from explorer.app.conditional.training import learn_in_background
from explorer.app.conditional.view import Context
from explorer.base.errors import InputError, ModelError
from explorer.features.conditional.asking import Question
from explorer.features.conditional.conditions import Condition


@dataclass(frozen=True)
class Side:
    """A condition, its question (None where none can be made), and why that cannot be answered, "" when it can."""

    condition: Condition
    question: Question | None
    problem: str = ""

    @property
    def answers(self) -> Question | None:
        """The question where it can be answered."""
        return None if self.problem else self.question


def side_controls(context: Context, side: str, condition: Condition) -> Side:
    """Two rows of controls: the direction and how it is compared, then what the condition names."""
    above, below = (st.container(horizontal=True, vertical_alignment="center", gap="xsmall") for _ in range(2))
    with above:
        controls.direction_control(context, side, condition)
    with below:
        controls.condition_controls(context, side, condition)
    try:
        asked = question(context, side, condition)
    except (InputError, ModelError) as error:
        return Side(condition, None, str(error))
    with above, st.popover("", icon=":material/tune:", key=f"conditional.{side}.how", help="How it is compared"):
        problem = method_choice(context, side, asked)
        if not problem:
            choice_words(context, side, condition, asked)
    if not problem:
        learn_in_background(context, condition)
    return Side(condition, asked, problem)
