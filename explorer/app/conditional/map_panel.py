"""The map, drawn anew under a condition."""

from urllib.parse import quote

import numpy as np
import streamlit as st

from explorer.app.conditional import answers, state
from explorer.app.conditional.answers import Key
from explorer.app.conditional.state import Page
from explorer.app.explore.answers import embeddings, map_methods
from explorer.app.frame.map import MapHighlight, MapItems, similarity_map
from explorer.features.conditional.conditions import parse_condition

HEIGHT = 560
WORDS = {
    "wheel": "Each item stands at the mean of the values on the rim, weighed by how probable each is for it; values "
    "that mean alike are neighbours on the rim. Near the rim: one value fits clearly. In the middle: several do.",
    "axes": "The two directions in which the items differ most in this respect alone (principal components).",
    "plane": "To the right: more like the picked item. Up: a higher score under the condition. Both in standard "
    "deviations of all items; the best results lie at the top.",
    "plain": "The map without a condition: this method uses none.",
}


def map_panel(page: Page, key: Key, row: int) -> None:
    """Draw the map of the chosen side; a click picks the item."""
    maps = map_methods(page.path, page.key, page.encoder)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**Map under condition {page.view.on.upper()}**", width="content")
        st.session_state["conditional.on"] = page.view.on
        st.segmented_control(
            "Map of",
            state.SIDES,
            format_func=str.upper,
            key="conditional.on",
            required=True,
            label_visibility="collapsed",
            on_change=lambda: state.change(on=st.session_state["conditional.on"]),
        )
    drawn = answers.picture(key, row, page.view.strength, maps[0] if maps else "")
    found = answers.neighbours(key, row, page.view.strength, page.view.count)
    name = quote(page.workspace.path.name)
    thumb = f"/thumbs/{name}/{{row}}?size=128&v={page.key}" if page.dataset.has_images else ""
    event = similarity_map(
        drawn.points,
        answers.colours(key, row),
        MapHighlight(row, found.rows[:12], found.scores[:12], lines=True),
        key="conditional.map",
        height=HEIGHT,
        items=MapItems(thumb, f"/item/{name}/{{row}}?v={page.key}"),
        labels=drawn.labels,
    )
    if event and event.kind in ("pick", "query") and event.row is not None:
        state.change(item=str(page.dataset.ids[event.row]))
        st.rerun()
    st.caption(f"{WORDS[drawn.kind]}{_share(page, drawn.kind, bool(maps))} {_known(page, key)}")


def _share(page: Page, kind: str, has_map: bool) -> str:
    if kind not in ("wheel", "axes") or page.view.strength == 1 or not has_map:
        return ""
    return (
        f" At strength {page.view.strength:g} each item stands {page.view.strength:.0%} of the way from the map "
        "without a condition (turned and scaled to fit) to this one."
    )


def _known(page: Page, key: Key) -> str:
    condition = parse_condition(key.condition)
    if condition.kind == "column":
        return f"Colour: the column {condition.name} itself, so that you see where the map is wrong."
    missing = int(np.count_nonzero(~embeddings(key.path, key.spec).present))
    return f"{missing:,} items without a vector are not drawn." if missing else ""
