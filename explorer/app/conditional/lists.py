"""The lists beside each other: without a condition, and under each of the two."""

from collections.abc import Iterable

import numpy as np
import streamlit as st

from explorer.app.conditional.item_panel import CLICK
from explorer.app.conditional.view import Context, pick
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.theme import plain
from explorer.features.conditional.asking import Question
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.seen import Found
from explorer.features.conditional.service import answer, guesses
from explorer.search.ranks import rank_changes

TALL, CARD = 620, 78
VALUE = (
    "Score = (1 − strength) × likeness to the item + strength × fit under the condition. It orders this list; scores "
    "of different methods do not compare."
)
PARTS = "item: cosine of an item and the picked one, without any condition. fit: the score under the condition alone."
WITHOUT = Condition("text", "none")


def plain_question(context: Context) -> Question:
    """The question without a condition."""
    return Question(context.encoder, WITHOUT, "image")


def plain_list(context: Context, row: int) -> Found:
    """The neighbours without a condition: the baseline."""
    found = answer(context.opened, plain_question(context), row, 0.0, context.view.count)
    st.markdown("**No condition**")
    st.caption(f"The {len(found.rows)} most similar items: the baseline.")
    gallery(
        context.opened,
        Cards(found.rows, found.scores),
        "conditional.list.plain",
        pick,
        label="Without a condition",
        tall=TALL,
        card=CARD,
        actions=(),
        click_label=CLICK,
    )
    return found


def conditional_list(context: Context, side: str, question: Question, row: int, baseline: Found) -> None:
    """The neighbours under one condition, with what rose and fell against the list without one."""
    found = answer(context.opened, question, row, context.view.strength, context.view.count)
    shared = len(np.intersect1d(found.rows, baseline.rows))
    st.markdown(f"**{side.upper()} ·** {plain(str(question.condition))}")
    st.caption(
        f"{shared} of {len(found.rows)} are in the list without a condition.{_own_value(context, question, row)}"
    )
    gallery(
        context.opened,
        Cards(
            rows=found.rows,
            similarities=found.scores,
            parts=np.column_stack([found.item, found.condition]),
            labels=("item", "fit"),
            changes=rank_changes(baseline.rows, found.rows),
            notes=guesses(context.opened, question, row, tuple(found.rows.tolist())),
        ),
        f"conditional.list.{side}",
        pick,
        label=f"Under condition {side.upper()}",
        tall=TALL,
        card=CARD,
        actions=(),
        click_label=CLICK,
        value_help=VALUE,
        parts_help=PARTS,
        other="the list without a condition",
        only="new",
    )


def _own_value(context: Context, question: Question, row: int) -> str:
    """Which value the picked item itself has, where it is asked for the same one."""
    own = guesses(context.opened, question, row, (row,))
    return f" The picked item: {own[0]}." if own and own[0] and not question.condition.change else ""


def number_words(context: Context, questions: Iterable[Question]) -> str:
    """What the numbers on the cards are."""
    profile = any(question.method in ("profile", "column-means") for question in questions)
    words = "Bold words: the value that fits an item best and its probability among the aspect's values. "
    marks = "▲▼ ranks won and lost against the list without a condition (new: not in it)."
    return (
        f"{VALUE} {PARTS} {marks} {words if profile else ''}{context.opened.recall_words(context.encoder, 'composed')}"
    )
