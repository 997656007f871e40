"""What lies along an axis, or what is good: chosen from what can be measured with this model on these candidates."""

from typing import Any

import streamlit as st

from explorer.features.elites.contract import Space
from explorer.features.elites.measures import MEASURES
from explorer.pictures.statistics import STATISTICS
from explorer.workspace.opened import Opened

DEFAULTS = {
    "axis1": ("pair", "a dark picture", "a bright picture", "brightness"),
    "axis2": ("pair", "few objects", "many objects", "edges"),
    "quality": ("prompt", "a beautiful picture", "", "colourfulness"),
}
TITLES = {"axis1": "From left to right", "axis2": "From bottom to top", "quality": "Best in a cell is the highest"}
HELP = {
    "pair": "Similarity to the second text minus similarity to the first.",
    "prompt": "How similar the picture is to a text.",
    "image": "Measured on the pixels, without a model.",
    "column": "A column of the data that holds numbers.",
    "map": "The coordinates of the map on the Explore page.",
    "item": "How similar a picture is to one of the items.",
}


def measure_form(opened: Opened, name: str, kinds: list[str], space: Space[Any]) -> str:
    """One axis or the quality: its kind and what belongs to it. Returns the written form."""
    kind, low, high, statistic = DEFAULTS[name]
    key = f"elites.form.{name}"
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    preferred = kind if kind in kinds else "image"
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
        value = first.text_input("Low end", low, key=f"{key}.low", max_chars=300)
        other = second.text_input("High end", high or "something ugly", key=f"{key}.high", max_chars=300)
        return f"pair:{value.replace('|', ' ')}|{other}"
    if chosen == "prompt":
        return f"prompt:{right.text_input('Text', low if kind == 'prompt' else high, key=f'{key}.text', max_chars=300)}"
    if chosen == "item":
        some = str(opened.dataset.ids[0])
        return f"item:{right.text_input('Id of the item', some, key=f'{key}.item')}"
    choices = {"image": list(STATISTICS), "map": ["x", "y"], "column": space.columns(opened.dataset)}[chosen]
    at = choices.index(statistic) if statistic in choices else int(name == "axis2") % len(choices)
    return f"{chosen}:{right.selectbox('Which', choices, index=at, key=f'{key}.{chosen}.{space.name}')}"
