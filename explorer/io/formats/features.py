"""How Hugging Face's `datasets` describes the columns of a table, and pictures as it keeps them."""

import json
from collections.abc import Iterator

import pyarrow as pa

from explorer.base.arrays import Rows
from explorer.io.formats.columns import IMAGE, whole_table
from explorer.io.formats.contract import Outgoing
from explorer.io.table_file import unique_name

BLOCK = 500  # items in memory at a time, pictures and all
PICTURE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
NAMES = {"double": "float64", "float": "float32", "date32[day]": "date32"}
Features = dict[str, object]


def blocks_with_pictures(items: Outgoing, rows: Rows) -> Iterator[pa.Table]:
    """The items of `rows` in blocks of 500 with all that is known of them, pictures in a column behind the id.

    All have the same schema, with the description of the features in its metadata.
    """
    table = whole_table(items)
    image = unique_name(IMAGE, table.column_names) if any(items.files) else ""
    schema = table.schema.insert(1, pa.field(image, PICTURE)) if image else table.schema
    described = {b"huggingface": json.dumps({"info": {"features": features_of(schema, image)}}).encode()}
    for start in range(0, max(len(rows), 1), BLOCK):
        part = rows[start : start + BLOCK]
        block = table.take(pa.array(part, pa.int64()))
        if image:
            block = block.add_column(1, image, pa.array([_picture(items, int(row)) for row in part], PICTURE))
        yield block.cast(schema.with_metadata(described))


def features_of(schema: pa.Schema, image: str) -> Features:
    """The features of each column; the column `image` holds pictures."""
    return {field.name: {"_type": "Image"} if field.name == image else _feature(field.type) for field in schema}


def _feature(kind: pa.DataType) -> Features:
    if pa.types.is_fixed_size_list(kind):
        return {"feature": _feature(kind.value_type), "length": kind.list_size, "_type": "Sequence"}
    if pa.types.is_list(kind):
        return {"feature": _feature(kind.value_type), "_type": "Sequence"}
    return {"dtype": NAMES.get(str(kind), str(kind)), "_type": "Value"}


def _picture(items: Outgoing, row: int) -> dict[str, object] | None:
    file = items.files[row]
    return None if file is None else {"bytes": file.read_bytes(), "path": items.paths[row]}
