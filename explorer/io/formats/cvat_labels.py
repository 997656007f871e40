"""Reading "CVAT for images 1.1": an XML file with an `image` element for each picture, and tags and shapes in it.

As https://docs.cvat.ai/docs/dataset_management/formats/format-cvat and .../xml_format describe it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from explorer.io.boxes import LABELS, Box, Values, as_json, labelled
from explorer.io.formats.cvat_xml import Attributes, CvatReader, Image, Mark
from explorer.io.formats.label_rows import LabelRows, Odd, quoted
from explorer.io.scan import FILE_NAME
from explorer.io.splits import SPLIT, split_of
from explorer.io.text import counted

ITEM, COLUMN, FIELD, EMPTY, FILE = (
    "item",
    "explorer column",
    "explorer field",
    "explorer empty lists",
    "explorer file",
)
"""Our exports: the tag whose attributes are the item's, and attributes that say where a tag or box belongs."""
ITEM_ID = "item_id"
SCORE, CROWD, LABEL, PLAIN = "score", ("crowd", "iscrowd", "is_crowd"), "label", ""
SIZE = re.compile(r"[0-9]{1,9}")
DEFAULTS = {"occluded": "0", "z_order": "0", "rotation": "0.0", "outside": "0"}


@dataclass
class _Seen:
    """kinds: how attributes are entered, by (label, attribute); odd, shapes: what is said of the file in the end."""

    kinds: dict[tuple[str, str], str]
    odd: Odd = field(default_factory=Odd)
    shapes: Counter[str] = field(default_factory=Counter)


def cvat_rows(path: Path) -> LabelRows:
    """The images of the file; tags are the column `label`, shapes `labels` and `boxes`, the subset is the split.

    Without subsets a word in the file's name is the split ("val" of val.xml). InputError when it is no XML, has a
    document type, or is of a video.
    """
    reader = CvatReader(path.name)
    reader.read(path)
    seen = _Seen(reader.kinds)
    named = [image for place, image in enumerate(reader.images) if _has_name(image, place, seen.odd)]
    names = Counter(image.told["name"] for image in named)
    split = {SPLIT: split_of(path.stem)} if split_of(path.stem) else {}
    rows = [split | _row(image, seen, names[image.told["name"]] > 1) for image in named]
    notes = seen.odd.note("element", "that cannot be used whole")
    if seen.shapes:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(seen.shapes.items()))
        notes.append(
            f"{counted(seen.shapes.total(), 'shape')} other than boxes ({kinds}): the label and the box around count."
        )
    return LabelRows(_with_label(rows), notes)


def _has_name(image: Image, place: int, odd: Odd) -> bool:
    if not image.told.get("name"):
        odd.add(f"image[{place}]", "expected a name of the picture's file, got none")
    return bool(image.told.get("name"))


def _row(image: Image, seen: _Seen, ambiguous: bool) -> Values:
    """ambiguous: another subset has an image of this name, so the name is that of the export's folder."""
    name, subset = image.told["name"], image.told.get("subset", "")
    row: Values = {FILE_NAME: f"{subset}/{name}" if ambiguous and subset else name}
    row |= {side: int(image.told[side]) for side in ("width", "height") if SIZE.fullmatch(image.told.get(side, ""))}
    if subset:
        row[SPLIT] = subset
    boxes: dict[str, list[Box]] = {}
    for mark in image.marks:
        entry = f"the {mark.kind} of {quoted(name)}"
        label = mark.told.get("label", "")
        if mark.kind == "tag":
            _add_tag(row, label, mark.own, seen.kinds)
        elif (box := _box(mark, seen.odd, entry)) is not None:
            seen.shapes.update([mark.kind] if mark.kind != "box" else [])
            boxes.setdefault(mark.own.get(FIELD, LABELS), []).append(box)
    found: Values = {}
    for name_, held in boxes.items():
        found |= labelled(held, name_)
    return found | row


def _add_tag(row: Values, label: str, own: Attributes, kinds: dict[tuple[str, str], str]) -> None:
    """The item's own tag gives columns; another one is a value of the column that it names, or of `label`."""
    ours = label == ITEM and ITEM_ID in own
    if ours:
        row |= {name: [] for name in _names(own.get(EMPTY, "[]"))}
        row |= {FILE_NAME: own[FILE]} if FILE in own else {}
    elif COLUMN in own:
        held = row.get(own[COLUMN])
        row[own[COLUMN]] = [*(held if isinstance(held, list) else []), label]
    else:
        row.setdefault(PLAIN, []).append(label)
    for name, text in own.items():
        if name not in (COLUMN, EMPTY, FILE):
            value = _typed(text, kinds.get((label, name), ""))
            row[name if ours else f"{label} {name}"] = value


def _names(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _typed(text: str, kind: str) -> str | int | float | bool:
    """A value of an attribute as its label says that it is entered."""
    if kind == "checkbox" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind != "number":
        return text
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return text


def _box(mark: Mark, odd: Odd, entry: str) -> Box | None:
    try:
        edges = _EDGES.get(mark.kind, _no_edges)(mark.told)
    except (KeyError, ValueError):
        edges = []
        odd.add(entry, "expected its edges as numbers; its label counts, without a box")
    told: dict[str, object] = {
        name: mark.told[name] for name, usual in DEFAULTS.items() if mark.told.get(name, usual) not in (usual, "0")
    }
    told |= {name: text for name, text in mark.own.items() if name not in (FIELD, SCORE, *CROWD)}
    return Box(
        mark.told.get("label", ""),
        edges,
        score=_number(mark.own.get(SCORE, "")),
        crowd=any(mark.own.get(name, "").lower() in ("true", "1") for name in CROWD),
        attributes=as_json(told),
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _corners(told: Attributes) -> list[float]:
    left, top, right, bottom = (float(told[edge]) for edge in ("xtl", "ytl", "xbr", "ybr"))
    return [left, top, round(right - left, 6), round(bottom - top, 6)]


def _of_points(told: Attributes) -> list[float]:
    pairs = [[float(part) for part in pair.split(",")] for pair in told["points"].split(";")]
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    return [min(xs), min(ys), round(max(xs) - min(xs), 6), round(max(ys) - min(ys), 6)]


def _of_ellipse(told: Attributes) -> list[float]:
    x, y, wide, high = (float(told[part]) for part in ("cx", "cy", "rx", "ry"))
    return [x - wide, y - high, 2 * wide, 2 * high]


def _of_mask(told: Attributes) -> list[float]:
    return [float(told[part]) for part in ("left", "top", "width", "height")]


def _no_edges(told: Attributes) -> list[float]:
    return []


_EDGES: dict[str, Callable[[Attributes], list[float]]] = {
    "box": _corners,
    "polygon": _of_points,
    "polyline": _of_points,
    "points": _of_points,
    "ellipse": _of_ellipse,
    "mask": _of_mask,
}


def _with_label(rows: list[Values]) -> list[Values]:
    """The rows with their plain tags in the column `label`: a text where none has several, else lists."""
    several = any(len(row.get(PLAIN, [])) > 1 for row in rows)
    name = LABEL if not any(LABEL in row for row in rows) else "label_2"
    told = []
    for row in rows:
        labels = row.pop(PLAIN, [])
        told.append(row | ({name: labels if several else labels[0]} if labels else {}))
    return told
