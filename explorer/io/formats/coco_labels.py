"""Reading COCO: `images`, `annotations` with boxes or captions, and `categories`, as https://cocodataset.org says."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from explorer.io.boxes import LABELS, Box, Values, as_json, labelled, number, numbers
from explorer.io.formats.addresses import file_of
from explorer.io.formats.label_rows import LabelRows, Odd, hashable, is_plain, objects, plain_values, quoted
from explorer.io.scan import FILE_NAME
from explorer.io.splits import SPLIT, split_of

CAPTION, ATTRIBUTES, FIELD = "caption", "attributes", "box_field"


@dataclass
class _Found:
    """What the annotations say of each image, by its number."""

    boxes: dict[object, dict[str, list[Box]]] = field(default_factory=lambda: defaultdict(dict))
    captions: dict[object, list[str]] = field(default_factory=lambda: defaultdict(list))
    lost: Odd = field(default_factory=Odd)
    boxless: Odd = field(default_factory=Odd)


def coco_rows(values: object, path: Path) -> LabelRows | None:
    """The images of a file of COCO; None when it is none. An object `attributes` of an image is columns of its own.

    The split is that of the file's name ("train" of instances_train2017.json) where an image does not say it.
    """
    if not isinstance(values, dict) or not isinstance(values.get("images"), list):
        return None
    if "annotations" not in values and "categories" not in values:
        return None
    images = [image for image in objects(values["images"]) if isinstance(image.get("file_name"), str)]
    images = [image | {"file_name": file_of(image["file_name"], path.parent)} for image in images]
    found = _annotations(values, {hashable(image.get("id")) for image in images})
    split = {SPLIT: split_of(path.stem)} if split_of(path.stem) else {}
    rows = [{**split, **_row(image, found)} for image in images]
    nameless = len(values["images"]) - len(images)
    notes = found.lost.note("annotation", "of images that are not listed")
    notes += found.boxless.note("annotation", "with a bbox that is none: the label counts, no box is cut out")
    return LabelRows(
        rows, notes + ([f"{nameless:,} of the images have no file_name and are left out."] if nameless else [])
    )


def _annotations(values: Values, known: set[object]) -> _Found:
    categories = {one.get("id"): str(one.get("name", one.get("id"))) for one in objects(values.get("categories"))}
    found = _Found()
    for place, one in enumerate(values.get("annotations") or ()):
        if not isinstance(one, dict):
            continue
        image = hashable(one.get("image_id"))
        if image not in known:
            said = quoted(one.get("image_id"))
            found.lost.add(f"annotations[{place}]", f"image_id {said} is the id of no image of this file")
        if isinstance(one.get("caption"), str):
            found.captions[image].append(one["caption"].strip())
        elif "category_id" in one:
            _add_box(found, image, one, place, categories)
    return found


def _add_box(found: _Found, image: object, one: Values, place: int, categories: dict[object, str]) -> None:
    box = numbers(one.get("bbox"))
    if "bbox" in one and not box:
        said = quoted(one["bbox"])
        found.boxless.add(f"annotations[{place}]", f"expected [x, y, width, height] in pixels, got {said}")
    category = hashable(one["category_id"])
    own = one.get(ATTRIBUTES)
    told = dict(own) if isinstance(own, dict) else {}
    field_name = str(told.pop(FIELD, LABELS))
    key = one.get("id")
    found.boxes[image].setdefault(field_name, []).append(
        Box(
            categories.get(category, str(category)),
            box,
            score=number(one.get("score")),
            key=str(key) if isinstance(key, str | int) else "",
            crowd=bool(one.get("iscrowd") in (1, True)),
            attributes=as_json(told),
        )
    )


def _row(image: Values, found: _Found) -> Values:
    key = hashable(image.get("id"))
    row = {FILE_NAME: image["file_name"], **plain_values(image, (FILE_NAME, "id", ATTRIBUTES))}
    for name, boxes in found.boxes.get(key, {}).items():
        row |= labelled(boxes, name)
    if key in found.captions:
        row[CAPTION] = "\n".join(dict.fromkeys(found.captions[key]))
    own = image.get(ATTRIBUTES)
    return row | ({name: value for name, value in own.items() if is_plain(value)} if isinstance(own, dict) else {})
