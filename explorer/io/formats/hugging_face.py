"""A Hugging Face data set folder: Parquet files by split with pictures inside, and a README.md that names them.

`datasets.load_dataset(FOLDER)` opens it, and it can go to a hub as it is. Read as a folder of tables. Described in
"Manual configuration" and "File names and splits" of the hub's documentation.
"""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pyarrow.parquet as pq

from explorer.base.progress import Progress
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.features import blocks_with_pictures
from explorer.io.formats.splits import splits_of_items

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
    parts = splits_of_items(items)
    progress.start("Writing", len(items))
    done = 0
    for name, rows in parts.items():
        blocks = blocks_with_pictures(items, rows)
        first = next(blocks)
        path = target / "data" / f"{name}-00000-of-00001.parquet"
        with pq.ParquetWriter(path, first.schema, compression="zstd") as writer:
            for block in chain([first], blocks):
                writer.write_table(block)
                done += block.num_rows
                progress.advance(done)
    progress.finish()
    (target / "README.md").write_text(card(items, parts), encoding="utf-8")
    return []


def card(items: Outgoing, splits: Iterable[str]) -> str:
    """README.md with the files of each split."""
    files = "\n".join(f"  - split: {name}\n    path: data/{name}-*" for name in splits)
    return CARD.format(files=files, name=" ".join(items.name.split()), count=len(items))


FORMAT = Format(
    name="hf",
    title="Hugging Face Parquet",
    ending="",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
)
