"""Reading FiftyOne: the samples of a `FiftyOneDataset` export, and its plain lists of labels by name.

As `fiftyone.types.FiftyOneDataset` writes them, in the extended JSON of MongoDB: vectors are arrays of NumPy, packed
and in base64; times are {"$date": ...}.
"""

import base64
import binascii
import io
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.errors import InputError
from explorer.io.boxes import Box, Values, as_json, labelled, number, numbers
from explorer.io.formats.label_rows import LabelRows, Odd, is_plain, objects, plain_values
from explorer.io.json_text import json_value
from explorer.io.paths import may_be_read
from explorer.io.scan import FILE_NAME
from explorer.io.splits import SPLIT, WORDS
from explorer.io.tag_names import tag_column
from explorer.io.text import read_utf8

TAGS, COLUMNS, INFO, METADATA = "tags", "explorer_columns", "info", "metadata.json"
LISTS = ("detections", "classifications", "polylines", "keypoints")
PRIVATE = ("filepath", "tags", "metadata", "created_at", "last_modified_at", FILE_NAME)
OF_A_BOX = (
    "label",
    "bounding_box",
    "confidence",
    "iscrowd",
    "attributes",
    "tags",
    "index",
    "mask",
    "mask_path",
    "points",
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_BYTES = 1 << 24  # of a packed array


def sample_rows(values: object, path: Path) -> LabelRows | None:
    """The samples of samples.json; None when it is none.

    Tags that name a split are the split, as FiftyOne's own data sets have it; the other tags are tags.
    """
    if not isinstance(values, dict):
        return None
    samples = [one for one in objects(values.get("samples")) if isinstance(one.get("filepath"), str)]
    if not samples:
        return None
    odd = Odd()
    called = _column_names(path)
    rows = [_renamed(_sample_row(one, place, odd), called) for place, one in enumerate(samples)]
    notes = odd.note("vector", "left out, no array that can be read")
    return LabelRows(_with_tags(rows, [_texts(one.get(TAGS)) for one in samples]), notes)


def class_rows(values: object, path: Path) -> LabelRows | None:
    """{"classes": [..], "labels": {name: label, or a list of boxes}}; None when it is something else."""
    labels, classes = (values.get("labels"), values.get("classes")) if isinstance(values, dict) else (None, None)
    if not isinstance(labels, dict) or not isinstance(classes, list | None) or not labels:
        return None
    return LabelRows([{FILE_NAME: str(name), **_of_label(label, classes or [])} for name, label in labels.items()])


def is_dataset_info(path: Path) -> bool:
    """Whether a metadata.json is FiftyOne's description of the fields, which names no image."""
    return path.name == METADATA and "sample_fields" in _object(path)


def array_of(value: object) -> list[float] | None:
    """The numbers of a packed array of one dimension; None when it is none that can be read."""
    try:
        data = zlib.decompressobj()
        packed = base64.b64decode(str(value), validate=True)
        raw = data.decompress(packed, MOST_BYTES)
        array = np.load(io.BytesIO(raw), allow_pickle=False)
    except (binascii.Error, zlib.error, ValueError, EOFError, OSError):
        return None
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind not in "fiu" or data.unconsumed_tail:
        return None
    return [float(one) for one in array]


def _object(path: Path) -> Values:
    """The object in a file beside the samples, {} where there is none."""
    try:
        values = json_value(read_utf8(path)[0]) if path.is_file() and may_be_read(path) else {}
    except (InputError, ValueError, OSError):
        return {}
    return values if isinstance(values, dict) else {}


def _column_names(path: Path) -> dict[str, str]:
    """What our own exports called the columns, by the names of their fields."""
    info = _object(path.parent / METADATA).get(INFO)
    names = info.get(COLUMNS) if isinstance(info, dict) else None
    return {str(name): str(column) for name, column in names.items()} if isinstance(names, dict) else {}


def _renamed(row: Values, called: dict[str, str]) -> Values:
    return {called.get(name, name): value for name, value in row.items()} if called else row


def _sample_row(sample: Values, place: int, odd: Odd) -> Values:
    row: Values = {FILE_NAME: sample["filepath"]}
    size = sample.get("metadata")
    if isinstance(size, dict):
        row |= plain_values({side: size.get(side) for side in ("width", "height")})
    for name, value in sample.items():
        if name in PRIVATE or name.startswith("_"):
            continue
        if isinstance(value, dict):
            row |= _field(name, value, f"samples[{place}].{name}", odd)
        elif is_plain(value):
            row[name] = value
    return row


def _field(name: str, value: Values, entry: str, odd: Odd) -> Values:
    """The columns of a field with something inside: a label, lists of labels, an array, a time."""
    if isinstance(value.get("label"), str):
        score = number(value.get("confidence"))
        alone = _boxed(value) if "bounding_box" in value else None
        named = labelled([alone], name) | {name: alone.label} if alone else {name: value["label"]}
        return named | ({f"{name}_confidence": score} if score is not None and not alone else {})
    if isinstance(value.get("$binary"), dict):
        numbers_in = array_of(value["$binary"].get("base64"))
        if numbers_in is None:
            odd.add(entry, "expected an array of numbers as FiftyOne packs it")
        return {} if numbers_in is None else {name: numbers_in}
    if "$date" in value:
        return {name: _time(value["$date"])}
    found = next((value[kind] for kind in LISTS if isinstance(value.get(kind), list)), None)
    return {} if found is None else {name: []} | labelled(_boxes(found, []), name)


def _time(value: object) -> datetime | str | None:
    """A time as MongoDB writes it: as a text, or before 1970 in thousandths of a second since then."""
    number_in = value.get("$numberLong") if isinstance(value, dict) else None
    try:
        if number_in is not None:
            return EPOCH + timedelta(milliseconds=int(number_in))
        return datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else None
    except (ValueError, TypeError, OverflowError):
        return str(number_in or value)


def _with_tags(rows: list[Values], tags: list[list[str]]) -> list[Values]:
    """The rows with their tags in the column that tags stand in, without the word that says their split."""
    names = {name for row in rows for name, value in row.items() if not isinstance(value, list)}
    column = tag_column(names)
    told = []
    for row, held in zip(rows, tags, strict=True):
        words = [tag for tag in held if tag in WORDS]
        split = row.get(SPLIT) or (words[0] if len(words) == 1 else None)
        left = [tag for tag in held if tag != split]
        told.append(row | ({SPLIT: split} if split else {}) | ({column: left} if left else {}))
    return told


def _texts(values: object) -> list[str]:
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _of_label(label: object, classes: list[Any]) -> Values:
    if isinstance(label, list):
        return labelled(_boxes(label, classes))
    return {"label": None if label is None else _class_name(label, classes)}


def _boxes(entries: list[Any], classes: list[Any]) -> Iterable[Box]:
    for one in entries:
        yield _boxed(one, classes) if isinstance(one, dict) else Box(_class_name(one, classes))


def _boxed(one: Values, classes: list[Any] | None = None) -> Box:
    own = one.get("_id")
    key = own.get("$oid", "") if isinstance(own, dict) else own or ""
    told = {name: value for name, value in plain_values(one, OF_A_BOX).items() if not name.startswith("_")}
    return Box(
        _class_name(one.get("label"), classes or []),
        numbers(one.get("bounding_box")),
        relative=True,
        score=number(one.get("confidence")),
        key=str(key),
        crowd=one.get("iscrowd") in (1, True),
        attributes=as_json(told),
    )


def _class_name(label: object, classes: list[Any]) -> str:
    if isinstance(label, int) and not isinstance(label, bool) and 0 <= label < len(classes):
        return str(classes[label])
    return str(label)
