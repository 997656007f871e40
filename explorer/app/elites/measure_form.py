"""What lies along an axis, or what is good: chosen from what can be measured with this model on these candidates."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.features.elites.contract import Space
from explorer.features.elites.measures import MEASURES
from explorer.features.elites.text_statistics import TEXT_STATISTICS
from explorer.pictures.statistics import STATISTICS
from explorer.workspace.opened import Opened


@dataclass(frozen=True)
class Proposed:
    """What a form begins with. kind: preferred kind of measure; low, high: texts; statistic: where no text is read."""

    kind: str
    low: str
    high: str
    statistic: str


PICTURES = {
    "axis1": Proposed("pair", "a dark picture", "a bright picture", "brightness"),
    "axis2": Proposed("pair", "few objects", "many objects", "edges"),
    "quality": Proposed("prompt", "a beautiful picture", "something ugly", "colourfulness"),
}
TEXTS = {
    "axis1": Proposed("text", "a text about a small place", "a text about the whole world", "words"),
    "axis2": Proposed("pair", "a text about everyday life", "a text about money", "word length"),
    "quality": Proposed("prompt", "a text about a surprise", "a text about nothing new", "variety"),
}
TITLES = {"axis1": "From left to right", "axis2": "From bottom to top", "quality": "Best in a cell is the highest"}
HELP = {
    "pair": "Similarity to the second text minus similarity to the first.",
    "prompt": "How similar an item is to a text.",
    "image": "Measured on the pixels, without a model.",
    "text": "Counted in the text, without a model.",
    "column": "A column of the data that holds numbers.",
    "map": "The coordinates of the map on the Explore page.",
    "item": "How similar an item is to one of the items.",
}


def measure_form(opened: Opened, name: str, kinds: list[str], space: Space[Any]) -> str:
    """One axis or the quality: its kind and what belongs to it. Returns the written form."""
    pictures = space.has_pictures(opened.workspace)
    proposed = (PICTURES if pictures else TEXTS)[name]
    key = f"elites.form.{name}"
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    preferred = proposed.kind if proposed.kind in kinds else "image" if pictures else "text"
    chosen = left.selectbox(
        TITLES[name],
        kinds,
        index=kinds.index(preferred) if preferred in kinds else 0,
        key=f"{key}.kind.{space.name}",
        format_func=lambda one: MEASURES[one],
        help="\n\n".join(f"**{MEASURES[one]}**: {HELP[one]}" for one in kinds),
    )
    if chosen == "pair":
        first, second = right.columns(2)
        value = first.text_input("Low end", proposed.low, key=f"{key}.low.{pictures}", max_chars=300)
        other = second.text_input("High end", proposed.high, key=f"{key}.high.{pictures}", max_chars=300)
        return f"pair:{value.replace('|', ' ')}|{other}"
    if chosen == "prompt":
        text = proposed.low if proposed.kind == "prompt" else proposed.high
        return f"prompt:{right.text_input('Text', text, key=f'{key}.text.{pictures}', max_chars=300)}"
    if chosen == "item":
        some = str(opened.dataset.ids[0])
        return f"item:{right.text_input('Id of the item', some, key=f'{key}.item')}"
    choices = _choices(opened, chosen, space)
    at = choices.index(proposed.statistic) if proposed.statistic in choices else int(name == "axis2") % len(choices)
    return f"{chosen}:{right.selectbox('Which', choices, index=at, key=f'{key}.{chosen}.{space.name}')}"


def _choices(opened: Opened, kind: str, space: Space[Any]) -> list[str]:
    if kind == "column":
        return space.columns(opened.dataset)
    return {"image": list(STATISTICS), "text": list(TEXT_STATISTICS), "map": ["x", "y"]}[kind]
