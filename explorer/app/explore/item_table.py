"""Items as a table with pictures: sorted by any attribute, and a row that is clicked is marked on the map."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.state import Context
from explorer.app.frame.filling import fill_window
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import thumb_url
from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import HASH, ID, PATH, TEXT
from explorer.search.captions import best_caption

MOST_ROWS, PICTURE, ROW_HEIGHT, LEAST = 2_000, 128, 64, 320
PICTURES, SIMILARITY = "picture", "similarity"
BOX = "explore-table"
NAME_WIDTH = 200


def item_table(context: Context, rows: Rows, key: str, *, similarities: Floats | None = None) -> None:
    """The items of these rows (k,) with their attributes, and their similarities (k,) where given."""
    if len(rows) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS:,} of {len(rows):,} items; an export has them all.")
    rows = rows[:MOST_ROWS]
    above = st.container(horizontal=True, vertical_alignment="center", gap="small", key="explore-table-row")
    pictures = _pictures(context, rows)
    frame = table_frame(context, rows, pictures, similarities)
    with st.container(key=BOX, height=LEAST, border=False):
        event: Any = st.dataframe(
            frame,
            hide_index=True,
            height="stretch",
            row_height=ROW_HEIGHT if pictures else None,
            column_config=_columns(frame, bool(pictures), similarities is not None),
            key=f"{key}.{_stamp(rows)}",
            on_select="rerun",
            selection_mode="single-row",
        )
    fill_window(BOX, LEAST)
    chosen = event["selection"]["rows"]
    item = str(context.dataset.ids[rows[chosen[0]]]) if chosen else ""
    state.mark(item)
    with above:
        _actions(context, rows, item, key)


def table_frame(
    context: Context, rows: Rows, pictures: Sequence[str | None], similarities: Floats | None
) -> pd.DataFrame:
    """What the table shows: picture, similarity, the column that cards show, then all others that hold anything.

    pictures: (k,) addresses, empty for no such column.
    """
    items = context.dataset.take(rows)
    names = [_first(context), *context.dataset.attributes, TEXT, ID]
    names = [name for name in dict.fromkeys(names) if name in items and name != HASH and _filled(items[name])]
    frame = items[names].copy()
    if similarities is not None:
        frame.insert(0, _free(SIMILARITY, names), np.round(similarities[: len(rows)], 3))
    if pictures:
        frame.insert(0, _free(PICTURES, names), list(pictures))
    return frame


def _pictures(context: Context, rows: Rows) -> list[str | None]:
    """(k,) addresses of the pictures of these rows, None where an item has none; empty when none has one."""
    paths = context.dataset.take(rows)[PATH]
    url = thumb_url(context.opened, PICTURE)
    found = [url.replace("{row}", str(row)) if path else None for row, path in zip(rows, paths, strict=True)]
    return found if any(found) else []


def _first(context: Context) -> str:
    """The column that says most: what cards show, of texts without a title the text."""
    best = best_caption(context.opened)
    return context.view.card or (TEXT if best == ID and not context.dataset.has_images else best)


def _filled(values: "pd.Series[Any]") -> bool:
    return bool((values.notna() & (values.astype(str) != "")).any())


def _free(name: str, taken: list[str]) -> str:
    return name if name not in taken else f"{name} "


def _columns(frame: pd.DataFrame, pictures: bool, similarities: bool) -> dict[str, Any]:
    """How the columns are drawn. Only ours become pictures: a column of the data may hold addresses of elsewhere."""
    config: dict[str, Any] = {TEXT: st.column_config.TextColumn(width="large")}
    names = list(frame.columns)
    if pictures:
        config[names.pop(0)] = st.column_config.ImageColumn("", width="small")
    if similarities:
        config[names.pop(0)] = st.column_config.NumberColumn(format="%.3f")
    return config


def _stamp(rows: Rows) -> str:
    """Names a list of rows, so that another list begins without a chosen row."""
    return blake2b(np.asarray(rows, dtype=np.int64).tobytes(), digest_size=6).hexdigest()


def _actions(context: Context, rows: Rows, item: str, key: str) -> None:
    """What can be done with the chosen row."""
    if item:
        st.markdown(f"**{plain(item)}**", width=NAME_WIDTH)
    else:
        st.caption("Tick a row to find it on the map; click a column to sort.", width=NAME_WIDTH)
    st.button(
        "Enlarge",
        key=f"{key}.open",
        icon=":material/zoom_in:",
        disabled=not item,
        on_click=lambda: state.enlarge(item, [str(one) for one in context.dataset.ids[rows]]),
    )
    st.button(
        "Search from it",
        key=f"{key}.query",
        icon=":material/search:",
        disabled=not item,
        on_click=state.item_event,
        args=("query", item),
    )
