"""A folder as Hugging Face's `datasets.save_to_disk` writes it: Arrow files, in a folder a split.

`datasets.load_from_disk(FOLDER)` opens it. Read by `io.hf`.
"""

import json
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import pyarrow as pa

from explorer.base.arrays import Rows
from explorer.base.progress import Progress
from explorer.io.atomic import write_json
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.features import blocks_with_pictures
from explorer.io.formats.splits import splits_of_items
from explorer.io.hf import INFO, SPLITS, STATE
from explorer.io.splits import SPLIT

ARROW = "data-00000-of-00001.arrow"


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write a data set, or where items have splits one for each in a folder of its name."""
    parts = splits_of_items(items)
    progress.start("Writing", len(items))
    if SPLIT in items.table.column_names:
        target.mkdir(exist_ok=True)
        write_json(target / SPLITS, {"splits": list(parts)})
    done = 0
    for name, rows in parts.items():
        folder = target / name if SPLIT in items.table.column_names else target
        _write_split(items, rows, folder, name)
        done += len(rows)
        progress.advance(done)
    progress.finish()
    return []


def _write_split(items: Outgoing, rows: Rows, folder: Path, name: str) -> None:
    folder.mkdir(exist_ok=True)
    blocks = blocks_with_pictures(items, rows)
    first = next(blocks)
    with pa.OSFile(str(folder / ARROW), "wb") as file, pa.ipc.new_stream(file, first.schema) as writer:
        for block in chain([first], blocks):
            writer.write_table(block)
    features = json.loads(first.schema.metadata[b"huggingface"])["info"]["features"]
    about = {"citation": "", "description": f"{items.name}, by Similarity Explorer", "homepage": "", "license": ""}
    write_json(folder / INFO, about | {"features": features})
    state: dict[str, object] = {
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
    }
    told = blake2b(f"{items.name} {name} {first.schema}".encode(), digest_size=8).hexdigest()
    write_json(folder / STATE, {"_data_files": [{"filename": ARROW}], "_fingerprint": told, "_split": name, **state})


FORMAT = Format(
    name="hf-disk",
    title="Hugging Face save_to_disk",
    ending="",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
)
