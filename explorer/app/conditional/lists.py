"""The lists beside each other: without a condition, and under each of the two."""

import numpy as np
import streamlit as st

from explorer.app.conditional.item_panel import CLICK
from explorer.app.conditional.sides import Side
from explorer.app.conditional.training import head_panel
from explorer.app.conditional.view import Context, pick
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.features.conditional.asking import Question
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.readings import aspect_check
from explorer.features.conditional.seen import Found
from explorer.features.conditional.service import answer, guesses
from explorer.search.ranks import rank_changes

TALL = 300
PICTURE_CARD, TEXT_CARD = 84, 150
VALUE = (
    "Score = (1 − strength) × likeness to the item + strength × fit under the condition. It orders this list; scores "
    "of different methods do not compare."
)
PARTS = "item: cosine of an item and the picked one, without any condition. fit: the score under the condition alone."
MARKS = "▲▼ ranks won and lost against the list without a condition (new: not in it)."
GUESSES = "Bold words: the value that fits an item best and its probability among the aspect's values."
WITHOUT = Condition("text", "none")


def plain_question(context: Context) -> Question:
    """The question without a condition."""
    return Question(context.encoder, WITHOUT, "image")


def _card(context: Context) -> int:
    return PICTURE_CARD if context.opened.dataset.has_images else TEXT_CARD


def plain_list(context: Context, row: int) -> Found:
    """The neighbours without a condition: the baseline."""
    found = answer(context.opened, plain_question(context), row, 0.0, context.view.count)
    st.markdown("**No condition**")
    st.caption(
        f"The {len(found.rows)} most similar.",
        help=plain(context.opened.recall_words(context.encoder, "composed")) or None,
    )
    gallery(
        context.opened,
        Cards(found.rows, found.scores),
        "conditional.list.plain",
        pick,
        label="Without a condition",
        tall=TALL,
        fill=True,
        card=_card(context),
        actions=(),
        click_label=CLICK,
    )
    return found


def conditional_list(context: Context, name: str, side: Side, row: int, baseline: Found) -> None:
    """The neighbours under one condition, what rose and fell against the list without one, or why not."""
    question = side.answers
    if question is None:
        st.markdown(f"**{plain(name.upper())}** {plain(side.condition)}")
        st.info(plain(side.problem), icon=":material/block:")
        if side.question is not None:
            head_panel(context, name, side.question)
        return
    found = answer(context.opened, question, row, context.view.strength, context.view.count)
    _heading(context, name, question, row, len(np.intersect1d(found.rows, baseline.rows)), len(found.rows))
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
        f"conditional.list.{name}",
        pick,
        label=f"Under condition {name.upper()}",
        tall=TALL,
        fill=True,
        card=_card(context),
        actions=(),
        click_label=CLICK,
        value_help=VALUE,
        parts_help=PARTS,
        other="the list without a condition",
        only="new",
    )


def _heading(context: Context, name: str, question: Question, row: int, shared: int, count: int) -> None:
    own, condition = guesses(context.opened, question, row, (row,)), question.condition
    told = own[0] if own and not condition.change else ""
    value = f": {told.rpartition(' ')[0]}" if told else ""
    st.markdown(f"**{plain(name.upper())}** {plain(str(condition) + value)}")
    problem = aspect_check(context.opened, context.encoder, condition, question.method)
    rough = ":orange[Rough order.] " if problem else ""
    words = [problem, f"The picked item: {told}." if told else "", number_words(question)]
    st.caption(f"{rough}{shared} of {count} also without it.", help=plain(" ".join(filter(None, words))))


def number_words(question: Question) -> str:
    """What the numbers on the cards are."""
    profile = question.method in ("profile", "column-means")
    return " ".join([VALUE, PARTS, MARKS, *([GUESSES] if profile else [])])
