"""What the page Label shows, as a value and in the address, and what one run of the page works on."""

from dataclasses import dataclass

import streamlit as st

from explorer.app.frame.address import Address, choice, text
from explorer.features.label.contract import METHODS
from explorer.workspace.opened import Opened

TABS = {
    "hand": "By hand",
    "examples": "By examples",
    "words": "By words",
    "quality": "Quality",
}
QUESTIONS = {
    "hand": "Label items with the number keys; those that teach most come first.",
    "examples": "What do a few labels say about all other items?",
    "words": "Which items belong to labels that are described by words?",
    "quality": "Which labels do the items around them contradict?",
}
"""The first sentence of each tab."""


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the page carries besides workspace and model.

    tab: of `TABS`. labelling: name of the set of labels, "" for the first. order: how the tiles of "By hand" are
    chosen. method: of `METHODS`. truth: column that tells what is right, "" for none. column: of labels in "Quality",
    "" for the labelling itself. setting: of the tab "By words", in its own words, "" as usual.
    """

    tab: str = "hand"
    labelling: str = ""
    order: str = "margin"
    method: str = "logistic"
    truth: str = ""
    column: str = ""
    setting: str = ""


ORDERS = ("margin", "disagreement", "any", "labelled", "selection")
ADDRESS = Address(
    View(),
    tab=choice("tab", tuple(TABS)),
    labelling=text("labelling", 80),
    order=choice("order", ORDERS),
    method=choice("method", tuple(METHODS)),
    truth=text("truth"),
    column=text("column"),
    setting=text("setting"),
)


@dataclass(frozen=True)
class Context:
    """What one run of the page works on: a workspace in one state, the chosen encoder, the view of the address."""

    opened: Opened
    encoder: str
    view: View


def first_sentence(tab: str) -> None:
    """What a tab is for."""
    st.markdown(f"**{QUESTIONS[tab]}**")
