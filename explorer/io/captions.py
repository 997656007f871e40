"""Texts and JSON objects that lie beside images under the same name."""

import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from explorer.base.errors import InputError
from explorer.io.json_tables import table_of_rows
from explorer.io.json_text import json_value
from explorer.io.label_files import labels_of_shapes
from explorer.io.scan import FILE_NAME, FolderScan, without_ending
from explorer.io.text import counted, read_utf8

LONGEST = 1 << 20
LONGEST_VALUE = 2000
_BOXES = re.compile(r"(\s*\d+(\s+-?[\d.]+(e-?\d+)?){4,}\s*)+")


def read_captions(scan: FolderScan) -> tuple[dict[str, str], list[str], list[tuple[str, str]]]:
    """Return (text by image path, notes, (path, reason) of texts that could not be read).

    Lines of numbers, as YOLO writes boxes, are no texts and are passed over with a note.
    """
    owners = _images_by_stem(scan)
    found: dict[str, str] = {}
    skipped, boxes, blank = [], 0, 0
    for path in sorted(scan.captions, key=lambda path: path.endswith(".txt")):
        try:
            text = _text_of(scan.root / path)
        except InputError as error:
            skipped.append((path, f"a text that cannot be read ({error})"))
            continue
        if _BOXES.fullmatch(text):
            boxes += 1
            continue
        blank += not text
        for image in owners[without_ending(path)] if text else ():
            found.setdefault(image, text)
    notes = [f"{counted(len(found), 'text')} beside the images read as theirs."] if found else []
    if blank:
        notes.append(f"{counted(blank, 'text')} beside the images without a word.")
    if boxes:
        notes.append(f"{counted(boxes, 'text')} beside the images passed over: numbers (boxes of YOLO), no words.")
    return found, notes, skipped


def read_sidecars(scan: FolderScan, whole: bool = False) -> tuple[pa.Table | None, list[tuple[str, str]]]:
    """Return (one row for each image with a JSON object beside it, with `file_name`; (path, reason) of the others).

    whole: with all that is known of boxes.
    """
    owners = _images_by_stem(scan)
    rows, skipped = [], []
    for path in scan.sidecars:
        values = _object_of(scan.root / path, whole)
        if values is None:
            skipped.append((path, "expected a JSON object beside the image, got something else"))
        else:
            rows += [{FILE_NAME: image, **values} for image in owners[without_ending(path)]]
    return (table_of_rows(rows) if rows else None), skipped


def _images_by_stem(scan: FolderScan) -> dict[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for image in scan.paths:
        owners.setdefault(without_ending(image), []).append(image)
    return owners


def _text_of(path: Path) -> str:
    if path.stat().st_size > LONGEST:
        raise InputError(f"longer than {LONGEST >> 20} MiB")
    data, _ = read_utf8(path)
    return data.decode().strip()


def _object_of(path: Path, whole: bool) -> dict[str, Any] | None:
    """The short values of a JSON object; of labelme's shapes, their labels and boxes."""
    try:
        values = json_value(read_utf8(path)[0])
    except (InputError, ValueError):
        return None
    if not isinstance(values, dict):
        return None
    return _short(values) | labels_of_shapes(values, whole)


def _short(values: dict[str, Any]) -> dict[str, Any]:
    plain = {str(name): value for name, value in values.items() if isinstance(value, str | int | float)}
    return {
        name: value
        for name, value in plain.items()
        if name != FILE_NAME and not (isinstance(value, str) and len(value) > LONGEST_VALUE)
    }
