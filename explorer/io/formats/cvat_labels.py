"""Reading "CVAT for images 1.1": an XML file with an `image` element for each picture, and tags and shapes in it.

As https://docs.cvat.ai/docs/dataset_management/formats/format-cvat and .../xml_format describe it. The parser takes no
document type, so there are no entities of a file's own.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from explorer.base.errors import InputError
from explorer.io.boxes import LABELS, Box, Values, as_json, labelled
from explorer.io.formats.label_rows import LabelRows, Odd, quoted
from explorer.io.readable import MAX_DEPTH
from explorer.io.scan import FILE_NAME
from explorer.io.splits import SPLIT
from explorer.io.text import counted

ITEM, COLUMN, FIELD, EMPTY = "item", "explorer column", "explorer field", "explorer empty lists"
"""Our exports: the tag whose attributes are the item's, and attributes that say where a tag or box belongs."""
SCORE, CROWD, LABEL, PLAIN = "score", "crowd", "label", ""
SHAPES = ("box", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton")
DEFAULTS = {"occluded": "0", "z_order": "0", "rotation": "0.0", "outside": "0"}
Attributes = dict[str, str]


@dataclass
class _Mark:
    """A tag or shape of an image."""

    kind: str
    told: Attributes
    own: Attributes = field(default_factory=dict)


@dataclass
class _Image:
    told: Attributes
    marks: list[_Mark] = field(default_factory=list)


def cvat_rows(path: Path) -> LabelRows:
    """The images of the file; tags are the column `label`, shapes `labels` and `boxes`, the subset is the split.

    InputError when it is no XML, has a document type, or is of a video.
    """
    reader = _Reader(path.name)
    reader.read(path)
    odd, shapes = Odd(), Counter[str]()
    named = [image for place, image in enumerate(reader.images) if _has_name(image, place, odd)]
    names = Counter(image.told["name"] for image in named)
    rows = [_row(image, reader.kinds, odd, shapes, names[image.told["name"]] > 1) for image in named]
    notes = odd.note("entry", "that cannot be used")
    if shapes:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(shapes.items()))
        notes.append(
            f"{counted(shapes.total(), 'shape')} that are no boxes ({kinds}): their labels and the box around count."
        )
    return LabelRows(_with_label(rows), notes)


class _Reader:
    """Handlers of the parser; `kinds`: how the attributes of each label are entered, by (label, attribute)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.images: list[_Image] = []
        self.kinds: dict[tuple[str, str], str] = {}
        self.path: list[str] = []
        self.text: list[str] = []
        self.label = self.attribute = ""
        self.told: Attributes = {}

    def read(self, path: Path) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text.append
        parser.StartDoctypeDeclHandler = self.refuse
        try:
            with path.open("rb") as file:
                parser.ParseFile(file)
        except expat.ExpatError as error:
            raise InputError(f"{self.name}: expected XML of CVAT, got a file that is damaged ({error}).") from error
        except OSError as error:
            raise InputError(f"{path}: expected a file that can be read ({error.strerror}).") from error

    def refuse(self, *_: object) -> None:
        raise InputError(f"{self.name}: expected XML without a document type (<!DOCTYPE ...>), as CVAT writes it.")

    def start(self, kind: str, told: Attributes) -> None:
        self.path.append(kind)
        self.text.clear()
        if len(self.path) > MAX_DEPTH:
            raise InputError(f"{self.name}: expected elements at most {MAX_DEPTH} deep in one another.")
        if kind == "track":
            raise InputError(
                f"{self.name}: expected “CVAT for images 1.1”, got tracks of a video. Export the task as that format."
            )
        if kind == "image" and len(self.path) == 2:
            self.images.append(_Image(told))
        elif self.images and self._parent() == "image" and kind in ("tag", *SHAPES):
            self.images[-1].marks.append(_Mark(kind, told))
        self.told = told

    def end(self, kind: str) -> None:
        text, parent = "".join(self.text), self._parent()
        self.path.pop()
        self.text.clear()
        if self.path[1:2] == ["image"]:
            if kind == "attribute" and self.images[-1].marks:
                self.images[-1].marks[-1].own[self.told.get("name", "")] = text
        elif kind == "name" and parent == "label":
            self.label = text
        elif kind == "name" and parent == "attribute":
            self.attribute = text
        elif kind == "input_type" and parent == "attribute":
            self.kinds[self.label, self.attribute] = text

    def _parent(self) -> str:
        return self.path[-2] if len(self.path) > 1 else ""


def _has_name(image: _Image, place: int, odd: Odd) -> bool:
    if not image.told.get("name"):
        odd.add(f"image[{place}]", "expected a name of the picture's file, got none")
    return bool(image.told.get("name"))


def _row(image: _Image, kinds: dict[tuple[str, str], str], odd: Odd, shapes: Counter[str], ambiguous: bool) -> Values:
    """ambiguous: another subset has an image of this name, so the name is that of the export's folder."""
    name, subset = image.told["name"], image.told.get("subset", "")
    row: Values = {FILE_NAME: f"{subset}/{name}" if ambiguous and subset else name}
    row |= {side: int(image.told[side]) for side in ("width", "height") if image.told.get(side, "").isdecimal()}
    if subset:
        row[SPLIT] = subset
    boxes: dict[str, list[Box]] = {}
    for mark in image.marks:
        entry = f"the {mark.kind} of {quoted(name)}"
        label = mark.told.get("label", "")
        if mark.kind == "tag":
            _add_tag(row, label, mark.own, kinds)
        elif (box := _box(mark, odd, entry)) is not None:
            shapes[mark.kind] += mark.kind != "box"
            boxes.setdefault(mark.own.get(FIELD, LABELS), []).append(box)
    found: Values = {}
    for name_, held in boxes.items():
        found |= labelled(held, name_)
    return found | row


def _add_tag(row: Values, label: str, own: Attributes, kinds: dict[tuple[str, str], str]) -> None:
    """The item's own tag gives columns; another one is a value of the column that it names, or of `label`."""
    if label == ITEM:
        for name in _names(own.get(EMPTY, "[]")):
            row[name] = []
    elif COLUMN in own:
        row.setdefault(own[COLUMN], []).append(label)
    else:
        row.setdefault(PLAIN, []).append(label)
    for name, text in own.items():
        if name not in (COLUMN, EMPTY):
            value = _typed(text, kinds.get((label, name), ""))
            row[name if label == ITEM else f"{label} {name}"] = value


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


def _box(mark: _Mark, odd: Odd, entry: str) -> Box | None:
    try:
        edges = _EDGES.get(mark.kind, _no_edges)(mark.told)
    except (KeyError, ValueError):
        edges = []
        odd.add(entry, "expected its edges as numbers; its label counts, without a box")
    told: dict[str, object] = {
        name: mark.told[name] for name, usual in DEFAULTS.items() if mark.told.get(name, usual) not in (usual, "0")
    }
    told |= {name: text for name, text in mark.own.items() if name not in (FIELD, SCORE, CROWD)}
    return Box(
        mark.told.get("label", ""),
        edges,
        score=_number(mark.own.get(SCORE, "")),
        crowd=mark.own.get(CROWD) == "true",
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
