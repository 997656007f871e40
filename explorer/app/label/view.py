"""What the page Label shows, as a value and in the address, and what one run of the page works on."""

from dataclasses import dataclass

import streamlit as st

from explorer.app.explore.view import ADDRESS as EXPLORE
from explorer.app.explore.view import Region
from explorer.app.frame.address import Address, choice, flag, number, text, whole
from explorer.app.frame.tabs import TabContext
from explorer.base.permission import actor
from explorer.features.label.by_words.method import WORD_METHODS
from explorer.features.label.contract import METHODS
from explorer.features.label.service import DEFAULT, store_of
from explorer.features.label.sitting import ORDERS

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
LABELLER = "label.labeller"
SURE = 0.95
MOST_WORDS = 6_000
LEASTS, MOSTS = (0, 1, 5, 10, 20, 50, 100, 200, 500), (0, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the page carries besides workspace and model.

    tab: of `TABS`. labelling: name of the set of labels, "" for the first. order: how the tiles of "By hand" are
    chosen. many: which items are labelled at once, see `many`. regions: drawn on the map for that. method: of
    `METHODS`. colour: of the map of guesses. sure: probability from which one is accepted. truth: column that tells
    what is right, "" for none.
    words: labels and keywords of the tab "By words", as people write them; way: of `WORD_METHODS`; near, least, most,
    clean: its settings, see `WordSettings`, 0 for the usual number and for no limit. label: the one that is looked at.
    """

    tab: str = "hand"
    labelling: str = ""
    order: str = "novel"
    many: str = ""
    regions: tuple[Region, ...] = ()
    method: str = "logistic"
    colour: str = "label"
    sure: float = SURE
    truth: str = ""
    words: str = ""
    way: str = "lbl2vec"
    near: float = 0.3
    least: int = 0
    most: int = 0
    clean: bool = True
    label: str = ""


ADDRESS = Address(
    View(),
    tab=choice("tab", tuple(TABS)),
    labelling=text("labelling", 80),
    order=choice("order", ORDERS),
    many=text("many", 300),
    regions=EXPLORE.codec["regions"],
    method=choice("method", tuple(METHODS)),
    colour=choice("colour", ("label", "sure")),
    sure=number("sure", 0, 1),
    truth=text("truth"),
    words=text("words", MOST_WORDS),
    way=choice("way", tuple(WORD_METHODS)),
    near=number("near", -1, 1),
    least=whole("least", LEASTS),
    most=whole("most", MOSTS),
    clean=flag("clean"),
    label=text("label", 80),
)


Context = TabContext[View]
"""What one run of the page works on."""


def labelling_of(context: Context) -> str:
    """The set of labels that the address names, else the first one."""
    return context.view.labelling or next(iter(store_of(context.opened).labellings()), DEFAULT)


def choose_labelling(context: Context, *, new: bool = False) -> str:
    """The choice of a set of labels; new: another name may be typed, and makes another one."""
    now, known = labelling_of(context), store_of(context.opened).labellings()
    st.session_state["label.labelling"] = now
    st.selectbox(
        "Set of labels",
        known if now in known else [*known, now],
        key="label.labelling",
        width=220,
        accept_new_options=new,
        help="One item has one label of a set. Another question, such as the colour, is another set."
        + (" Type a name to begin one." if new else ""),
        on_change=lambda: ADDRESS.change(labelling=(st.session_state["label.labelling"] or "")[:80]),
    )
    return now


def labeller_field(context: Context) -> str:
    """Who labels: a name that stays while the browser is open."""
    st.session_state.setdefault(LABELLER, _own_name())
    st.text_input(
        "Who labels",
        key=LABELLER,
        width=180,
        max_chars=80,
        persist_state="session",
        help="Several people may label the same items, each under a name. The label that most of them give counts; "
        "a tie counts as none.",
    )
    return str(st.session_state[LABELLER]).strip() or _own_name()


def _own_name() -> str:
    """Who is logged in; an address of a computer is no name."""
    name = actor().name.strip()
    return name[:80] if "@" in name else "me"
