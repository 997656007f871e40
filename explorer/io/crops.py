"""Boxes as items: each box of a label file is cut out of its picture once; the crop is then as any other picture."""

import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.dataset import ID, PATH, RESERVED, TEXT
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.boxes import holds_boxes
from explorer.io.crop_files import Area, Cut, Values, cut_picture
from explorer.io.hashing import THREADS
from explorer.io.images import SUFFIXES_OF, read_image
from explorer.io.incoming import Incoming
from explorer.io.paths import resolve_below
from explorer.io.table_file import TableFile, unique_name
from explorer.io.text import counted

NO_BOXES = (
    "expected boxes to cut out (label files of COCO, FiftyOne, Label Studio or CVAT, shapes of labelme), found none"
)


@dataclass(frozen=True)
class Cutting:
    """Where crops are written, and who is told how far it is."""

    staging: Path
    progress: Progress


@dataclass(frozen=True)
class _Boxed:
    """A box of the picture in a row of the items. field: the column that it stood in."""

    row: int
    field: str
    told: Values


@dataclass(frozen=True)
class _Picture:
    """A picture to be cut: its path in the source, and its size as the labels state it, None where they do not."""

    incoming: Incoming
    path: str
    width: object
    height: object


def cut_boxes(incoming: Incoming, described: TableFile, cutting: Cutting) -> Incoming:
    """The boxes of pictures as items in place of the pictures.

    described: the rows of `incoming` with their box columns. The id is that of the picture, `#`, and the id of the box
    in its file, else its number. Columns: `label`, `score`, `image` (id of the picture), `box` (x, y, width, height in
    pixels), `field` where boxes stand in several, and the picture's own. Boxes that cannot be cut out are skipped, each
    with its reason. InputError when there is none.
    """
    names = [column.name for column in described.table.schema if holds_boxes(column)]
    boxes = [box for name in names for box in _boxes(described.table.column(name), name)]
    if not boxes:
        raise InputError(f"{incoming.file_root}: {NO_BOXES}.")
    boxes.sort(key=lambda box: box.row)
    cuts = _cut_all(incoming, boxes, cutting)
    ids = _ids(incoming.table.column(ID).to_pylist(), boxes)
    made = [place for place, cut in enumerate(cuts) if cut.path]
    paths = incoming.table.column(PATH).to_pylist()
    skipped = tuple((ids[place], paths[boxes[place].row], cut.reason) for place, cut in enumerate(cuts) if not cut.path)
    if not made:
        raise InputError(
            f"{incoming.file_root}: expected boxes that can be cut out; of {len(boxes):,} none can, the first is "
            f"{skipped[0][0]!r}: {skipped[0][2]}."
        )
    table = _table(incoming.table, [ids[p] for p in made], [boxes[p] for p in made], [cuts[p] for p in made], names)
    return replace(
        incoming,
        table=table,
        rows=np.arange(len(made), dtype=np.int64),
        file_root=cutting.staging,
        staged=True,
        vectors=(),
        notes=(*incoming.notes, *_notes(incoming, boxes)),
        skipped=(*incoming.skipped, *skipped),
        linked=(),
    )


def _boxes(column: pa.ChunkedArray, field: str) -> list[_Boxed]:
    found = []
    for row, value in enumerate(column.to_pylist()):
        found += [_Boxed(row, field, told) for told in value or ()]
    return found


def _cut_all(incoming: Incoming, boxes: Sequence[_Boxed], cutting: Cutting) -> list[Cut]:
    """What became of each box; a picture is read once."""
    places: dict[int, list[int]] = {}
    for place, box in enumerate(boxes):
        places.setdefault(box.row, []).append(place)
    pictures = _pictures(incoming)
    cuts = [Cut()] * len(boxes)
    cutting.progress.start("Cutting out boxes", len(places))

    def cut(row: int) -> list[Cut]:
        some = [boxes[place].told for place in places[row]]
        return _cut_out(pictures[row], some, cutting.staging)

    rows = list(places)
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(rows), THREADS):
            some = rows[start : start + THREADS]
            for row, found in zip(some, pool.map(cut, some), strict=True):
                for place, one in zip(places[row], found, strict=True):
                    cuts[place] = one
            cutting.progress.advance(start + len(some))
    cutting.progress.finish()
    return cuts


