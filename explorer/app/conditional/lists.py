"""The lists beside each other: without a condition, and under each of the two."""

import numpy as np
import streamlit as st

from explorer.app.conditional import answers, state
from explorer.app.conditional.answers import Key
from explorer.app.conditional.item_panel import CLICK
from explorer.app.conditional.state import Page
from explorer.app.explore.answers import recall_words
from explorer.app.frame.gallery import Cards, gallery
from explorer.features.conditional.conditions import parse_condition
from explorer.features.conditional.seen import Found
from explorer.search.ranks import rank_changes

TALL = 620
VALUE = (
    "Score = (1 − strength) × likeness to the item + strength × fit under the condition. It orders this list; scores "
    "of different methods do not compare."
)
PARTS = "item: cosine of an item and the picked one, without any condition. fit: the score under the condition alone."


def plain_key(page: Page) -> Key:
    """The question without a condition."""
    return Key(page.path, page.key, page.encoder, "focus:text:none", "image")


def plain_list(page: Page, row: int) -> Found:
    """The neighbours without a condition: the baseline."""
    found = answers.neighbours(plain_key(page), row, 0.0, page.view.count)
    st.markdown("**No condition**")
    st.caption(f"The {len(found.rows)} most similar items: the baseline.")
    gallery(
        page.workspace,
        page.dataset,
        Cards(found.rows, found.scores),
        "conditional.list.plain",
        state.pick,
        label="Without a condition",
        tall=TALL,
        card=78,
        actions=(),
        click_label=CLICK,
    )
    return found


def conditional_list(page: Page, side: int, key: Key, row: int, plain: Found) -> None:
    """The neighbours under one condition, with what rose and fell against the list without one."""
    found = answers.neighbours(key, row, page.view.strength, page.view.count)
    name, condition = state.SIDES[side], parse_condition(key.condition)
    shared = len(np.intersect1d(found.rows, plain.rows))
    st.markdown(f"**{name.upper()} ·** {_escaped(str(condition))}")
    own = answers.guesses(key, row, [row])
    own_words = f" The picked item: {own[0]}." if own and not condition.change else ""
    st.caption(f"{shared} of {len(found.rows)} are in the list without a condition.{own_words}")
    gallery(
        page.workspace,
        page.dataset,
        Cards(
            found.rows,
            found.scores,
            np.column_stack([found.item, found.condition]),
            ("item", "fit"),
            rank_changes(plain.rows, found.rows),
            notes=answers.guesses(key, row, found.rows.tolist()),
        ),
        f"conditional.list.{name}",
        state.pick,
        label=f"Under condition {name.upper()}",
        tall=TALL,
        card=78,
        actions=(),
        click_label=CLICK,
        value_help=VALUE,
        parts_help=PARTS,
        other="the list without a condition",
        only="new",
    )


def number_words(page: Page, keys: list[Key]) -> str:
    """What the numbers on the cards are."""
    recall = recall_words(page.path, page.key, page.encoder)
    profile = any(key.method in ("profile", "column-means") for key in keys)
    words = "Bold words: the value that fits an item best and its probability among the aspect's values. "
    marks = "▲▼ ranks won and lost against the list without a condition (new: not in it)."
    return f"{VALUE} {PARTS} {marks} {words if profile else ''}{recall}"


def _escaped(words: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+-!|$~:" else letter for letter in words)
