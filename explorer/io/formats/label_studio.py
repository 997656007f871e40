"""Writing tasks of Label Studio: tasks.json, label_config.xml for the project, and pictures in images/.

Columns of a few short texts and lists of texts are choices, boxes are rectangles, tags are choices too: all of these
are annotations, which people see and change. Other columns stand in `data`, vectors in `meta`. Pictures are named as
files of a local storage: serve the folder with LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT.
"""

from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.dataset import TEXT
from explorer.base.progress import Progress
from explorer.io.boxes import Box, Values, in_shares
from explorer.io.formats.columns import with_vectors
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.label_studio_labels import EMPTY, ITEM_ID, LISTS, VECTORS
from explorer.io.formats.label_studio_results import META, OURS
from explorer.io.formats.labelled import Labelled, cleared, is_class, json_text, labelled_items
from explorer.io.splits import SPLIT
from explorer.io.table_file import unique_name

IMAGE, IMAGES, TASKS, CONFIG = "image", "images", "tasks.json", "label_config.xml"
ADDRESS = "/data/local-files/?d="


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write all items, with or without a picture."""
    items, renamed = cleared(items)
    found, notes = labelled_items(items, target / IMAGES, progress)
    target.mkdir(parents=True, exist_ok=True)
    several = {name for one in found for name, value in one.values.items() if _is_texts(value)}
    single = {name for name in items.table.column_names if name != SPLIT and is_class(items.table.column(name))}
    single &= {name for one in found for name in one.values}
    called = _data_names([name for one in found for name in one.values])
    vectors = _vectors(items)
    tasks = [_task(one, several, single, called) for one in found]
    for one, task in zip(found, tasks, strict=True):
        task[META] |= {VECTORS: {name: held[one.row] for name, held in vectors.items() if held[one.row]}}
    (target / TASKS).write_text(json_text(tasks), "utf-8")
    (target / CONFIG).write_text(_config(found, several, single), "utf-8")
    return renamed + notes


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _data_names(columns: list[str]) -> dict[str, str]:
    """Names in `data` for columns, which are not those of the picture, the text and the id."""
    names: dict[str, str] = {}
    for column in dict.fromkeys(columns):
        names[column] = unique_name(column, [*names.values(), IMAGE, TEXT, ITEM_ID])
    return names


def _vectors(items: Outgoing) -> dict[str, list[list[float] | None]]:
    """(n,) lists of the shortest numbers that are the same float32, by name."""
    table = with_vectors(items.table.select([]), items) if items.vectors else items.table.select([])
    return {name: _numbers(table.column(name)) for name in table.column_names}


def _numbers(column: pa.ChunkedArray) -> list[list[float] | None]:
    lists = column.combine_chunks()
    flat = lists.values if hasattr(lists, "values") else pc.list_flatten(lists)
    short = np.asarray(pc.cast(flat, pa.string()).to_numpy(zero_copy_only=False), dtype=np.float64)
    rows = short.reshape(len(lists), -1).tolist()
    return [row if there else None for row, there in zip(rows, lists.is_valid().to_pylist(), strict=True)]


def _task(one: Labelled, several: set[str], single: set[str], called: dict[str, str]) -> Values:
    data: Values = {IMAGE: f"{ADDRESS}{quote(f'{IMAGES}/{one.name}')}"} if one.name else {}
    data |= {TEXT: one.text} if one.text else {}
    data[ITEM_ID] = one.id
    data |= {called[name]: value for name, value in one.values.items() if name not in several | single}
    on = IMAGE if one.name else TEXT
    result = [_choices(name, value, on) for name, value in one.values.items() if name in several | single and value]
    result += [_rectangle(name, box, one, place) for name, held in one.boxes.items() for place, box in enumerate(held)]
    lists = [name for name in one.values if name in several]
    empty = [name for name in lists if not one.values[name]]
    return {
        "data": data,
        META: {OURS: {LISTS: lists, EMPTY: empty}},
        "annotations": [{"result": result, "was_cancelled": False, "ground_truth": False}] if result else [],
        "predictions": [],
    }


def _choices(name: str, value: object, on: str) -> Values:
    chosen = value if isinstance(value, list) else [value]
    return {"from_name": name, "to_name": on, "type": "choices", "value": {"choices": chosen}}


def _rectangle(name: str, box: Box, one: Labelled, place: int) -> Values:
    x, y, wide, high = (round(100 * share, 12) for share in in_shares(box, one.size))
    own = box.own_attributes()
    turned = own.pop("rotation", 0)
    more = {**({"crowd": True} if box.crowd else {}), **({"attributes": own} if own else {})}
    score = {"score": box.score} if box.score is not None else {}
    return {
        "id": f"{name}-{place}",
        "from_name": name,
        "to_name": IMAGE,
        "type": "rectanglelabels",
        "original_width": one.size[0],
        "original_height": one.size[1],
        "image_rotation": 0,
        **score,
        **({META: {OURS: more}} if more else {}),
        "value": {"x": x, "y": y, "width": wide, "height": high, "rotation": turned, "rectanglelabels": [box.label]},
    }


def _config(items: list[Labelled], several: set[str], single: set[str]) -> str:
    """The controls of a project for these tasks."""
    pictures = any(one.name for one in items)
    lines = ["<View>"]
    if pictures:
        lines.append(f'  <Image name="{IMAGE}" value="${IMAGE}"/>')
    if any(one.text for one in items):
        lines.append(f'  <Text name="{TEXT}" value="${TEXT}"/>')
    on = IMAGE if pictures else TEXT
    for name in sorted(several | single):
        kind = "multiple" if name in several else "single"
        lines.append(f"  <Choices name={quoteattr(name)} toName={quoteattr(on)} choice={quoteattr(kind)}>")
        lines += [f"    <Choice value={quoteattr(value)}/>" for value in _values_of(items, name)]
        lines.append("  </Choices>")
    for name in sorted({name for one in items for name in one.boxes}):
        labels = sorted({box.label for one in items for box in one.boxes.get(name, ())})
        lines.append(f"  <RectangleLabels name={quoteattr(name)} toName={quoteattr(IMAGE)}>")
        lines += [f"    <Label value={quoteattr(label)}/>" for label in labels]
        lines.append("  </RectangleLabels>")
    return "\n".join([*lines, "</View>", ""])


def _values_of(items: list[Labelled], name: str) -> list[str]:
    found: set[str] = set()
    for one in items:
        value = one.values.get(name)
        found |= set(value) if isinstance(value, list) else {value} if isinstance(value, str) else set()
    return sorted(found)


FORMAT = Format(
    name="label-studio",
    title="Label Studio",
    ending="",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
)
