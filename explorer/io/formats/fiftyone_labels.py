"""Reading FiftyOne: the samples of a `FiftyOneDataset` export, and its plain lists of labels by name.

As `fiftyone.types.FiftyOneDataset` writes them, in the extended JSON of MongoDB: vectors are arrays of NumPy, packed
and in base64; times are {"$date": ...}.
"""

import base64
import binascii
import io
import zlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from explorer.io.boxes import Box, Values, as_json, labelled, number, numbers
from explorer.io.formats.label_rows import LabelRows, Odd, is_plain, objects, plain_values
from explorer.io.json_text import json_value
from explorer.io.scan import FILE_NAME
from explorer.io.splits import SPLIT, WORDS
from explorer.io.tag_names import tag_column
from explorer.io.text import read_utf8

TAGS, COLUMNS, INFO, METADATA = "tags", "explorer_columns", "info", "metadata.json"
LISTS = ("detections", "classifications", "polylines", "keypoints")
PRIVATE = ("filepath", "tags", "metadata", "created_at", "last_modified_at", FILE_NAME)
OF_A_BOX = ("label", "bounding_box", "confidence", "iscrowd", "attributes", "tags", "index", "mask", "mask_path", "points")
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


def _object(path: Path) -> Values:
    try:
        values = json_value(read_utf8(path)[0]) if path.is_file() else {}
    except (Exception,):
        return {}
    return values if isinstance(values, dict) else {}
