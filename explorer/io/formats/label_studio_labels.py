"""Reading Label Studio: lists of tasks with annotations and predictions (JSON), and the short form JSON-MIN.

As https://labelstud.io/guide/task_format and https://labelstud.io/guide/export say. A task is an item: what stands in
`data` are columns, and each control (`from_name`) of the annotations is one, predictions as `predicted <control>`.
Values of several people for one task are put together in a list.
"""

from collections.abc import Mapping
from pathlib import Path

from explorer.io.boxes import Values, is_box_name, labelled, number, shown
from explorer.io.formats.addresses import file_of
from explorer.io.formats.label_rows import LabelRows, is_plain, objects, plain_values
from explorer.io.formats.label_studio_results import (
    META,
    Told,
    columns_of_result,
    noted,
    regions_of,
    together,
    value_alone,
)
from explorer.io.images import is_image_name
from explorer.io.paths import is_file_below
from explorer.io.scan import FILE_NAME

LISTS, EMPTY, VECTORS, PREDICTED = "lists", "empty", "vectors", "predicted "
TASK, ITEM_ID, TAG = "task_id", "item_id", "tag"
OF_MIN = ("annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement")
ALONE = ("rating", "number", "datetime", "taxonomy", "selected")
OF_TASKS = {"data", "id", "meta"}
LONGEST_ADDRESS = 2000


def task_rows(values: object, path: Path) -> LabelRows | None:
    """The tasks of a file as rows of images; None when it is none, or some task has no image."""
    found = task_table(values, path.parent)
    if found is None or not all(row.get(FILE_NAME) for row in found.rows):
        return None
    return found


def task_table(values: object, folder: Path) -> LabelRows | None:
    """The tasks of a file, `file_name` where one has an image; None when it holds none."""
    entries = values if isinstance(values, list) else []
    if not entries or not all(isinstance(one, dict) for one in entries):
        return None
    told = Told()
    if all(_is_task(one) for one in entries):
        rows = [_of_task(one, place, told) for place, one in enumerate(entries)]
    elif all("annotation_id" in one and "annotator" in one for one in entries):
        rows = _of_min(entries, told)
    else:
        return None
    lists = {TAG, *(name for one in entries for name in _ours(one, LISTS))}
    return LabelRows([_named(row, folder) for row in _aligned(rows, lists)], told.notes())


def table_rows(values: object, folder: Path) -> LabelRows | None:
    """The tasks of a file as rows of a table, of texts or of images below `folder`; None when it holds none."""
    found = task_table(values, folder)
    if found is None:
        return None
    called = {FILE_NAME: "image"} if any(ITEM_ID in row for row in found.rows) else {FILE_NAME: "image", TASK: "id"}
    rows = [{called.get(name, name): value for name, value in row.items()} for row in found.rows]
    for row in rows:
        if "image" in row and FILE_NAME not in row:
            row["image"] = _below(folder, str(row["image"]))
    return LabelRows([shown(row) for row in rows], found.notes)


def _below(folder: Path, name: str) -> str:
    """The name without the folders before it that are not here."""
    parts = name.split("/")
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((end for end in ends if is_file_below(folder, folder / end)), name)


def _is_task(one: Values) -> bool:
    listed = [one[name] for name in ("annotations", "completions", "predictions") if name in one]
    known = bool(listed) or set(one) <= OF_TASKS
    return isinstance(one.get("data"), dict) and known and all(isinstance(held, list) for held in listed)


def _of_task(task: Values, place: int, told: Told) -> Values:
    data = task["data"]
    row = plain_values(data) | _vectors(task)
    row |= {TASK: task["id"]} if isinstance(task.get("id"), str | int) else {}
    row |= {name: [] for name in _ours(task, EMPTY)}
    done = [one for one in objects(task.get("annotations", task.get("completions"))) if not one.get("was_cancelled")]
    told.several += len(done) > 1
    row |= together([columns_of_result(one, f"[{place}].annotations[{n}]", told) for n, one in enumerate(done)])
    guesses = objects(task.get("predictions"))
    found = together([columns_of_result(one, f"[{place}].predictions[{n}]", told) for n, one in enumerate(guesses)])
    scores = [number(one["score"]) for one in guesses if isinstance(one.get("score"), float | int)]
    row |= {f"{PREDICTED}score": scores[0]} if scores else {}
    return row | {f"{PREDICTED}{name}": value for name, value in found.items()}


def _of_min(entries: list[Values], told: Told) -> list[Values]:
    """The rows of JSON-MIN, where each annotation is an entry of its own."""
    tasks: dict[object, list[Values]] = {}
    for place, one in enumerate(entries):
        key = one.get("id") if isinstance(one.get("id"), str | int) else f"entry {place}"
        tasks.setdefault(key, []).append(_min_row(one, told))
    told.several += sum(len(held) > 1 for held in tasks.values())
    return [together(held) | ({TASK: key} if isinstance(key, int) else {}) for key, held in tasks.items()]


def _min_row(one: Values, told: Told) -> Values:
    row: Values = {}
    for name, value in one.items():
        regions = objects(value)
        kind = next((key for key in regions[0] if key.endswith("labels")), "") if regions else ""
        if name in (*OF_MIN, "id"):
            continue
        if kind:
            row |= labelled((box for region in regions for box in regions_of(region, kind, region, told)), name)
        elif isinstance(value, dict) and "choices" in value:
            row[name] = value_alone(value["choices"])
        elif regions and set(regions[0]) & set(ALONE):
            row[name] = value_alone([one[kind] for one in regions for kind in ALONE if kind in one])
        elif is_plain(value):
            row[name] = value
    return row


def _aligned(rows: list[Values], lists: set[str]) -> list[Values]:
    """The rows with a list in all rows of a column that has one in any, or that is one of `lists`."""
    lists = lists | {
        name for row in rows for name, value in row.items() if isinstance(value, list) and not is_box_name(name)
    }
    return [
        {name: value if name not in lists or isinstance(value, list) else [value] for name, value in row.items()}
        for row in rows
    ]


def _named(row: Values, folder: Path) -> Values:
    """The row with the file of its image, if it has one, in the place of the image's address."""
    for name, value in row.items():
        if isinstance(value, str) and len(value) < LONGEST_ADDRESS and is_image_name(file_of(value, folder)):
            rest = {key: held for key, held in row.items() if key != name}
            return {FILE_NAME: file_of(value, folder), **rest}
    return row


def _ours(task: Mapping[str, object], part: str) -> list[str]:
    """What our own export noted in the task's `meta`: names of columns."""
    names = noted(task).get(part)
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _vectors(task: Values) -> Values:
    meta = task.get(META)
    found = meta.get(VECTORS) if isinstance(meta, dict) else None
    vectors = found if isinstance(found, dict) else {}
    return {str(name): value for name, value in vectors.items() if isinstance(value, list) and is_plain(value)}
