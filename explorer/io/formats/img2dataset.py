"""Shards as img2dataset writes them: 00000.tar of pictures, texts and .json, 00000.parquet, 00000_stats.json.

What is written has the columns that img2dataset has (url, caption, key, status, sizes, sha256), then all else. Rows
whose download failed are skipped with their reason.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.arrays import Rows
from explorer.base.dataset import TEXT
from explorer.base.errors import ExplorerError
from explorer.base.progress import Progress
from explorer.io.atomic import write_json
from explorer.io.columns import Columns
from explorer.io.export import jsonl_bytes
from explorer.io.formats.columns import with_tags
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.sample_items import items_of_samples
from explorer.io.formats.webdataset import Members, samples, tars_of, write_tar
from explorer.io.images import image_size
from explorer.io.incoming import Incoming, Place
from explorer.io.parquet_tables import read_parquet
from explorer.io.paths import may_be_read
from explorer.io.text import counted

SHARD, DIGITS = 10_000, 9  # items in a tar, and digits of a key: five of the shard, four of the item
NAME = re.compile(r"^\d+\.tar$")
CAPTION, KEY, STATUS, ERROR, URL = "caption", "key", "status", "error_message", "url"
SUCCESS = "success"
SIZES = ("width", "height", "original_width", "original_height")


def recognise(path: Path) -> bool:
    """A folder with tars that are called by numbers, each with a Parquet file of its name beside it."""
    return path.is_dir() and bool(_shards(path))


def read(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    """Read the samples of all tars, and skip with their reason the rows that have no picture."""
    tars = _shards(place.source)
    incoming = items_of_samples("img2dataset", place, tars, columns, progress, _tidied)
    failed = [line for tar in tars for line in _failed(tar.with_suffix(".parquet"))]
    return replace(incoming, skipped=(*incoming.skipped, *failed))


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write shards of 10,000 items. Items without a picture cannot be kept."""
    target.mkdir(parents=True, exist_ok=True)
    rows = np.array([row for row, file in enumerate(items.files) if file is not None], dtype=np.int64)
    progress.start("Writing", len(rows))
    for shard in range(-(-len(rows) // SHARD)):
        part = rows[shard * SHARD : (shard + 1) * SHARD]
        _write_shard(items, part, target / f"{shard:05d}", shard)
        progress.advance(shard * SHARD + len(part))
    progress.finish()
    lost = len(items) - len(rows)
    return [f"{counted(lost, 'item')} without a picture left out: img2dataset holds none."] if lost else []


def _shards(folder: Path) -> list[Path]:
    return [tar for tar in tars_of(folder) if NAME.match(tar.name) and _is_there(tar.with_suffix(".parquet"))]


def _is_there(path: Path) -> bool:
    return path.is_file() and may_be_read(path)


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    """Without what says the same twice, or of every item the same."""
    if values.get(STATUS) == SUCCESS:
        values = {name: value for name, value in values.items() if name not in (STATUS, ERROR)}
    if CAPTION in values and values[CAPTION] in (None, values.get(TEXT)):
        del values[CAPTION]
    if "id" in values:
        values.pop(KEY, None)
    return values


def _failed(path: Path) -> Iterator[tuple[str, str, str]]:
    """(key, address, reason) of the rows that have no picture."""
    table = read_parquet(path).table
    if not {KEY, STATUS} <= set(table.column_names):
        return
    wanted = [name for name in (KEY, URL, STATUS, ERROR) if name in table.column_names]
    for row in table.select(wanted).to_pylist():
        if row[STATUS] != SUCCESS:
            yield str(row[KEY]), str(row.get(URL) or ""), str(row.get(ERROR) or row[STATUS])


def _write_shard(items: Outgoing, rows: Rows, stem: Path, shard: int) -> None:
    """Write the tar, the Parquet file and the counts of one shard."""
    keys = [f"{shard * SHARD + place:0{DIGITS}d}" for place in range(len(rows))]
    table = _described(items, rows, keys)
    lines = jsonl_bytes(table).split(b"\n")

    def members() -> Iterator[tuple[str, Members]]:
        for place, (_, found) in enumerate(samples(items, rows)):
            yield keys[place], found | {"json": lines[place]}

    write_tar(stem.with_suffix(".tar"), members())
    pq.write_table(table, stem.with_suffix(".parquet"))
    counts = {"count": len(rows), "successes": len(rows), "failed_to_download": 0, "failed_to_resize": 0}
    times = {"duration": 0.0, "start_time": 0.0, "end_time": 0.0, "status_dict": {SUCCESS: len(rows)}}
    write_json(stem.with_name(f"{stem.name}_stats.json"), counts | times)


def _described(items: Outgoing, rows: Rows, keys: list[str]) -> pa.Table:
    """The columns of img2dataset, which those of the items of the same name take the place of, then all others."""
    own = with_tags(items).take(pa.array(rows))
    sizes = [_size(items.files[row]) for row in rows]
    texts = own[TEXT] if TEXT in own.column_names else pa.nulls(len(rows), pa.string())
    columns: dict[str, Any] = {
        URL: pa.array([items.paths[row] for row in rows], pa.string()),
        **dict(
            zip(SIZES, (pa.array([size[place % 2] for size in sizes], pa.int64()) for place in range(4)), strict=True)
        ),
        "exif": pa.array(["{}"] * len(rows)),
        "sha256": pa.array([_digest(items.files[row]) for row in rows], pa.string()),
    }
    columns |= {name: own[name] for name in own.column_names if name != TEXT}
    columns |= {CAPTION: texts, KEY: pa.array(keys), STATUS: pa.array([SUCCESS] * len(rows))}
    return pa.table(columns | {ERROR: pa.nulls(len(rows), pa.string())})


def _size(file: Path | None) -> tuple[int | None, int | None]:
    try:
        return image_size(file) if file is not None else (None, None)
    except ExplorerError:
        return None, None


def _digest(file: Path | None) -> str | None:
    return sha256(file.read_bytes()).hexdigest() if file is not None else None


FORMAT = Format(
    name="img2dataset",
    title="img2dataset shards",
    ending="",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
    recognise=recognise,
    read=read,
)
