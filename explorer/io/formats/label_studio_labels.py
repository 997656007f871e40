"""Reading Label Studio: lists of tasks with annotations and predictions (JSON), and the short form JSON-MIN.

As https://labelstud.io/guide/task_format and https://labelstud.io/guide/export say. A task is an item: what stands in
`data` are columns, and each control (`from_name`) of the annotations is one, predictions as `predicted <control>`.
Values of several people for one task are put together in a list.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from explorer.io.boxes import Box, Values, around, as_json, is_box_name, labelled, number, shown
from explorer.io.formats.label_rows import LabelRows, Odd, is_plain, objects, plain_values
from explorer.io.images import is_image_name
from explorer.io.paths import is_file_below
from explorer.io.scan import FILE_NAME
from explorer.io.text import counted

META, OURS, LISTS, EMPTY, VECTORS, PREDICTED = "meta", "explorer", "lists", "empty", "vectors", "predicted "
TASK, ITEM_ID = "task_id", "item_id"
UPLOADED = re.compile(r"^[0-9a-f]{8}-(?=.)")  # what Label Studio puts before the name of an uploaded file
OF_MIN = ("annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement")
OF_TASKS = {"data", "id", "meta"}
LONGEST_ADDRESS = 2000


@dataclass
class _Told:
    """Remarks on the whole file."""

    shapes: Counter[str] = field(default_factory=Counter)
    several: int = 0
    odd: Odd = field(default_factory=Odd)

    def notes(self) -> list[str]:
        notes = self.odd.note("entry", "that cannot be used")
        if self.shapes:
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.shapes.items()))
            notes.append(f"{counted(self.shapes.total(), 'region')} that are no boxes ({kinds}): their labels count.")
        if self.several:
            notes.append(f"{counted(self.several, 'task')} with several annotations: boxes are those of the first.")
        return notes


def task_rows(values: object, path: Path) -> LabelRows | None:
    """The tasks of a file as rows of images; None when it is none, or some task has no image."""
    found = task_table(values)
    if found is None or not all(row.get(FILE_NAME) for row in found.rows):
        return None
    return found


def task_table(values: object) -> LabelRows | None:
    """The tasks of a file, `file_name` where one has an image; None when it holds none."""
    entries = values if isinstance(values, list) else []
    if not entries or not all(isinstance(one, dict) for one in entries):
        return None
    told = _Told()
    if all(_is_task(one) for one in entries):
        rows = [_of_task(one, place, told) for place, one in enumerate(entries)]
    elif all("annotation_id" in one and "annotator" in one for one in entries):
        rows = _of_min(entries, told)
    else:
        return None
    lists = {name for one in entries for name in _ours(one, LISTS)}
    return LabelRows([_named(row) for row in _aligned(rows, lists)], told.notes())


def table_rows(values: object, folder: Path) -> LabelRows | None:
    """The tasks of a file as rows of a table, of texts or of images below `folder`; None when it holds none."""
    found = task_table(values)
    if found is None:
        return None
    called = {FILE_NAME: "image"} if any(ITEM_ID in row for row in found.rows) else {FILE_NAME: "image", TASK: "id"}
    rows = [{called.get(name, name): value for name, value in row.items()} for row in found.rows]
    for row in rows:
        if "image" in row and FILE_NAME not in row:
            row["image"] = _below(folder, str(row["image"]))
    return LabelRows([shown(row) for row in rows], found.notes)


def file_of(address: str) -> str:
    """The file that an image's address means: below the folder of local files, an upload's own name, or a path."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address.strip()
    if parts.path.endswith("/local-files/"):
        return parse_qs(parts.query).get("d", [""])[0].lstrip("/")
    path = unquote(parts.path) if parts.scheme or parts.path.startswith("/data/") else address.strip()
    return UPLOADED.sub("", path.rpartition("/")[2]) if path.startswith("/data/upload/") else path.lstrip("/")


def _below(folder: Path, name: str) -> str:
    """The name without the folders before it that are not here."""
    parts = name.split("/")
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((end for end in ends if is_file_below(folder, folder / end)), name)


def _is_task(one: Values) -> bool:
    listed = [one[name] for name in ("annotations", "completions", "predictions") if name in one]
    known = bool(listed) or set(one) <= OF_TASKS
    return isinstance(one.get("data"), dict) and known and all(isinstance(held, list) for held in listed)


def _of_task(task: Values, place: int, told: _Told) -> Values:
    data = task["data"]
    row = plain_values(data) | _vectors(task)
    row |= {TASK: task["id"]} if isinstance(task.get("id"), str | int) else {}
    row |= {name: [] for name in _ours(task, EMPTY)}
    done = [one for one in objects(task.get("annotations", task.get("completions"))) if not one.get("was_cancelled")]
    told.several += len(done) > 1
    row |= _together([_of_result(one, f"[{place}].annotations[{n}]", told) for n, one in enumerate(done)])
    guesses = objects(task.get("predictions"))
    found = _together([_of_result(one, f"[{place}].predictions[{n}]", told) for n, one in enumerate(guesses)])
    return row | {f"{PREDICTED}{name}": value for name, value in found.items()}


