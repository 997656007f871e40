"""Writing "CVAT for images 1.1": a zip with annotations.xml and images/.

Each picture has the tag `item`, whose attributes are the item's columns, id and text; lists of texts and tags are tags
with the attribute `explorer column`; boxes are boxes, the split is the subset. CVAT has no place for vectors: they
stand in vectors.parquet (`file_name`, then a list for each picture), which CVAT passes over.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

from explorer.base.dataset import TEXT
from explorer.base.progress import Progress
from explorer.io.boxes import LABELS, Box, Values, in_pixels
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.cvat_labels import COLUMN, CROWD, DEFAULTS, EMPTY, FIELD, FILE, ITEM, SCORE
from explorer.io.formats.labelled import (
    ITEM_ID,
    Labelled,
    cleared,
    is_class,
    labelled_items,
    with_pictures,
    write_vectors,
)
from explorer.io.splits import SPLIT

IMAGES, ANNOTATIONS = "images", "annotations.xml"
NO_SUBSET = "default"
Kinds = dict[str, str]


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write the items that have a picture."""
    items, renamed = cleared(items)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".tmp-") as place:
        folder = Path(place)
        found, notes = labelled_items(items, folder / IMAGES, progress)
        kept, more = with_pictures(found, "CVAT")
        with (folder / ANNOTATIONS).open("w", encoding="utf-8") as file:
            file.writelines(_lines(items, kept))
        write_vectors(items, kept, folder, IMAGES)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, path.relative_to(folder).as_posix())
    return renamed + notes + more


def _lines(items: Outgoing, kept: list[Labelled]) -> Iterator[str]:
    kinds = {name: _entered(items.table.column(name)) for name in items.table.column_names}
    splits = sorted({str(one.values.get(SPLIT, NO_SUBSET)) for one in kept})
    yield '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n'
    yield from _meta(items.name, kept, kinds, splits)
    for place, one in enumerate(kept):
        yield from _image(one, place, splits)
    yield "</annotations>\n"


def _entered(column: pa.ChunkedArray) -> str:
    """How the values of a column are entered, which tells their kind when they are read."""
    if pa.types.is_boolean(column.type):
        return "checkbox"
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return "number"
    return "select" if is_class(column) else "text"


def _meta(name: str, kept: list[Labelled], kinds: Kinds, splits: list[str]) -> Iterator[str]:
    yield f"<meta><project><id>1</id><name>{_text(name)}</name><tasks>\n"
    for number, split in enumerate(splits, start=1):
        size = sum(str(one.values.get(SPLIT, NO_SUBSET)) == split for one in kept)
        told = f"<id>{number}</id><name>{_text(split)}</name><size>{size}</size><mode>annotation</mode>"
        yield f"<task>{told}<subset>{_text(split)}</subset></task>\n"
    yield f"</tasks><subsets>{_text(chr(10).join(splits))}</subsets>\n<labels>\n"
    columns = [ITEM_ID, TEXT, *dict.fromkeys(name for one in kept for name in _columns(one)), FILE, EMPTY]
    values = {name: sorted({str(one.values[name]) for one in kept if name in one.values}) for name in columns}
    labels = {ITEM: {name: (kinds.get(name, "text"), values[name]) for name in columns}}
    for label in sorted({label for one in kept for held in _lists(one).values() for label in held}):
        labels.setdefault(label, {})[COLUMN] = ("text", [])
    for label, names in sorted(_box_labels(kept).items()):
        labels.setdefault(label, {}).update({name: ("text", []) for name in sorted(names)})
    yield from (_label(label, attributes) for label, attributes in labels.items())
    yield "</labels></project></meta>\n"


def _box_labels(kept: list[Labelled]) -> dict[str, set[str]]:
    """The labels of boxes, each with the names of its attributes."""
    found: dict[str, set[str]] = {}
    for one in kept:
        for field, held in one.boxes.items():
            for box in held:
                found.setdefault(box.label, set()).update(_own(box, field))
    return found


