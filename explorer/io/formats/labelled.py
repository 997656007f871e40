"""Outgoing items as tools for labels see them: pictures with boxes, and plain values that JSON can hold."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.dataset import ID, TEXT
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.attributes import clear_names
from explorer.io.boxes import Box, Values, box_columns, field_of
from explorer.io.formats.columns import with_tags, with_vectors
from explorer.io.formats.contract import Outgoing
from explorer.io.formats.image_folder import copy_to
from explorer.io.formats.picture_names import picture_names
from explorer.io.images import image_size
from explorer.io.scan import FILE_NAME
from explorer.io.text import counted

ITEM_ID = "item_id"
VECTORS = "vectors.parquet"


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """An item. row: its place among the outgoing; name: of its picture's file, "" without one; size: of the picture.

    values: its attributes and tags, those that have a value. boxes: by the field that they stand in.
    """

    row: int
    id: str
    text: str
    name: str
    size: tuple[int, int]
    values: Values
    boxes: Mapping[str, list[Box]]


def cleared(items: Outgoing) -> tuple[Outgoing, list[str]]:
    """The items with other names for columns that are called like those of ours in these formats, and notes on them."""
    table, notes = clear_names(items.table, (ITEM_ID, FILE_NAME))
    return replace(items, table=table), notes


def labelled_items(items: Outgoing, folder: Path, progress: Progress) -> tuple[list[Labelled], list[str]]:
    """Copy the pictures below `folder`; return the items with a readable picture or none, and notes on the others."""
    names = _without(f"{folder.name}/", picture_names(items))
    boxes = box_columns(items.table)
    derived = {field_of(name) for name, held in boxes.items() if _derived(items.table, field_of(name), held)}
    rest = with_tags(items).drop_columns([name for name in (ID, TEXT) if name in items.table.column_names])
    rest = rest.drop_columns([name for name in (*boxes, *derived) if name in rest.column_names])
    ids = items.table.column(ID).to_pylist()
    texts = items.table.column(TEXT).to_pylist() if TEXT in items.table.column_names else [""] * len(items)
    found: list[Labelled] = []
    broken: list[str] = []
    progress.start("Writing", len(items))
    for row, values in enumerate(rest.to_pylist() if rest.num_columns else [{}] * len(items)):
        size = _copied(items, row, names[row], folder, broken)
        held = {field_of(name): cells[row] for name, cells in boxes.items() if cells[row] and names[row]}
        if size is not None:
            found.append(
                Labelled(
                    row=row,
                    id=ids[row],
                    text=texts[row] or "",
                    name=names[row],
                    size=size,
                    values=_plain(values),
                    boxes=held,
                )
            )
        progress.advance(row + 1)
    progress.finish()
    lost = f"{counted(len(broken), 'picture')} left out, such as {broken[0]}." if broken else ""
    return found, [lost] if lost else []


def with_pictures(items: list[Labelled], tool: str) -> tuple[list[Labelled], list[str]]:
    """The items that have a picture, and a note on those that have none."""
    kept = [one for one in items if one.name]
    lost = len(items) - len(kept)
    return kept, [f"{counted(lost, 'item')} without a picture left out: {tool} holds none."] if lost else []


def write_vectors(items: Outgoing, written: list[Labelled], folder: Path, pictures: str) -> None:
    """Write vectors.parquet for a format that has no place for them: `file_name` below `folder`, a list each vector."""
    if not items.vectors:
        return
    names = pa.array([f"{pictures}/{one.name}" for one in written], pa.string())
    rows = pa.array(np.array([one.row for one in written], dtype=np.int64))
    table = with_vectors(items.table.select([]), items) if items.table.num_columns else items.table
    pq.write_table(table.take(rows).add_column(0, FILE_NAME, names), folder / VECTORS, compression="zstd")


def json_text(value: object) -> str:
    """The value as JSON."""
    return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False) + "\n"


def is_class(column: pa.ChunkedArray) -> bool:
    """Whether the texts of a column are classes: few, short, and in one line."""
    if not pa.types.is_string(column.type):
        return False
    different = [one for one in column.unique().to_pylist() if one]
    few = len(different) <= max(FEW, min(MOST_CLASSES, len(column) // 4))
    return bool(different) and few and all(len(one) <= LONGEST_CLASS and one.isprintable() for one in different)


FEW, MOST_CLASSES, LONGEST_CLASS = 20, 1000, 60


def _without(start: str, names: list[str]) -> list[str]:
    """The names without the folder that all of them are in already."""
    return [name.removeprefix(start) for name in names] if all(one.startswith(start) for one in names if one) else names


def _derived(table: pa.Table, name: str, boxes: list[list[Box]]) -> bool:
    """Whether a column says no more than the labels of the boxes, in their order, as it does when they are read."""
    if name not in table.column_names or not pa.types.is_list(table.schema.field(name).type):
        return False
    told = [list(dict.fromkeys(box.label for box in held)) for held in boxes]
    return all((cell or []) == labels for cell, labels in zip(table.column(name).to_pylist(), told, strict=True))


def _copied(items: Outgoing, row: int, name: str, folder: Path, broken: list[str]) -> tuple[int, int] | None:
    """Copy a picture and return its size, (0, 0) where there is none, None where it cannot be read."""
    source = items.files[row]
    if source is None:
        return 0, 0
    try:
        size = image_size(source)
    except InputError as error:
        broken.append(f"{items.paths[row]!r} ({error})".replace(str(source), source.name).rstrip("."))
        return None
    copy_to(source, folder / name)
    return size


def _plain(values: Values) -> Values:
    return {name: _json(value) for name, value in values.items() if value is not None and _json(value) is not None}


def _json(value: object) -> object:
    """The value as JSON has it: times as texts, None for what is no number."""
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else value
