"""Label files of detection tools as tables: COCO, FiftyOne's exports, and the shapes of labelme.

A row an image: file_name, `labels` (a list), `boxes` (label and [x, y, width, height] in the file's own units),
captions, and the image's own short values. What else is known of boxes is left out where they are not cut out.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from explorer.base.errors import InputError
from explorer.io.arrow_kinds import is_list
from explorer.io.json_tables import table_of_rows
from explorer.io.json_text import json_value
from explorer.io.readable import readable
from explorer.io.scan import FILE_NAME
from explorer.io.table_file import TableFile
from explorer.io.text import counted, read_utf8

MOST_SCORE = 1 << 53
LABELS, BOXES, CAPTION, TAGS = "labels", "boxes", "caption", "tags"
Values = dict[str, Any]
SHOWN = ("label", "box")


@dataclass(frozen=True)
class Box:
    """One label of an image. box: x, y, width, height, in shares of the image where `relative`; [] is none that can be
    used, None none at all. score: of a detector; key: the box's own id, "" without one.
    """

    label: str
    box: list[float] | None = None
    relative: bool = False
    score: float | None = None
    key: str = ""


def holds_boxes(column: pa.Field) -> bool:
    """Whether a column has boxes as they are read here."""
    if not _is_box_name(column.name) or not is_list(column.type) or not pa.types.is_struct(column.type.value_type):
        return False
    return set(SHOWN) <= {part.name for part in column.type.value_type}


def read_label_file(path: Path, whole: bool = False) -> TableFile | None:
    """Read a .json of COCO or FiftyOne; None when it is no JSON object of these forms.

    whole: with all that is known of boxes (`Box`), also of those that cannot be used.
    """
    if path.suffix.lower() != ".json":
        return None
    try:
        values = json_value(read_utf8(path)[0])
    except (InputError, ValueError):
        return None
    if not isinstance(values, dict):
        return None
    with readable(path.name, "a label file"):
        return _labels_of(values, whole)


def _labels_of(values: Values, whole: bool) -> TableFile | None:
    for read in (_coco, _fiftyone_samples, _fiftyone_labels):
        found = read(values)
        if found is not None and found[0]:
            rows, notes = found
            rows = [_exact(row) if whole else _shown(row) for row in rows]
            return TableFile(_typed(table_of_rows(rows)), tuple(notes))
    return None


def labels_of_shapes(values: Values, whole: bool = False) -> Values:
    """The labels and boxes of labelme's `shapes`, {} when there are none; whole: as of `read_label_file`."""
    shapes = values.get("shapes")
    if not isinstance(shapes, list):
        return {}
    row = _labelled(Box(str(shape.get("label", "")), _around(shape.get("points"))) for shape in _objects(shapes))
    return _exact(row) if whole else _shown(row)


def _coco(values: Values) -> tuple[list[Values], list[str]] | None:
    images = values.get("images")
    if not isinstance(images, list) or not ("annotations" in values or "categories" in values):
        return None
    images = [image for image in _objects(images) if isinstance(image.get("file_name"), str)]
    categories = {one.get("id"): str(one.get("name", one.get("id"))) for one in _objects(values.get("categories"))}
    boxes: dict[object, list[Box]] = defaultdict(list)
    captions: dict[object, list[str]] = defaultdict(list)
    lost = boxless = 0
    known = {_hashable(image.get("id")) for image in images}
    for one in _objects(values.get("annotations")):
        image = _hashable(one.get("image_id"))
        lost += image not in known
        if isinstance(one.get("caption"), str):
            captions[image].append(one["caption"].strip())
        if "category_id" in one:
            category = _hashable(one["category_id"])
            label = categories.get(category, str(category))
            number = one.get("id")
            key = str(number) if isinstance(number, str | int) else ""
            box = _numbers(one.get("bbox"))
            boxless += "bbox" in one and box is None
            boxes[image].append(Box(label, box, score=_number(one.get("score")), key=key))
    rows = [_coco_row(image, boxes, captions) for image in images]
    notes = [f"{counted(lost, 'annotation')} of images that are not listed."] if lost else []
    if boxless:
        notes.append(f"{counted(boxless, 'annotation')} with a bbox that is none: the label counts, no box is cut out.")
    return rows, notes


def _coco_row(image: Values, boxes: dict[object, list[Box]], captions: dict[object, list[str]]) -> Values:
    number = _hashable(image.get("id"))
    own = {name: value for name, value in _scalars(image).items() if name not in (FILE_NAME, "id")}
    texts = {CAPTION: "\n".join(dict.fromkeys(captions[number]))} if number in captions else {}
    return {FILE_NAME: image["file_name"], **own, **_labelled(boxes.get(number, ())), **texts}


