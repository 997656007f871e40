"""Boxes of pictures as label files tell them, and as cells of a table.

In a table the column `boxes` (or `<field>_boxes`) has a list for each picture, and in the data set the same as JSON:
`label`, `box` (x, y, width, height, in pixels, or in shares of the picture where `relative` is true), and what else
the file says of a box: `score`, `crowd`, `attributes` (JSON of an object).
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, asdict, dataclass
from typing import Any

import pyarrow as pa

from explorer.io.arrow_kinds import is_list, is_text
from explorer.io.json_text import json_value

MOST_SCORE = 1 << 53
LABELS, BOXES = "labels", "boxes"
Values = dict[str, Any]
SHOWN = ("label", "box")
ALSO_SHOWN = ("relative", "score", "crowd", "attributes")


@dataclass(frozen=True)
class Box:
    """One label of an image. box: x, y, width, height, in shares of the image where `relative`; [] is none that can be
    used, None none at all. score: of a detector; key: the box's own id, "" without one. crowd: many things in one box;
    attributes: what else the file says of it, as JSON, "" without any.
    """

    label: str
    box: list[float] | None = None
    _: KW_ONLY
    relative: bool = False
    score: float | None = None
    key: str = ""
    crowd: bool = False
    attributes: str = ""

    def own_attributes(self) -> Values:
        """The attributes as an object."""
        try:
            found = json_value(self.attributes) if self.attributes else {}
        except ValueError:
            return {}
        held = found if isinstance(found, dict) else {}
        return {name: value for name, value in held.items() if not isinstance(value, float) or math.isfinite(value)}


def box_column(field: str) -> str:
    """The column with the boxes of a field whose labels stand in the column `field`."""
    return BOXES if field == LABELS else f"{field}_{BOXES}"


def field_of(column: str) -> str:
    """The field of a column of boxes."""
    return LABELS if column == BOXES else column.removesuffix(f"_{BOXES}")


def is_box_name(name: str) -> bool:
    """Whether a column of this name may hold boxes."""
    return name == BOXES or name.endswith(f"_{BOXES}")


def holds_boxes(column: pa.Field) -> bool:
    """Whether a column has boxes as they are read here."""
    if not is_box_name(column.name) or not is_list(column.type) or not pa.types.is_struct(column.type.value_type):
        return False
    return set(SHOWN) <= {part.name for part in column.type.value_type}


def labelled(boxes: Iterable[Box], field: str = LABELS) -> Values:
    """The column `field` with the labels, each once in order, and that of the boxes; only what there is."""
    found = list(boxes)
    placed = [asdict(one) for one in found if one.box is not None]
    result: Values = {field: list(dict.fromkeys(one.label for one in found))} if found else {}
    return result | ({box_column(field): placed} if placed else {})


def shown(row: Values) -> Values:
    """The row with what is said of its boxes, and without those that cannot be used."""
    result: Values = {}
    for name, value in row.items():
        if is_box_name(name) and isinstance(value, list):
            value = [_said(one) for one in value if one["box"]]
        if value != [] or not is_box_name(name):
            result[name] = value
    return result


def exact(row: Values) -> Values:
    """The row with all numbers of its boxes as floats, so that they are of one kind in all rows."""
    return {
        name: [{**one, "box": [_float(number) for number in one["box"]]} for one in value]
        if is_box_name(name) and isinstance(value, list)
        else value
        for name, value in row.items()
    }


def numbers(values: object) -> list[float] | None:
    """Four numbers, [] for something else, None for nothing."""
    fine = isinstance(values, list) and len(values) == 4 and all(isinstance(value, int | float) for value in values)
    return values if fine else None if values is None else []  # type: ignore[return-value]


def number(value: object) -> float | None:
    """A number as a float; None for what is none, or too large for one."""
    return float(value) if isinstance(value, float) or (isinstance(value, int) and abs(value) < MOST_SCORE) else None


def around(points: object) -> list[float] | None:
    """[x, y, width, height] around [x, y] points."""
    pairs = [point for point in points if _is_pair(point)] if isinstance(points, list) else []
    if not pairs:
        return None
    xs, ys = zip(*pairs, strict=True)
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


def as_json(attributes: Mapping[str, object]) -> str:
    """An object as JSON, "" without anything in it."""
    return json.dumps(attributes, ensure_ascii=False, default=str) if attributes else ""


def boxes_of(cells: Sequence[object]) -> list[list[Box]] | None:
    """(n,) boxes of cells of a data set, those with finite edges; None when something else stands in one of them."""
    found = []
    for cell in cells:
        boxes = [] if cell is None else _told(cell)
        if boxes is None:
            return None
        found.append(boxes)
    return found if any(found) else None


def box_columns(table: pa.Table) -> dict[str, list[list[Box]]]:
    """(n,) boxes of each column of a data set that holds them, by its name."""
    names = [field.name for field in table.schema if is_box_name(field.name) and is_text(field.type)]
    read = {name: boxes_of(table.column(name).to_pylist()) for name in names}
    return {name: boxes for name, boxes in read.items() if boxes is not None}


def in_pixels(box: Box, size: tuple[int, int]) -> list[float]:
    """x, y, width, height in pixels of a picture of (width, height)."""
    scale = size if box.relative else (1, 1)
    return [round(value * scale[place % 2], 6) for place, value in enumerate(box.box or [])]


def in_shares(box: Box, size: tuple[int, int]) -> list[float]:
    """x, y, width, height in shares of a picture of (width, height)."""
    return [value if box.relative else value / size[place % 2] for place, value in enumerate(box.box or [])]


def _told(cell: object) -> list[Box] | None:
    try:
        entries = json_value(cell) if isinstance(cell, str) else None
    except ValueError:
        return None
    if not isinstance(entries, list):
        return None
    boxes = [_box(entry) for entry in entries]
    return None if None in boxes else [box for box in boxes if box and all(map(math.isfinite, box.box or [math.nan]))]


def _box(entry: object) -> Box | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("label"), str) or not numbers(entry.get("box")):
        return None
    attributes = entry.get("attributes")
    return Box(
        entry["label"],
        entry["box"],
        relative=entry.get("relative") is True,
        score=_finite(number(entry.get("score"))),
        crowd=entry.get("crowd") is True,
        attributes=attributes if isinstance(attributes, str) else "",
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _said(told: Values) -> Values:
    """Label and box, and of the rest what there is."""
    more = {part: told[part] for part in ALSO_SHOWN if told.get(part) not in (None, False, "")}
    return {part: told[part] for part in SHOWN} | more


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _is_pair(point: object) -> bool:
    return isinstance(point, list) and len(point) == 2 and all(isinstance(value, int | float) for value in point)
