"""A text with its sentences shaded, as a component of our own: nothing of the text is ever read as HTML."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.features.match.why.model import Why

JS = Path(__file__).parent / "js"
MOST = 40_000


@cache
def _component() -> Any:
    css, script = ((JS / f"shaded.{kind}").read_text("utf-8") for kind in ("css", "js"))
    return st.components.v2.component("explorer_shaded_text", css=css, js=script)


def shaded_text(text: str, why: Why, key: str) -> None:
    """Draw a text; the sentence with the most attention is darkest and underlined."""
    pieces = pieces_of(text[:MOST], why)
    _component()(data={"pieces": pieces, "label": "The text, its sentences shaded"}, key=key)


def pieces_of(text: str, why: Why) -> list[dict[str, object]]:
    """The text in pieces, in order and whole: sentences with their number and strength in 0 to 1, the rest with -1."""
    most, least = (max(why.means), min(why.means)) if len(why.means) else (1.0, 0.0)
    pieces: list[dict[str, object]] = []
    end = 0
    for number, (start, stop) in enumerate(why.sentences):
        if start > end:
            pieces.append({"text": text[end:start], "number": -1})
        share = (why.means[number] - least) / (most - least) if most > least else 0.0
        told = f"attention {why.means[number]:.4f} a token"
        part = {"text": text[start:stop], "number": number, "strength": round(float(share), 3), "told": told}
        pieces.append({**part, "best": number == why.best})
        end = stop
    if end < len(text):
        pieces.append({"text": text[end:], "number": -1})
    return pieces


def rows_of(text: str, why: Why, scores: dict[str, Sequence[float]]) -> list[dict[str, object]]:
    """A row for each sentence, the one with the most attention first."""
    order = sorted(range(len(why.sentences)), key=lambda number: -why.means[number])
    return [
        {
            "sentence": text[slice(*why.sentences[number])],
            "attention, mean": round(float(scores["mean"][number]), 4),
            "attention, sum": round(float(scores["sum"][number]), 4),
            "cosine alone": round(float(scores["cosine"][number]), 3),
        }
        for number in order
    ]
