"""The words of a card: the value of a column, chosen by the reader, else the column that names items best."""

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.base.dataset import ID, TEXT, Dataset
from explorer.base.memory import remembered
from explorer.workspace.opened import Opened

NAMING = ("title", "name", "label", "class", "category", "species", "headline", "subject", "caption", "description")
MOSTLY = 0.5


def caption_columns(dataset: Dataset) -> list[str]:
    """What cards can show: the attributes, the text where items have one, the id."""
    return [*dataset.attributes, *([TEXT] if dataset.has_texts else []), ID]


@remembered(1)
def best_caption(opened: Opened) -> str:
    """The column that names the items best: one called as a title or label, else the text, else the id.

    At least half of the items have a value there. Beside a picture alone the text is a caption; a text by itself is
    shown in full anyway, so that its id is what names it.
    """
    return naming_column(opened.dataset)


def naming_column(dataset: Dataset) -> str:
    """The same of a data set alone."""
    for wanted in NAMING:
        for name in dataset.attributes:
            if wanted in re.split(r"[^a-z]+", name.casefold()) and _names(dataset.table.column(name)):
                return name
    return TEXT if dataset.has_texts and dataset.has_images else ID


def _names(column: pa.ChunkedArray) -> bool:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return False
    filled = pc.sum(pc.not_equal(column.cast(kind), "")).as_py() or 0
    return bool(filled >= MOSTLY * len(column))


def captions(opened: Opened, rows: Rows, column: str = "") -> list[str]:
    """(k,) the words for items of these rows: values of `column`; of the best one when it is "" or not there.

    Where an item has no value there, its id.
    """
    dataset = opened.tagged
    name = column if column in caption_columns(dataset) else best_caption(opened)
    taken = dataset.table.select(list(dict.fromkeys([name, ID]))).take(pa.array(rows, pa.int64()))
    values, ids = taken[name].to_pylist(), taken[ID].to_pylist()
    if name == ID:
        return [last_part(item) for item in ids]
    return [shown_value(value) or last_part(item) for value, item in zip(values, ids, strict=True)]


def last_part(item: str) -> str:
    """The last part of an id that is a path."""
    return item.rstrip("/").rsplit("/", 1)[-1] or item


def shown_value(value: Any) -> str:
    """A value of an attribute as people read it; "" for none."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, map(shown_value, value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
