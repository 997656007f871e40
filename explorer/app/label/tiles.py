"""Tiles that are labelled by keyboard, as a component of our own."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st

from explorer.app.frame.gallery import Cards, card_values, thumb_url
from explorer.app.label.routes import values
from explorer.base.permission import may
from explorer.drawing.scripts import GALLERY_CORE, GALLERY_STYLE, read
from explorer.features.label.sitting import Sitting, Step, take_step
from explorer.workspace.opened import Opened

JS = Path(__file__).parent / "js"
CARD, TEXT_CARD = 150, 230
ALL_DONE = "All of these are done. Reload the page to look again with the labels as they are now."
NOTHING_LEFT = "Every item that can be suggested has a label or was skipped."


@cache
def _component() -> Any:
    css, script = ((JS / f"tiles.{kind}").read_text("utf-8") for kind in ("css", "js"))
    style = f"{read(GALLERY_STYLE)}\n{css}"
    return st.components.v2.component("explorer_label_tiles", css=style, js=f"{read(*GALLERY_CORE)}\n{script}")


def tiles(opened: Opened, sitting: Sitting, key: str) -> None:
    """Draw the next items; labels go to the route of `label.routes`, without a run of the page."""
    _draw(opened, sitting, values(opened, take_step(opened, sitting, Step())), key)


def repair_tiles(opened: Opened, sitting: Sitting, cards: Cards, *, given: list[str], proposed: list[str]) -> None:
    """Draw labelled items (k,) with the label that each has and the one that is proposed; no others follow."""
    found = values(opened, take_step(opened, replace(sitting, wanted=0), Step()))
    found["cards"] = card_values(opened, cards)
    for card, has, other in zip(found["cards"], given, proposed, strict=True):
        card |= {"given": has, "proposed": other}
    found["repair"] = True
    _draw(opened, sitting, found, "label.repair")


def _draw(opened: Opened, sitting: Sitting, data: dict[str, Any], key: str) -> None:
    data |= {
        "url": f"/labels/{quote(opened.name)}",
        "ask": {
            "labelling": sitting.labelling,
            "labeller": sitting.labeller,
            "model": sitting.encoder,
            "order": sitting.order,
        },
        "image_url": thumb_url(opened),
        "card": CARD if opened.dataset.has_images else TEXT_CARD,
        "may": may("label"),
        "empty": ALL_DONE if data.get("repair") else NOTHING_LEFT,
    }
    _component()(data=data, key=key)
