"""The map, drawn anew under a condition."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.app.conditional.view import ADDRESS, SIDES, Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import map_items
from explorer.app.frame.map import similarity_map
from explorer.base.memory import remembered
from explorer.drawing.map.values import MapColours, MapHighlight, MapLabel, MapPoints
from explorer.features.conditional import service
from explorer.features.conditional.asking import Question
from explorer.features.conditional.service import PictureKind
from explorer.workspace.opened import Opened

HEIGHT, NEIGHBOURS = 340, 12
LABELS, LABELS_FROM, OUTWARDS = 30, 0.7, 1.08
PAINTS = {
    "red": "#d62728",
    "orange": "#f28e2b",
    "yellow": "#e6c700",
    "green": "#2ca02c",
    "teal": "#17a2a2",
    "blue": "#3070d0",
    "purple": "#8a4fbf",
    "pink": "#f08cc0",
    "brown": "#8c5a3c",
    "beige": "#d8c49a",
    "black": "#26262e",
    "white": "#c9cfe0",
    "gray": "#8a8f98",
    "grey": "#8a8f98",
}
"""Colours for values that are names of colours, so that red items are red; white and black stay visible."""
WORDS = {
    "wheel": "Each item stands at the mean of the values on the rim, weighed by how probable each is for it; values "
    "that mean alike are neighbours on the rim. Near the rim: one value fits clearly. In the middle: several do.",
    "axes": "The two directions in which the items differ most in this respect alone (principal components).",
    "plane": "To the right: more like the picked item. Up: a higher score under the condition. Both in standard "
    "deviations of all items; the best results lie at the top.",
    "plain": "The map without a condition: this method uses none.",
}


@dataclass(frozen=True)
class Drawn:
    """A map under a condition, ready to be drawn; labels: written on it."""

    points: MapPoints
    kind: PictureKind
    labels: tuple[MapLabel, ...]


@remembered(32)
def picture(opened: Opened, question: Question, row: int, strength: float) -> Drawn:
    """The map under a question."""
    found = service.picture(opened, question, row, strength)
    written = LABELS if strength > LABELS_FROM else 0
    places = zip(found.words[:written], OUTWARDS * found.anchors[:written], strict=True)
    labels = tuple(MapLabel(word, float(x), float(y), 1) for word, (x, y) in places)
    return Drawn(MapPoints(found.coords), found.kind, labels)


@remembered(16)
def colours(opened: Opened, question: Question, row: int) -> MapColours:
    """The column's own values; else the value that fits best; else the score under the condition."""
    condition = question.condition
    if condition.kind == "column":
        return MapColours.column(opened.dataset.table.column(condition.name), label=condition.name)
    best = service.best_values(opened, question, row)
    if best is None:
        return MapColours.numbers(service.all_scores(opened, question, row)[1], label="score under the condition")
    codes, words = best
    shades = [PAINTS[word] for word in words] if set(words) <= set(PAINTS) else ()
    return MapColours.categories(codes, words, label=f"{condition.name} that fits best", colours=shades)


def map_panel(context: Context, question: Question, row: int) -> None:
    """Draw the map of the chosen side; a click picks the item."""
    opened, view = context.opened, context.view
    drawn = picture(opened, question, row, view.strength)
    _side_choice(view.on, f"{WORDS[drawn.kind]}{_share(context, drawn.kind)} {_known(opened, question)}")
    found = service.answer(opened, question, row, view.strength, view.count)
    event = similarity_map(
        drawn.points,
        colours(opened, question, row),
        MapHighlight(row, found.rows[:NEIGHBOURS], found.scores[:NEIGHBOURS], lines=True),
        key="conditional.map",
        height=HEIGHT,
        fill=True,
        items=map_items(opened),
        labels=drawn.labels,
    )
    if event and event.kind in ("pick", "query") and event.row is not None:
        ADDRESS.change(item=str(opened.dataset.ids[event.row]))
        st.rerun()


def _side_choice(on: str, words: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**Map under condition {plain(on.upper())}**", width="content", help=plain(words))
        st.session_state["conditional.on"] = on
        st.segmented_control(
            "Map of",
            SIDES,
            format_func=str.upper,
            key="conditional.on",
            required=True,
            label_visibility="collapsed",
            on_change=lambda: ADDRESS.change(on=st.session_state["conditional.on"]),
        )


def _share(context: Context, kind: PictureKind) -> str:
    strength = context.view.strength
    if kind not in ("wheel", "axes") or strength == 1 or not context.opened.map_methods(context.encoder):
        return ""
    return (
        f" At strength {strength:g} each item stands {strength:.0%} of the way from the map without a condition "
        "(turned and scaled to fit) to this one."
    )


def _known(opened: Opened, question: Question) -> str:
    if question.condition.kind == "column":
        return f"Colour: the column {question.condition.name} itself, so that you see where the map is wrong."
    missing = int(np.count_nonzero(~opened.embeddings(question.spec).present))
    return f"{missing:,} items without a vector are not drawn." if missing else ""
