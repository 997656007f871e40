"""The first answers of a file as a table with pictures, so that one sees whether numbers lie on the right items."""

from typing import Any

import pandas as pd
import streamlit as st

from explorer.app.frame.gallery import thumb_url
from explorer.base.dataset import PATH, TEXT
from explorer.features.judgments.service import Look
from explorer.features.judgments.values import Answer, to_json
from explorer.workspace.opened import Opened

PICTURE, TEXT_SHOWN, MOST_ITEMS = 128, 80, 6
ROLES = {
    "triplet": ("reference", "nearer", "farther"),
    "odd_one_out": ("alike", "alike too", "odd one"),
    "pair_rating": ("one", "other"),
}


def show_rows(opened: Opened, look: Look) -> None:
    """Draw the first answers: each item as its picture or text, under what it is in the answer."""
    frame, pictures = look_frame(opened, look)
    config: dict[str, Any] = {name: st.column_config.ImageColumn(name, width="small") for name in pictures}
    st.dataframe(frame, hide_index=True, key="import_rows", column_config=config, row_height=64 if pictures else None)


def look_frame(opened: Opened, look: Look) -> tuple[pd.DataFrame, list[str]]:
    """A row an answer, and the names of the columns that hold addresses of pictures."""
    columns: dict[str, list[Any]] = {"person": [one.annotator for one in look.rows]}
    pictures: list[str] = []
    count = min(max((len(one.items) for one in look.rows), default=0), MOST_ITEMS)
    for place in range(count):
        items = [_in_roles(one)[place] if place < len(one.items) else None for one in look.rows]
        role = _role(look, place)
        addresses, words = _shown(opened, items)
        if any(addresses):
            columns[role], pictures = addresses, [*pictures, role]
        columns[f"{role}: id"] = items
        if any(words):
            columns[f"{role}: text"] = words
    if any(one.task not in ("triplet", "odd_one_out") for one in look.rows):
        columns["answer"] = [to_json(one.answer) for one in look.rows]
    if not any(columns["person"]):
        del columns["person"]
    return pd.DataFrame(columns), pictures


def _role(look: Look, place: int) -> str:
    tasks = {one.task for one in look.rows}
    roles = ROLES.get(tasks.pop(), ()) if len(tasks) == 1 else ()
    return roles[place] if place < len(roles) else f"item {place + 1}"


def _in_roles(one: Answer) -> list[str]:
    """The items in the order of their roles."""
    if one.task == "triplet":
        return list(one.answer)
    if one.task == "odd_one_out":
        return [*(item for item in one.items if item != one.answer), str(one.answer)]
    return list(one.items)


def _shown(opened: Opened, items: list[str | None]) -> tuple[list[str | None], list[str]]:
    """Addresses of the pictures of some items, None where there is none, and the beginnings of their texts."""
    known = [item for item in items if item is not None]
    rows = opened.dataset.rows_of(known)
    table, url = opened.dataset.take(rows), thumb_url(opened, PICTURE)
    addresses: dict[str, str] = {}
    words: dict[str, str] = {}
    for item, row, path, text in zip(known, rows, table[PATH], table[TEXT], strict=True):
        if path:
            addresses[item] = url.replace("{row}", str(row))
        else:
            words[item] = str(text)[:TEXT_SHOWN]
    return [addresses.get(item or "") for item in items], [words.get(item or "", "") for item in items]
