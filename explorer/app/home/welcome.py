"""The first thing a newcomer sees: what this is, and demos that open with one click."""

import streamlit as st

from explorer.app.home.starting import bring_in, open_button
from explorer.base.settings import workspaces_root
from explorer.workspace.demo import DEMO_TITLES
from explorer.workspace.layout import is_workspace

ABOUT = {
    "scenes": "Little drawn pictures: three red striped stars in a row, a ring of hearts around a tree. Each picture's "
    "shape, colour, number and arrangement is known, so you can check every answer. Takes half a minute.",
    "notes": "Texts about gardens, repairs, walks, music and more, written by rule. Each note's topic, mood, place and "
    "date are known, and some are near copies of others. Takes half a minute.",
    "digits": "Real scans of the digits 0 to 9, 8 by 8 dots each, from scikit-learn. A small, honest test of whether "
    "look-alikes land together. Takes half a minute.",
    "shop": "Mugs, tents and paint boxes with pictures and texts, and what a shop has to match: a second catalogue "
    "full of typing errors, baskets, terms, questions, firms. Takes half a minute.",
}


def welcome() -> None:
    """Say what the app does, in one breath."""
    st.title("See what is similar")
    st.markdown(
        "Similarity Explorer lays your images and texts out on a map: what a model finds alike lies close together. "
        "Search it with words, with a picture, or by clicking; see why two things count as similar. "
        "Everything stays on this computer."
    )


def demos() -> None:
    """A card a demo: open it when it is there, make it when it is not."""
    st.subheader("Demos")
    for column, (name, title) in zip(st.columns(len(DEMO_TITLES)), DEMO_TITLES.items(), strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            st.markdown(ABOUT[name])
            if is_workspace(workspaces_root() / name):
                open_button("Open", ":material/folder_open:", f"open_demo_{name}", ws=name)
            elif st.button("Make this demo", key=f"demo_{name}", type="primary", icon=":material/play_arrow:"):
                bring_in(["demo", name, "--fill", "later"], f"Make the demo “{title}”", name)
