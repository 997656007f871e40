"""What the Search lab shows, as a value and in the address, and what one run of the page works on."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.app.frame.address import Address, choice, text
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.app.frame.tabs import TabContext
from explorer.features.lab.queries import LEAST_ITEMS

TABS = {
    "engines": "Engines",
    "compress": "Compress",
    "filters": "Filters",
    "batches": "Batches",
    "several": "Several vectors",
    "scorers": "Expensive scorers",
}
QUESTIONS = {
    "engines": "Which search engine finds the right items fastest here?",
    "compress": "How small can the vectors be before the answers suffer?",
    "filters": "What does a filter cost, and does it hide items that should be found?",
    "batches": "How can many filtered queries be answered together?",
    "several": "How are items found by their details, with several vectors an item?",
    "scorers": "How are the best items found when comparing two takes long?",
}
"""The first sentence of each tab."""
MOST_WORDS = 300


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the page carries besides workspace and model.

    tab: of `TABS`. column: of attributes, "" for the likeliest. setting: of the tab, in its own words, "" as usual.
    item, part, words: what is looked for by several vectors: an item, "top,left,bottom,right" of its patches, words.
    """

    tab: str = "engines"
    column: str = ""
    setting: str = ""
    item: str = ""
    part: str = ""
    words: str = ""


ADDRESS = Address(
    View(),
    tab=choice("tab", tuple(TABS)),
    column=text("column"),
    setting=text("setting"),
    item=text("item"),
    part=text("part", 40),
    words=text("words", MOST_WORDS),
)


Context = TabContext[View]
"""What one run of the page works on."""


def measure_button(context: Context, tab: str, args: Sequence[str] = (), *, again: bool = False) -> None:
    """A button that starts `explorer lab <tab>` on this collection and model as a job, and how far it is.

    args: further ones of the command. again: what it measures is there already.
    """
    opened = context.opened
    count = len(opened.embeddings(context.encoder).rows)
    if count < LEAST_ITEMS:
        st.info(
            f"At least {LEAST_ITEMS} items with a vector are needed to measure anything, and there are {count:,}: "
            "comparing all of them takes no time.",
            icon=":material/info:",
        )
        return
    if work_button(
        "Measure again" if again else "Measure",
        key=f"lab.start.{tab}",
        type="secondary" if again else "primary",
        icon=":material/speed:",
        disabled=running(opened.workspace),
        help="It runs beside the page; what it finds is kept until the items change.",
    ):
        start_job(
            opened.path,
            ["lab", tab, str(opened.path), "--model", context.encoder, *args],
            f"Search lab: {TABS[tab]} of {context.encoder}",
        )
    show_jobs(opened.workspace)