def _of_result(annotation: Values, entry: str, told: _Told) -> Values:
    """The columns of one annotation: the values of each control, boxes of its regions."""
    found: Values = {}
    boxes: dict[str, list[Box]] = {}
    for place, one in enumerate(objects(annotation.get("result"))):
        name, kind, value = one.get("from_name"), one.get("type"), one.get("value")
        if kind == "relation":
            continue
        if not isinstance(name, str) or not isinstance(kind, str) or not isinstance(value, dict):
            told.odd.add(f"{entry}.result[{place}]", "expected from_name, type and value")
            continue
        if kind.startswith("rectangle") or kind.endswith("labels"):
            boxes.setdefault(name, []).extend(_regions(one, kind, value, told))
        else:
            said = value.get(kind, value.get("text", value.get("selected")))
            found[name] = _united(found.get(name), _plain(said))
    for name, held in boxes.items():
        found |= labelled(held, name)
    return found


def _regions(one: Values, kind: str, value: Values, told: _Told) -> Iterable[Box]:
    labels = value.get(kind)
    names = [str(label) for label in labels] if isinstance(labels, list) else [kind.removesuffix("labels")]
    box = _box_of(kind, value)
    if not kind.startswith("rectangle"):
        told.shapes[kind] += 1
    turned = {"rotation": value["rotation"]} if number(value.get("rotation")) else {}
    for label in names:
        yield Box(
            label,
            box,
            relative=True,
            score=number(one.get("score")),
            key=str(one.get("id", "")),
            attributes=as_json(turned),
        )


def _box_of(kind: str, value: Values) -> list[float] | None:
    """x, y, width, height in shares of the picture, of a rectangle or around a polygon; None of other regions."""
    if kind.startswith("polygon"):
        edges: list[float] | None = around(value.get("points"))
    elif kind.startswith("rectangle"):
        found = [number(value.get(part)) for part in ("x", "y", "width", "height")]
        edges = [one for one in found if one is not None]
        edges = edges if len(edges) == 4 else []
    else:
        return None
    return edges and [one / 100 for one in edges]


def _plain(value: object) -> object:
    """A value of a control: one thing alone, several in a list; paths of a taxonomy are written in one text."""
    if isinstance(value, list):
        entries = [" / ".join(map(str, one)) if isinstance(one, list) else one for one in value]
        kept = [one for one in entries if is_plain(one)]
        return kept[0] if len(kept) == 1 else kept
    return value if is_plain(value) else None


def _of_min(entries: list[Values], told: _Told) -> list[Values]:
    """The rows of JSON-MIN, where each annotation is an entry of its own."""
    tasks: dict[object, list[Values]] = {}
    for place, one in enumerate(entries):
        key = one.get("id") if isinstance(one.get("id"), str | int) else f"entry {place}"
        tasks.setdefault(key, []).append(_min_row(one, told))
    told.several += sum(len(held) > 1 for held in tasks.values())
    return [_together(held) | ({TASK: key} if isinstance(key, int) else {}) for key, held in tasks.items()]


def _min_row(one: Values, told: _Told) -> Values:
    row: Values = {}
    for name, value in one.items():
        regions = objects(value)
        kind = next((key for key in regions[0] if key.endswith("labels")), "") if regions else ""
        if name in (*OF_MIN, "id"):
            continue
        if kind:
            row |= labelled((box for region in regions for box in _regions(region, kind, region, told)), name)
        elif isinstance(value, dict) and "choices" in value:
            row[name] = _plain(value["choices"])
        elif is_plain(value):
            row[name] = value
    return row


def _together(parts: list[Values]) -> Values:
    """The values of several annotations of a task; boxes are those of the first that has any."""
    row: Values = {}
    for part in parts:
        for name, value in part.items():
            if is_box_name(name) and name in row:
                continue
            row[name] = value if is_box_name(name) else _united(row.get(name), value)
    return row


def _united(one: object, other: object) -> object:
    """Both values, each once: alone where they are the same."""
    if one is None or one == other:
        return other
    if other is None:
        return one
    held = [*(one if isinstance(one, list) else [one]), *(other if isinstance(other, list) else [other])]
    return list(dict.fromkeys(held))


def _aligned(rows: list[Values], lists: set[str]) -> list[Values]:
    """The rows with a list in all rows of a column that has one in any, or that is one of `lists`."""
    lists = lists | {
        name for row in rows for name, value in row.items() if isinstance(value, list) and not is_box_name(name)
    }
    return [
        {name: value if name not in lists or isinstance(value, list) else [value] for name, value in row.items()}
        for row in rows
    ]


def _named(row: Values) -> Values:
    """The row with the file of its image, if it has one, in the place of the image's address."""
    for name, value in row.items():
        if isinstance(value, str) and len(value) < LONGEST_ADDRESS and is_image_name(file_of(value)):
            rest = {key: held for key, held in row.items() if key != name}
            return {FILE_NAME: file_of(value), **rest}
    return row


def _ours(task: Mapping[str, object], part: str) -> list[str]:
    """What our own export noted in the task's `meta`: names of columns."""
    meta = task.get(META)
    ours = meta.get(OURS) if isinstance(meta, dict) else None
    names = ours.get(part) if isinstance(ours, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _vectors(task: Values) -> Values:
    meta = task.get(META)
    found = meta.get(VECTORS) if isinstance(meta, dict) else None
    vectors = found if isinstance(found, dict) else {}
    return {str(name): value for name, value in vectors.items() if isinstance(value, list) and is_plain(value)}
