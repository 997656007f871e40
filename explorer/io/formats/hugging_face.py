"""A Hugging Face data set folder: Parquet files by split with pictures inside, and a README.md that names them.

As https://huggingface.co/docs/hub/datasets-file-names-and-splits and .../datasets-manual-configuration describe it;
`datasets.load_dataset(FOLDER)` opens it, and it can be pushed to a hub as it is. Read as a folder of tables.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.arrays import Rows
from explorer.base.progress import Progress
from explorer.io.formats.columns import IMAGE, whole_table
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.splits import SPLIT
from explorer.io.table_file import unique_name

BLOCK = 500  # items a row group: pictures lie in it
PICTURE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
NO_SPLIT = "train"
CARD = """---
configs:
- config_name: default
  data_files:
{files}
---

# {name}

{count:,} items, written by Similarity Explorer.
"""


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write data/<split>-00000-of-00001.parquet for each split, and README.md."""
    (target / "data").mkdir(parents=True)
    table, image = whole_table(items), ""
    if any(items.files):
        image = unique_name(IMAGE, table.column_names)
    parts = splits_of_items(items)
    progress.start("Writing", len(items))
    for name, rows in parts.items():
        path = target / "data" / f"{name}-00000-of-00001.parquet"
        schema = described(_schema(table.schema, image), image)
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for block in with_pictures(table, items, rows, image):
                writer.write_table(block.cast(schema))
                progress.advance(block.num_rows)
    progress.finish()
    files = "\n".join(f"  - split: {name}\n    path: data/{name}-*" for name in parts)
    card = CARD.format(files=files, name=items.name.replace("\n", " "), count=len(items))
    (target / "README.md").write_text(card, encoding="utf-8")
    return []


def splits_of_items(items: Outgoing) -> dict[str, Rows]:
    """The rows of each split, by a name that files and `datasets` take; the column itself keeps the exact one.

    Without a column `split` all items are "train", as `datasets` calls what has no split; items without one as well.
    """
    values = items.table.column(SPLIT).to_pylist() if SPLIT in items.table.column_names else [None] * len(items)
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(values):
        name = re.sub(r"\W+", "_", str(value)).strip("_") if value is not None else ""
        rows.setdefault(name or NO_SPLIT, []).append(row)
    return {name: np.array(found, dtype=np.int64) for name, found in rows.items()}


def with_pictures(table: pa.Table, items: Outgoing, rows: Rows, image: str) -> Iterator[pa.Table]:
    """The rows of the table in blocks, with the column `image` of pictures behind the id where it has a name."""
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        block = table.take(pa.array(part))
        if image:
            pictures = pa.array([_picture(items, int(row)) for row in part], PICTURE)
            block = block.add_column(1, image, pictures)
        yield block


def _schema(schema: pa.Schema, image: str) -> pa.Schema:
    return schema.insert(1, pa.field(image, PICTURE)) if image else schema


def described(schema: pa.Schema, image: str) -> pa.Schema:
    """The schema with Hugging Face's word that the column holds pictures; the other columns say it themselves."""
    if not image:
        return schema
    features = {field.name: _feature(field.type) for field in schema} | {image: {"_type": "Image"}}
    return schema.with_metadata({b"huggingface": json.dumps({"info": {"features": features}}).encode()})


def _feature(kind: pa.DataType) -> dict[str, object]:
    """How `datasets` describes a column."""
    if pa.types.is_fixed_size_list(kind):
        return {"feature": _feature(kind.value_type), "length": kind.list_size, "_type": "List"}
    if pa.types.is_list(kind):
        return {"feature": _feature(kind.value_type), "_type": "List"}
    return {"dtype": _dtype(kind), "_type": "Value"}


def _dtype(kind: pa.DataType) -> str:
    """The name that `datasets` has for one of our plain kinds."""
    names = {"double": "float64", "float": "float32", "timestamp[us, tz=UTC]": "timestamp[us, tz=UTC]"}
    return "date32" if pa.types.is_date32(kind) else names.get(str(kind), str(kind))


def _picture(items: Outgoing, row: int) -> dict[str, object] | None:
    file = items.files[row]
    return None if file is None else {"bytes": file.read_bytes(), "path": items.paths[row]}


FORMAT = Format(
    name="hf",
    title="Hugging Face Parquet",
    ending="",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits"}),
    write=write,
)
