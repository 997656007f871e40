"""An ImageFolder of Hugging Face's `datasets`: pictures in folders of their splits, metadata.parquet in each of these.

`datasets.load_dataset("imagefolder", data_dir=FOLDER)` opens it. Read as a folder of pictures with metadata.
"""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.progress import Progress
from explorer.io.formats.columns import whole_table
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.picture_names import picture_names
from explorer.io.formats.splits import splits_of_items
from explorer.io.scan import FILE_NAME
from explorer.io.splits import SPLIT
from explorer.io.text import counted

METADATA = "metadata.parquet"


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write each picture to <split>/<its path>, and what is known of them beside. Items without one cannot be kept."""
    names = picture_names(items)
    table = whole_table(items)
    if FILE_NAME in table.column_names:
        table = table.drop_columns([FILE_NAME])
    progress.start("Writing", len(items))
    done = 0
    for split, rows in splits_of_items(items).items():
        folder = target / split if SPLIT in items.table.column_names else target
        folder.mkdir(parents=True, exist_ok=True)
        kept = np.array([row for row in rows if names[row]], dtype=np.int64)
        for row in kept:
            source = items.files[row]
            assert source is not None  # it has a name
            copy_to(source, folder / names[row])
            done += 1
            progress.advance(done)
        named = pa.array([names[row] for row in kept], pa.string())
        pq.write_table(table.take(pa.array(kept)).add_column(0, FILE_NAME, named), folder / METADATA)
    progress.finish()
    lost = names.count("")
    return [f"{counted(lost, 'item')} without a picture left out: an image folder holds none."] if lost else []


def copy_to(source: Path, target: Path) -> None:
    """Copy a picture to a place whose folder need not exist."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


FORMAT = Format(
    name="imagefolder",
    title="ImageFolder with metadata",
    ending="",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
)
