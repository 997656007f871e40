"""A grid of items as a component of our own: lazy pictures over HTTP, item text never as HTML, clicks come back."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import streamlit as st

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import ID, PATH, TEXT
from explorer.drawing.map.values import MapItems
from explorer.drawing.scripts import GALLERY, GALLERY_STYLE, read
from explorer.search.captions import captions
from explorer.workspace.opened import Opened

TEXT_SHOWN, CAPTION_SHOWN = 600, 160
TEXT_CARD = 210  # least width of a card in pixels where all items are texts
ACTIONS = ("add", "less", "open")
PARTS_HELP = "How much each part of the query adds to the similarity; the parts add up to it."
VALUE_HELP = (
    "Similarity: the cosine of the angle between the query's vector and the item's, from −1 to 1. "
    "It is not a percentage, and values of different models do not compare."
)
OnEvent = Callable[[str, str], None]


@dataclass(frozen=True)
class Cards:
    """What a gallery shows.

    rows: (k,) row numbers, in order. similarities: (k,). parts: (k, p) how each part of the query adds to the
    similarity, with the `labels` (p,) of the parts. changes: (k,) ranks won against another list, NaN when not in it.
    cut: number of results before the relevance mark, those after it are faded; 0 fades all, -1 none. ranked: the order
    means something.
    notes: (k,) a few words about each item, () for none. boxes: (k,) outlined parts of each picture, () for none: left,
    top, width and height as shares of the centred square.
    """

    rows: Rows
    similarities: Floats | None = None
    parts: Floats | None = None
    labels: Sequence[str] = ()
    changes: Floats | None = None
    cut: int = -1
    ranked: bool = True
    notes: Sequence[str] = ()
    boxes: Sequence[Sequence[tuple[float, float, float, float]]] = ()


@cache
def _component() -> Any:
    return st.components.v2.component("explorer_gallery", css=read(GALLERY_STYLE), js=read(*GALLERY))


def thumb_url(opened: Opened, size: int = 256) -> str:
    """Template of a thumbnail's address, with {row} for the row."""
    return f"/thumbs/{quote(opened.name)}/{{row}}?size={size}&v={quote(opened.key)}"


def map_items(opened: Opened, encoder: str = "") -> MapItems:
    """Where the map asks for what an item is and looks like, and which are most like it under `encoder`, if given."""
    name, key = quote(opened.name), quote(opened.key)
    thumb = thumb_url(opened, 128) if opened.dataset.has_images else ""
    near = f"/neighbours/{name}/{{row}}?model={quote(encoder, safe='')}&v={key}" if encoder else ""
    return MapItems(thumb, f"/item/{name}/{{row}}?v={key}-{opened.tags}", near)


def gallery(
    opened: Opened,
    cards: Cards,
    key: str,
    on_event: OnEvent,
    *,
    label: str = "Results",
    tall: int = 0,
    fill: bool = False,
    card: int = 132,
    query_ids: Sequence[str] = (),
    cut_label: str = "",
    actions: Sequence[str] = ACTIONS,
    click_label: str = "Click: search for items like this one",
    value_help: str = VALUE_HELP,
    parts_help: str = PARTS_HELP,
    other: str = "the other model",
    only: str = "only here",
    column: str = "",
    whole: bool = False,
) -> None:
    """Draw `cards`. `on_event(action, id)` is called before the next run: "query", "add", "less" or "open".

    tall: height in pixels at which the grid scrolls, 0 for never; with `fill` the least, and it reaches to the
    end of the window. card: smallest width of a card in pixels.
    query_ids: ids of items that are part of the query; they are marked. actions: small buttons of a card.
    value_help, parts_help: what the number, and its parts, are. other: what the list of `changes` is called;
    only: the mark of items that it lacks.
    column: what the cards show, "" for the column that names the items best. whole: pictures are not cropped.
    """
    texts_alone = not opened.dataset.has_images
    data = {
        "cards": card_values(opened, cards, set(query_ids), column),
        "image_url": thumb_url(opened),
        "cut": cards.cut if 0 < cards.cut < len(cards.rows) else None,
        "cut_label": cut_label,
        "compares": cards.changes is not None,
        "value_help": value_help,
        "parts_help": parts_help,
        "other": other,
        "only": only,
        "click_label": click_label,
        "actions": list(actions),
        "label": label,
        "tall": tall,
        "fill": fill,
        "card": max(card, TEXT_CARD) if texts_alone else card,
        "whole": whole,
    }
    _component()(data=data, key=key, on_event_change=lambda: _deliver(key, on_event))


def _deliver(key: str, on_event: OnEvent) -> None:
    event = getattr(st.session_state[key], "event", None)
    if event:
        on_event(str(event["action"]), str(event["id"]))


def card_values(
    opened: Opened, cards: Cards, query_ids: Collection[str] = (), column: str = ""
) -> list[dict[str, Any]]:
    """One small dict a shown card (at most a few hundred). Under a picture stands its caption, not its text as well."""
    table = opened.dataset.table.select([ID, PATH, TEXT]).take(pa.array(cards.rows, pa.int64()))
    items = zip(cards.rows, *(table[name].to_pylist() for name in (ID, PATH, TEXT)), strict=True)
    words = captions(opened, cards.rows, column)
    found = []
    for place, (row, item, path, text) in enumerate(items):
        card: dict[str, Any] = {"row": int(row), "id": item, "image": bool(path)}
        card["text"] = "" if path else text[:TEXT_SHOWN]
        card["caption"] = words[place][:CAPTION_SHOWN] if path or words[place] != text else ""
        card["is_query"] = item in query_ids
        if cards.ranked:
            card["rank"] = place + 1
        if cards.similarities is not None and np.isfinite(cards.similarities[place]):  # NaN: it has no vector
            card["value"] = f"{cards.similarities[place]:.3f}".replace("-", "−")
        if cards.parts is not None and len(cards.labels) > 1 and np.isfinite(cards.parts[place]).all():
            card["parts"] = [
                [name, round(float(v), 4)] for name, v in zip(cards.labels, cards.parts[place], strict=True)
            ]
        if cards.changes is not None:
            change = cards.changes[place]
            card["change"] = None if np.isnan(change) else int(change)
        if cards.notes:
            card["note"] = cards.notes[place]
        if cards.boxes and path:
            card["boxes"] = [list(box) for box in cards.boxes[place]]
        card["weak"] = 0 <= cards.cut <= place
        found.append(card)
    return found
