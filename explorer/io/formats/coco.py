"""Writing COCO: pictures in images/, and in annotations/ instances_<split>.json and captions_<split>.json.

Boxes are annotations of the categories that they name, lines of a text are captions. COCO has no place for labels of a
whole picture, ids that are no numbers, and vectors: the first two stand in an object `attributes` of each image,
vectors beside in annotations/vectors.parquet (`file_name`, then a list for each picture). Other tools pass over both.
"""

from collections.abc import Iterator
from pathlib import Path

from explorer.base.progress import Progress
from explorer.io.boxes import LABELS, Box, Values, in_pixels
from explorer.io.formats.coco_labels import ATTRIBUTES, FIELD
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.labelled import (
    ITEM_ID,
    Labelled,
    cleared,
    json_text,
    labelled_items,
    with_pictures,
    write_vectors,
)
from explorer.io.formats.splits import splits_of_items
from explorer.io.scan import FILE_NAME

IMAGES, ANNOTATIONS, ALL = "images", "annotations", "all"


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write the items that have a picture."""
    items, renamed = cleared(items)
    found, notes = labelled_items(items, target / IMAGES, progress)
    kept, more = with_pictures(found, "COCO")
    folder = target / ANNOTATIONS
    folder.mkdir(parents=True)
    categories = {label: place for place, label in enumerate(sorted(_labels(kept)), start=1)}
    for split, rows in splits_of_items(items, rest=ALL).items():
        inside = set(rows.tolist())
        part = [one for one in kept if one.row in inside]
        (folder / f"instances_{split}.json").write_text(json_text(_instances(part, categories, items.name)), "utf-8")
        if any(one.text for one in part):
            (folder / f"captions_{split}.json").write_text(json_text(_captions(part, items.name)), "utf-8")
    write_vectors(items, kept, folder, IMAGES)
    return renamed + notes + more


def _labels(items: list[Labelled]) -> set[str]:
    return {box.label for one in items for held in one.boxes.values() for box in held}


def _instances(items: list[Labelled], categories: dict[str, int], name: str) -> Values:
    images = [_image(one, {ITEM_ID: one.id, **one.values}) for one in items]
    found = [box for one in items for box in _annotations(one, categories)]
    return {
        "info": {"description": name},
        "licenses": [],
        "images": images,
        "annotations": [{"id": place, **box} for place, box in enumerate(found, start=1)],
        "categories": [{"id": place, "name": label, "supercategory": ""} for label, place in categories.items()],
    }


def _captions(items: list[Labelled], name: str) -> Values:
    """Each line of a text is a caption, as several captions of a picture are its lines when they are read."""
    found = [{"image_id": one.row + 1, "caption": line} for one in items for line in _lines(one.text)]
    annotations = [{"id": place, **caption} for place, caption in enumerate(found, start=1)]
    return {
        "info": {"description": name},
        "licenses": [],
        "images": [_image(one, {}) for one in items],
        "annotations": annotations,
    }


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    whole = all(line and line == line.strip() for line in lines) and len(set(lines)) == len(lines)
    return lines if whole else [text] if text else []


def _image(one: Labelled, values: Values) -> Values:
    """An image; `file_name` is below images/, as it is in COCO, so where it lies stands among the attributes."""
    size = {"width": one.size[0], "height": one.size[1]}
    return {
        "id": one.row + 1,
        "file_name": one.name,
        **size,
        ATTRIBUTES: {**values, FILE_NAME: f"{IMAGES}/{one.name}"},
    }


def _annotations(one: Labelled, categories: dict[str, int]) -> Iterator[Values]:
    for field, held in one.boxes.items():
        for box in held:
            x, y, wide, high = in_pixels(box, one.size)
            score = {"score": box.score} if box.score is not None else {}
            more = _attributes(box, field)
            yield {
                "image_id": one.row + 1,
                "category_id": categories[box.label],
                "bbox": [x, y, wide, high],
                "area": round(wide * high, 6),
                "iscrowd": int(box.crowd),
                "segmentation": [],
                **score,
                **({ATTRIBUTES: more} if more else {}),
            }


def _attributes(box: Box, field: str) -> Values:
    return box.own_attributes() | ({FIELD: field} if field != LABELS else {})


FORMAT = Format(
    name="coco",
    title="COCO",
    ending="",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
)
