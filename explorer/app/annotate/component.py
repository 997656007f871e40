"""One annotator's questions as a component of our own: it talks to /judgments itself, so a question costs no rerun."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st

from explorer.app.frame.gallery import thumb_url
from explorer.features.judgments.asking.tickets import ticket
from explorer.features.judgments.settings import Campaign, Settings
from explorer.workspace.opened import Opened

HERE = Path(__file__).parent
INSTRUCTIONS = {
    "odd_one_out": "Which one is the odd one out?",
    "triplet": "Which of the two is more like the reference?",
    "pair_rating": "How alike are these two?",
    "tags": "Which words describe this?",
    "arrangement": "Put what is alike close together, and what is different far apart.",
}
PAUSES = {
    "resume": "Everything so far is stored. You can close this page and come back with the same link and name.",
    "restart": "Everything so far is stored. If you stay away for more than half an hour, you will start over.",
    "block": "Please go on within half an hour: after that, this campaign does not let you come back.",
}


@cache
def _component() -> Any:
    script = "\n".join(path.read_text("utf-8") for path in sorted((HERE / "js").glob("*.js")))
    return st.components.v2.component("explorer_annotate", css=(HERE / "annotate.css").read_text("utf-8"), js=script)


def instruction_of(settings: Settings) -> str:
    """What the annotator reads above each question."""
    if settings.instruction:
        return settings.instruction
    return "Which two are most alike?" if settings.wording == "pair" else INSTRUCTIONS[settings.task]


def question_page(opened: Opened, campaign: Campaign, person: str) -> None:
    """Draw the questions of `person`; answers go straight to the server."""
    settings, let_in = campaign.settings, ticket(campaign, person)
    data = {
        "ticket": let_in,
        "url": f"/judgments/{quote(opened.name)}",
        "workspace": opened.name,
        "campaign": campaign.name,
        "person": person,
        "made": campaign.created,
        "task": settings.task,
        "wording": settings.wording,
        "scale": [int(settings.scale[0]), int(settings.scale[1])],
        "instruction": instruction_of(settings),
        "condition": settings.condition,
        "image_url": f"{thumb_url(opened, 512)}&t={quote(let_in)}",
        "pause_text": PAUSES[settings.resume],
    }
    _component()(data=data, key="questions")