def _pictures(incoming: Incoming) -> list[_Picture]:
    table = incoming.table
    sides = [
        table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows
        for name in ("width", "height")
    ]
    paths = table.column(PATH).to_pylist()
    return [_Picture(incoming, *line) for line in zip(paths, *sides, strict=True)]


def _cut_out(source: _Picture, boxes: Sequence[Values], staging: Path) -> list[Cut]:
    """The crops of one picture; one that cannot be read, or is of another size than the labels state, has none."""
    try:
        path = resolve_below(source.incoming.file_root, source.path, source.incoming.linked)
        picture = read_image(path, name=source.path)
    except InputError as error:
        return [Cut(reason=str(error).rstrip("."))] * len(boxes)
    stated = source.width, source.height
    if all(isinstance(side, int) for side in stated) and stated != picture.size:
        reason = "the labels are of a picture of {} x {} pixels, it has {} x {}".format(*stated, *picture.size)
        if tuple(stated) == picture.size[::-1]:
            reason += "; it is turned as its EXIF orientation says, the labels may be of the stored pixels"
        return [Cut(reason=reason)] * len(boxes)
    return cut_picture(picture, boxes, staging, lossy=path.suffix.lower() in SUFFIXES_OF["JPEG"])


def _ids(pictures: Sequence[str], boxes: Sequence[_Boxed]) -> list[str]:
    numbers: Counter[int] = Counter()
    ids: list[str] = []
    taken: set[str] = set()
    for box in boxes:
        numbers[box.row] += 1
        wanted = f"{pictures[box.row]}#{box.told.get('key') or numbers[box.row]}"
        again, found = 2, wanted
        while found in taken:
            found, again = f"{wanted}_{again}", again + 1
        taken.add(found)
        ids.append(found)
    return ids


def _table(
    pictures: pa.Table, ids: list[str], boxes: Sequence[_Boxed], cuts: Sequence[Cut], fields: Sequence[str]
) -> pa.Table:
    rows = pa.array([box.row for box in boxes], pa.int64())
    texts = pictures.column(TEXT).take(rows)
    own: dict[str, pa.Array | pa.ChunkedArray] = {
        "label": pa.array([box.told.get("label") for box in boxes], pa.string()),
        "score": pa.array([box.told.get("score") for box in boxes], pa.float64()),
        "image": pictures.column(ID).take(rows),
        "box": pa.array([_shown(cut.area) for cut in cuts if cut.area], pa.string()),
        "field": pa.array([box.field for box in boxes], pa.string()),
        "image_text": texts,
    }
    unsaid = {
        "score": own["score"].null_count == len(boxes),
        "field": len(fields) < 2,
        "image_text": not pc.any(pc.not_equal(texts, "")).as_py(),
    }
    columns: dict[str, Any] = {
        ID: pa.array(ids, pa.string()),
        PATH: pa.array([cut.path for cut in cuts], pa.string()),
        TEXT: pa.array([""] * len(ids), pa.string()),
    }
    attributes = [name for name in pictures.column_names if name not in (*RESERVED, *fields)]
    for name, values in own.items():
        if not unsaid.get(name):
            columns[unique_name(name if name not in attributes else f"box_{name}", [*columns, *attributes])] = values
    return pa.table(columns | {name: pictures.column(name).take(rows) for name in attributes})


def _shown(area: Area) -> str:
    left, top, right, bottom = area
    return json.dumps([left, top, right - left, bottom - top])


def _notes(incoming: Incoming, boxes: Sequence[_Boxed]) -> list[str]:
    with_boxes = len({box.row for box in boxes})
    without = incoming.table.num_rows - with_boxes
    notes = [f"The items are crops, the boxes of {counted(with_boxes, 'picture')}."]
    if without:
        notes.append(f"{counted(without, 'picture')} without a box left out.")
    if incoming.vectors:
        notes.append("Vectors of whole pictures are not used for their boxes.")
    return notes