def _fiftyone_samples(values: Values) -> tuple[list[Values], list[str]] | None:
    samples = [one for one in _objects(values.get("samples")) if isinstance(one.get("filepath"), str)]
    return ([_sample_row(one) for one in samples], []) if samples else None


def _sample_row(sample: Values) -> Values:
    row = {FILE_NAME: sample["filepath"]}
    for name, value in sample.items():
        if isinstance(value, dict) and isinstance(value.get("label"), str):
            row[name] = value["label"]
        elif isinstance(value, dict):
            found = next(
                (value[kind] for kind in ("detections", "classifications", "polylines") if kind in value), None
            )
            labelled = _labelled(_fiftyone_boxes(found, [])) if isinstance(found, list) else {}
            row |= {name if kind == LABELS else f"{name}_{kind}": held for kind, held in labelled.items()}
        elif name == TAGS and isinstance(value, list) and value:
            row[name] = [str(tag) for tag in value]
    return row | {name: held for name, held in _scalars(sample).items() if name not in ("filepath", "_id", FILE_NAME)}


def _fiftyone_labels(values: Values) -> tuple[list[Values], list[str]] | None:
    """{"classes": [..], "labels": {name: label, or a list of boxes}}."""
    labels, classes = values.get("labels"), values.get("classes")
    if not isinstance(labels, dict) or not isinstance(classes, list | None) or not labels:
        return None
    return [{FILE_NAME: str(name), **_of_label(label, classes or [])} for name, label in labels.items()], []


def _of_label(label: object, classes: list[Any]) -> Values:
    if isinstance(label, list):
        return _labelled(_fiftyone_boxes(label, classes))
    return {"label": None if label is None else _class_name(label, classes)}


def _fiftyone_boxes(entries: list[Any], classes: list[Any]) -> Iterable[Box]:
    for one in entries:
        if isinstance(one, dict):
            own = one.get("_id")
            key = own.get("$oid", "") if isinstance(own, dict) else own or ""
            box, score = _numbers(one.get("bounding_box")), _number(one.get("confidence"))
            yield Box(_class_name(one.get("label"), classes), box, relative=True, score=score, key=str(key))
        else:
            yield Box(_class_name(one, classes))


def _class_name(label: object, classes: list[Any]) -> str:
    if isinstance(label, int) and not isinstance(label, bool) and 0 <= label < len(classes):
        return str(classes[label])
    return str(label)


def _labelled(boxes: Iterable[Box]) -> Values:
    """`labels`, each once in order, and `boxes`; only what there is."""
    found = list(boxes)
    placed = [asdict(one) for one in found if one.box is not None]
    result: Values = {LABELS: list(dict.fromkeys(one.label for one in found))} if found else {}
    return result | ({BOXES: placed} if placed else {})


def _shown(row: Values) -> Values:
    """The row with label and box alone of its boxes, and without those that cannot be used."""
    result: Values = {}
    for name, value in row.items():
        if _is_box_name(name) and isinstance(value, list):
            value = [{part: one[part] for part in SHOWN} for one in value if one["box"]]
        if value != [] or not _is_box_name(name):
            result[name] = value
    return result


def _exact(row: Values) -> Values:
    """The row with all numbers of its boxes as floats, so that they are of one kind in all rows."""
    return {
        name: [{**one, "box": [_float(number) for number in one["box"]]} for one in value]
        if _is_box_name(name) and isinstance(value, list)
        else value
        for name, value in row.items()
    }


def _is_box_name(name: str) -> bool:
    return name == BOXES or name.endswith(f"_{BOXES}")


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _typed(table: pa.Table) -> pa.Table:
    """Columns without any value say nothing."""
    return table.drop_columns([name for name in table.column_names if table.column(name).null_count == len(table)])


def _objects(values: object) -> list[Values]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _scalars(values: Values) -> Values:
    return {str(name): value for name, value in values.items() if isinstance(value, str | int | float)}


def _hashable(value: object) -> object:
    return value if isinstance(value, str | int | float | None) else json.dumps(value)


def _numbers(values: object) -> list[float] | None:
    """Four numbers, [] for something else, None for nothing."""
    fine = isinstance(values, list) and len(values) == 4 and all(isinstance(value, int | float) for value in values)
    return values if fine else None if values is None else []  # type: ignore[return-value]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, float) or (isinstance(value, int) and abs(value) < MOST_SCORE) else None


def _around(points: object) -> list[float] | None:
    """[x, y, width, height] around [x, y] points."""
    pairs = [point for point in points if _is_pair(point)] if isinstance(points, list) else []
    if not pairs:
        return None
    xs, ys = zip(*pairs, strict=True)
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


def _is_pair(point: object) -> bool:
    return isinstance(point, list) and len(point) == 2 and all(isinstance(value, int | float) for value in point)