def _label(name: str, attributes: dict[str, tuple[str, list[str]]]) -> str:
    parts = [
        f"<attribute><name>{_text(one)}</name><mutable>False</mutable><input_type>{entered}</input_type>"
        f"<default_value></default_value><values>{_text(chr(10).join(values)) if entered == 'select' else ''}</values>"
        "</attribute>"
        for one, (entered, values) in attributes.items()
    ]
    inside = "".join(parts)
    return f"<label><name>{_text(name)}</name><type>any</type><attributes>{inside}</attributes></label>\n"


def _image(one: Labelled, place: int, splits: list[str]) -> Iterator[str]:
    split = one.values.get(SPLIT)
    subset = f" subset={_quoted(str(split))}" if split is not None else ""
    number = splits.index(str(one.values.get(SPLIT, NO_SUBSET))) + 1
    size = f'width="{one.size[0]}" height="{one.size[1]}"'
    yield f'<image id="{place}" name={_quoted(one.name)}{subset} task_id="{number}" {size}>\n'
    told: Values = {ITEM_ID: one.id, **({TEXT: one.text} if one.text else {})}
    told |= {name: one.values[name] for name in _columns(one)}
    told[FILE] = f"{IMAGES}/{one.name}"
    empty = [name for name, value in one.values.items() if value == []]
    told |= {EMPTY: json.dumps(empty, ensure_ascii=False)} if empty else {}
    yield _tag(ITEM, told)
    for name, held in _lists(one).items():
        for label in held:
            yield _tag(label, {COLUMN: name})
    for field, boxes in one.boxes.items():
        for box in boxes:
            yield _box(box, field, one)
    yield "</image>\n"


def _columns(one: Labelled) -> list[str]:
    return [name for name, value in one.values.items() if name != SPLIT and name not in _lists(one) and value != []]


def _lists(one: Labelled) -> dict[str, list[str]]:
    """The lists of texts of an item: tags of CVAT."""
    return {
        name: value
        for name, value in one.values.items()
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value)
    }


def _tag(label: str, told: Values) -> str:
    return f'<tag label={_quoted(label)} source="file">{_attributes(told)}</tag>\n'


def _box(box: Box, field: str, one: Labelled) -> str:
    left, top, wide, high = in_pixels(box, one.size)
    edges = {"xtl": left, "ytl": top, "xbr": round(left + wide, 6), "ybr": round(top + high, 6)}
    told = {name: str(value) for name, value in edges.items()}
    own = box.own_attributes()
    told |= {name: str(own.get(name, usual)) for name, usual in DEFAULTS.items() if name in own or name == "occluded"}
    place = " ".join(f"{name}={_quoted(value)}" for name, value in told.items())
    return f'<box label={_quoted(box.label)} source="file" {place}>{_attributes(_own(box, field))}</box>\n'


def _own(box: Box, field: str) -> Values:
    """The attributes of a box that CVAT has no place of its own for."""
    told: Values = {name: value for name, value in box.own_attributes().items() if name not in DEFAULTS}
    told |= {SCORE: box.score} if box.score is not None else {}
    told |= {CROWD[0]: True} if box.crowd else {}
    return told | ({FIELD: field} if field != LABELS else {})


def _attributes(told: Values) -> str:
    return "".join(
        f"<attribute name={_quoted(name)}>{_text(_value(value))}</attribute>" for name, value in told.items()
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text(text: str) -> str:
    return escape(_allowed(text), {"\r": "&#13;"})


def _quoted(text: str) -> str:
    return quoteattr(_allowed(text))


def _allowed(text: str) -> str:
    """The text without the characters that XML has no way to write."""
    return "".join(one for one in text if one >= " " and one not in "\ufffe\uffff" or one in "\t\n\r")


FORMAT = Format(
    name="cvat",
    title="CVAT for images",
    ending=".zip",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
)
