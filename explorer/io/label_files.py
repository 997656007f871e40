"""Label files of other tools as tables: COCO, FiftyOne, Label Studio, CVAT, and the shapes of labelme.

A row an image: file_name, `labels` (a list), `boxes` (see `explorer.io.boxes`), captions, and the image's own values.
What else is known of boxes is left out where they are not cut out.
"""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from explorer.base.errors import InputError
from explorer.io.boxes import Box, Values, around, exact, labelled, shown
from explorer.io.formats.coco_labels import coco_rows
from explorer.io.formats.cvat_labels import cvat_rows
from explorer.io.formats.fiftyone_labels import class_rows, sample_rows
from explorer.io.formats.label_rows import LabelRows, objects
from explorer.io.formats.label_studio_labels import task_rows
from explorer.io.json_tables import table_of_rows
from explorer.io.json_text import json_value
from explorer.io.label_xml import is_label_xml
from explorer.io.readable import readable
from explorer.io.scan import FILE_NAME
from explorer.io.table_file import TableFile
from explorer.io.text import read_utf8

READERS: tuple[Callable[[object, Path], LabelRows | None], ...] = (coco_rows, sample_rows, class_rows, task_rows)


def read_label_file(path: Path, whole: bool = False) -> TableFile | None:
    """Read a .json of COCO, FiftyOne or Label Studio, or a .xml of CVAT; None when it is of none of these forms.

    whole: with all that is known of boxes (`Box`), also of those that cannot be used. Tasks of Label Studio count where
    each has an image; others are a table. InputError names file and entry.
    """
    if is_label_xml(path):
        with readable(path.name, "XML of CVAT"):
            return _table(cvat_rows(path), whole)
    if path.suffix.lower() != ".json":
        return None
    try:
        values = json_value(read_utf8(path)[0])
    except (InputError, ValueError):
        return None
    with readable(path.name, "a label file"):
        found = next((found for read in READERS if (found := read(values, path)) and found.rows), None)
        return _table(found, whole) if found else None


def labels_of_shapes(values: Values, whole: bool = False) -> Values:
    """The labels and boxes of labelme's `shapes`, {} when there are none; whole: as of `read_label_file`."""
    shapes = values.get("shapes")
    if not isinstance(shapes, list):
        return {}
    row = labelled(Box(str(shape.get("label", "")), around(shape.get("points"))) for shape in objects(shapes))
    return exact(row) if whole else shown(row)


def _table(found: LabelRows, whole: bool) -> TableFile:
    """The rows as a table; columns without any value say nothing."""
    table = table_of_rows([exact(row) if whole else shown(row) for row in found.rows])
    empty = [name for name in table.column_names if table.column(name).null_count == len(table)]
    return TableFile(_as_texts(table.drop_columns(empty)), tuple(found.notes))


def _as_texts(table: pa.Table) -> pa.Table:
    """The table with names of images as texts, whatever stood there."""
    place = table.column_names.index(FILE_NAME)
    return table.set_column(place, FILE_NAME, table.column(place).cast(pa.string()))
