"""Which methods can answer a condition under a model, and why the others cannot."""

import json
from collections.abc import Iterable
from typing import Any

from explorer.encoders.base import Abilities
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.learned_aspect import KIND as PROJECTION
from explorer.features.conditional.method import Method
from explorer.features.conditional.pixels import told_by_pixels
from explorer.heads.head import MANIFEST, head_folder, list_heads
from explorer.pictures.aspects import PIXEL_ASPECTS

HEADS = ("combiner", "aspect")


def why_not(method: Method, condition: Condition, abilities: Abilities, spec: str, *, pixels: bool = False) -> str:
    """Why `method` cannot answer this condition under the encoder `spec`, with what to do; "" when it can.

    pixels: whether the data's pictures are measured (`Opened.pixels`).
    """
    reasons = _lacking(condition, abilities, spec)
    if not told_by_pixels(condition)[0]:
        reasons["pictures"] = f"Pixels do not tell this. They tell {', '.join(PIXEL_ASPECTS)}: choose one of these."
    elif not pixels:
        reasons["pictures"] = "There are no pictures here that were measured. With pictures, prepare the data again."
    for need in method.needs:
        if need in HEADS:
            if not heads_for(need, spec, condition):
                return _untrained(need, spec, condition)
        elif reasons.get(need):
            return reasons[need]
    return ""


def _lacking(condition: Condition, abilities: Abilities, spec: str) -> dict[str, str]:
    """What is not there, by the words of `NEEDS`, with what to do."""
    found = {}
    if not abilities.words_find_items:
        found["joint"] = (
            f"{spec} does not read words into the space of its pictures. Choose a model that does, such as pocket."
        )
    if not (abilities.texts or abilities.images):
        found["raw"] = f"{spec} has no model that could look at the item again."
    if condition.kind == "text":
        found["values"] = "Free words name no set of values to compare by. Choose a named aspect or a column."
    if condition.kind != "column":
        found["column"] = "It compares by an attribute column. Choose one as condition."
    return found


def heads_for(kind: str, spec: str, condition: Condition) -> list[str]:
    """Names of the trained heads that serve a condition: of an aspect only those of its own column or name."""
    if kind != "aspect":
        return list_heads(kind, spec)
    names = list_heads(PROJECTION, spec)  # a learned aspect also serves as a model of its own, tuned:<name>
    return [name for name in names if head_card(name).get("column") == condition.name]


def head_card(name: str) -> dict[str, Any]:
    """The card of a head, without reading its weights; ModelError when there is no such head."""
    stated = json.loads((head_folder(name) / MANIFEST).read_text(encoding="utf-8"))
    return dict(stated["card"])


def head_kind(needs: Iterable[str]) -> str:
    """The kind of head among these needs, "" when there is none."""
    return next((need for need in needs if need in HEADS), "")


def _untrained(kind: str, spec: str, condition: Condition) -> str:
    if kind == "combiner":
        return f"There is no Combiner for {spec} yet. Train one below, or with: explorer train combiner."
    if condition.kind != "column":
        return "Trained aspects belong to an attribute column. Choose one as condition."
    return f"No aspect {condition.name!r} is trained for {spec} yet. Train it below, or with: explorer train aspects."
