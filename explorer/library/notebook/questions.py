"""What the browser asks about single items of a map in a notebook, where there is no server to ask."""

from typing import Any

import numpy as np

from explorer.base.dataset import ID, TEXT
from explorer.drawing.map.data import INLINE_ITEMS
from explorer.drawing.map.values import MapItems
from explorer.library.pictures import picture_bytes
from explorer.search.captions import captions
from explorer.workspace.opened import Opened

TEXT_SHOWN, PICTURE = 300, 128


def items_of(opened: Opened) -> MapItems:
    """Ids and texts that are sent along; those of a large collection are asked for one at a time."""
    if len(opened.dataset) > INLINE_ITEMS:
        return MapItems()
    table = opened.dataset.table
    names = captions(opened, np.arange(len(opened.dataset)))
    return MapItems(ids=table.column(ID).to_pylist(), captions=names, texts=table.column(TEXT).to_pylist())


def asked_for(opened: Opened) -> list[str]:
    """What the browser asks for: "thumb" and "item"."""
    large = len(opened.dataset) > INLINE_ITEMS
    return [*(["thumb"] if opened.dataset.has_images else []), *(["item"] if large else [])]


def answer(opened: Opened, kind: str, row: int) -> bytes | dict[str, Any] | None:
    """The picture of an item, b"" for none; or what its card says; None for another kind."""
    if kind == "thumb":
        return picture_bytes(opened, row, PICTURE)
    if kind == "item":
        table = opened.dataset.table
        item, text = (str(table.column(name)[row].as_py()) for name in (ID, TEXT))
        caption = captions(opened, np.array([row]))[0]
        return {"id": item, "caption": caption[:TEXT_SHOWN], "text": text[:TEXT_SHOWN]}
    return None
