"""Writing a `FiftyOneDataset`: metadata.json with the fields, samples.json, and pictures in data/.

`fiftyone.Dataset.from_dir(dataset_dir=FOLDER, dataset_type=fiftyone.types.FiftyOneDataset)` opens it. Boxes are
`Detections`, columns of a few short texts `Classification`, lists of texts `Classifications`, vectors `VectorField`;
tags are tags, and so is the split, which is a field as well.
"""

import base64
import io
import re
import zlib
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from explorer.base.dataset import TEXT
from explorer.base.progress import Progress
from explorer.io.boxes import Box, Values, in_shares
from explorer.io.formats.columns import short_name, vector_lists, vector_name
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.fiftyone_fields import Kind, field_documents
from explorer.io.formats.fiftyone_labels import COLUMNS, METADATA, TAGS
from explorer.io.formats.labelled import ITEM_ID, Labelled, cleared, is_class, json_text, labelled_items, with_pictures
from explorer.io.images import SUFFIXES_OF
from explorer.io.splits import SPLIT
from explorer.io.table_file import unique_name
from explorer.io.tag_names import tag_column

DATA, SAMPLES, VERSION = "data", "samples.json", "1.0.0"
RESERVED = (
    "id",
    "filepath",
    "tags",
    "metadata",
    "media_type",
    "created_at",
    "last_modified_at",
    "frames",
    "group",
    "rand",
)
MIME = {suffix: f"image/{kind.lower()}" for kind, suffixes in SUFFIXES_OF.items() for suffix in suffixes}


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write the items that have a picture."""
    items, renamed = cleared(items)
    found, notes = labelled_items(items, target / DATA, progress)
    kept, more = with_pictures(found, "FiftyOne")
    kinds = _kinds(items, kept)
    fields = _field_names([*kinds, *items.vectors])
    vectors = {name: _vector_field(name, values) for name, values in items.vectors.items()}
    samples = [_sample(one, kinds, fields, target) | _arrays(items, one.row, vectors) for one in kept]
    for one, sample in zip(kept, samples, strict=True):
        sample[TAGS] = list(dict.fromkeys([*sample[TAGS], *items.tags[one.row]]))
    (target / SAMPLES).write_text(json_text({"samples": samples}), "utf-8")
    known = {fields[name]: kind for name, kind in kinds.items()} | dict.fromkeys(vectors.values(), "vector")
    info = {COLUMNS: {field: name for name, field in fields.items() if field != name and name in kinds}}
    (target / METADATA).write_text(json_text(_dataset(items.name, known, info)), "utf-8")
    return renamed + notes + more


def _kinds(items: Outgoing, kept: list[Labelled]) -> dict[str, Kind]:
    """What each column is as a field of samples."""
    tags = tag_column(items.table.column_names) if any(items.tags) else ""
    boxes = {name for one in kept for name in one.boxes}
    values = {name: items.table.column(name) for one in kept for name in one.values if name in items.table.column_names}
    kinds: dict[str, Kind] = {ITEM_ID: "text"}
    if any(one.text for one in kept):
        kinds[TEXT] = "text"
    kinds |= {name: _kind(name, column) for name, column in values.items() if name != tags}
    return kinds | dict.fromkeys(boxes, "boxes")


def _kind(name: str, column: pa.ChunkedArray) -> Kind:
    inner = column.type.value_type if pa.types.is_list(column.type) else column.type
    listed = pa.types.is_list(column.type)
    if pa.types.is_string(inner):
        return "classes" if listed else "class" if name != SPLIT and is_class(column) else "text"
    if pa.types.is_boolean(inner):
        return "flags" if listed else "flag"
    if pa.types.is_integer(inner):
        return "counts" if listed else "count"
    if pa.types.is_floating(inner):
        return "numbers" if listed else "number"
    return "text" if listed else "time"


def _field_names(columns: list[str]) -> dict[str, str]:
    """Names that FiftyOne takes for fields: no dots, nothing that samples have themselves."""
    names: dict[str, str] = {}
    for column in columns:
        plain = re.sub(r"[^\w ]+", "_", column).strip("_ ") or "field"
        taken = [*names.values(), *RESERVED]
        names[column] = unique_name(plain, taken)
    return names


def _vector_field(name: str, values: NDArray[np.float32]) -> str:
    return re.sub(r"\W+", "_", vector_name(short_name(name), vector_lists(values)))


def _sample(one: Labelled, kinds: dict[str, Kind], fields: dict[str, str], target: Path) -> Values:
    values: Values = {**one.values, ITEM_ID: one.id, **({TEXT: one.text} if one.text else {})}
    told = {fields[name]: _value(kinds[name], values[name], f"{one.id} {name}") for name in kinds if name in values}
    detections = {fields[name]: _detections(held, one, name) for name, held in one.boxes.items()}
    split = values.get(SPLIT)
    return {
        "_id": {"$oid": _number(one.id)},
        "filepath": f"{DATA}/{one.name}",
        TAGS: [split] if isinstance(split, str) else [],
        "_media_type": "image",
        "_rand": int(_number(one.id)[:8], 16) / 2**32,
        "metadata": _size(one, target),
        **told,
        **detections,
    }


def _size(one: Labelled, target: Path) -> Values:
    path = target / DATA / one.name
    kind = MIME.get(path.suffix.lower(), "image")
    size = {"size_bytes": path.stat().st_size, "mime_type": kind, "width": one.size[0], "height": one.size[1]}
    return {"_cls": "ImageMetadata", **size, "num_channels": 3}


def _value(kind: Kind, value: object, key: str) -> object:
    if kind == "class":
        return {"_id": {"$oid": _number(f"{key} {value}")}, "_cls": "Classification", "tags": [], "label": value}
    if kind == "classes" and isinstance(value, list):
        return {"_cls": "Classifications", "classifications": [_value("class", one, key) for one in value]}
    if kind == "time":
        return {"$date": _instant(str(value))}
    return value


def _instant(text: str) -> str:
    """A day or time as the instant that MongoDB has it as, to the thousandth of a second, in UTC."""
    day, _, time = text.removesuffix("+00:00").partition("T")
    clock, _, rest = (time or "00:00:00").partition(".")
    return f"{day}T{clock}.{rest[:3]:0<3}Z"


def _detections(boxes: list[Box], one: Labelled, name: str) -> Values:
    found = [_detection(box, one, f"{one.id} {name} {place}") for place, box in enumerate(boxes)]
    return {"_cls": "Detections", "detections": found}


def _detection(box: Box, one: Labelled, key: str) -> Values:
    own = box.own_attributes()
    score = {"confidence": box.score} if box.score is not None else {}
    return {
        "_id": {"$oid": _number(key)},
        "_cls": "Detection",
        "attributes": {},
        "tags": [],
        **{re.sub(r"\W+", "_", name).strip("_"): value for name, value in own.items()},
        "label": box.label,
        "bounding_box": in_shares(box, one.size),
        **score,
        **({"iscrowd": True} if box.crowd else {}),
    }


def _arrays(items: Outgoing, row: int, fields: dict[str, str]) -> Values:
    """The vectors of an item as FiftyOne packs arrays; those that it has."""
    found: Values = {}
    for name, field in fields.items():
        vector = items.vectors[name][row]
        if not np.isnan(vector).all():
            found[field] = {"$binary": {"base64": packed(vector), "subType": "00"}}
    return found


def packed(vector: NDArray[np.float32]) -> str:
    """(d,) numbers as an .npy file, packed, in base64."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(vector), allow_pickle=False)
    return base64.b64encode(zlib.compress(buffer.getvalue())).decode("ascii")


def _number(text: str) -> str:
    """24 hexadecimal digits that stand for a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _dataset(name: str, kinds: dict[str, Kind], info: Values) -> Values:
    return {
        "name": name,
        "slug": re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "collection",
        "version": VERSION,
        "media_type": "image",
        "persistent": False,
        "tags": [],
        "info": info,
        "classes": {},
        "default_classes": [],
        "mask_targets": {},
        "default_mask_targets": {},
        "skeletons": {},
        "group_media_types": {},
        "sample_fields": field_documents(kinds),
        "frame_fields": [],
    }


FORMAT = Format(
    name="fiftyone",
    title="FiftyOne",
    ending="",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
)
