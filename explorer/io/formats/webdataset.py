"""WebDataset: tars of samples, key.jpg beside key.json, key.txt and key.npy; each tar holds items of one split.

`webdataset.WebDataset(TAR)` and `datasets.load_dataset("webdataset", ...)` open what is written. Members that can run
code when they are opened (.pyd, .pickle, .pth) are never read.
"""

import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Rows
from explorer.base.dataset import TEXT
from explorer.base.progress import Progress
from explorer.io.columns import Columns
from explorer.io.export import jsonl_bytes
from explorer.io.formats.columns import short_name, with_tags
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.sample_items import items_of_samples
from explorer.io.formats.splits import splits_of_items
from explorer.io.images import is_image_name
from explorer.io.incoming import Incoming, Place
from explorer.io.paths import may_be_read
from explorer.io.pictures import picture_ending
from explorer.io.splits import SPLIT
from explorer.io.tar import is_tar_name

SHARD = 10_000  # items
Members = dict[str, bytes]  # by what follows the key and a dot


def recognise(path: Path) -> bool:
    """A tar, or a folder with tars in it or in the folders right below, and no pictures there."""
    return is_tar_name(path.name) if path.is_file() else bool(tars_of(path))


def tars_of(source: Path) -> list[Path]:
    """The tar itself, or those of a folder and of the folders right below; none where pictures lie beside them."""
    if source.is_file():
        return [source]
    found: list[Path] = []
    folders = [source, *(entry for entry in _entries(source) if entry.is_dir() and may_be_read(entry))]
    for folder in folders:
        for entry in _entries(folder):
            if is_image_name(entry.name):
                return []
            if is_tar_name(entry.name) and entry.is_file() and may_be_read(entry):
                found.append(entry)
    return sorted(found)


def read(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    """Read the samples of all tars; see `items_of_samples`."""
    return items_of_samples("webdataset", place, tars_of(place.source), columns, progress)


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write <split>-000000.tar and so on, at most 10,000 items each."""
    target.mkdir(parents=True, exist_ok=True)
    start = "shard" if SPLIT not in items.table.column_names else "rest"
    progress.start("Writing", len(items))
    done = 0
    for split, rows in splits_of_items(items, start).items():
        for shard in range(0, max(len(rows), 1), SHARD):
            part = rows[shard : shard + SHARD]
            write_tar(target / f"{split}-{shard // SHARD:06d}.tar", samples(items, part))
            done += len(part)
            progress.advance(done)
    progress.finish()
    return []


def samples(items: Outgoing, rows: Rows) -> Iterator[tuple[str, Members]]:
    """(key, files) of each item of `rows`: its picture, text, vectors, and all else as .json."""
    table = with_tags(items).take(pa.array(rows))
    lines = jsonl_bytes(table.drop_columns([TEXT]) if TEXT in table.column_names else table).split(b"\n")
    texts = table[TEXT].to_pylist() if TEXT in table.column_names else [""] * len(rows)
    for place, row in enumerate(map(int, rows)):
        members: Members = {"json": lines[place]}
        file = items.files[row]
        if file is not None:
            data = file.read_bytes()
            members[(picture_ending(data[:16]) or file.suffix.lower()).removeprefix(".") or "bin"] = data
        if texts[place]:
            members["txt"] = texts[place].encode()
        for name, vectors in items.vectors.items():
            if not np.isnan(vectors[row]).all():
                members[f"{short_name(name)}.npy"] = npy_bytes(vectors[row])
        yield f"{row:09d}", members


def npy_bytes(values: "np.typing.NDArray[np.float32]") -> bytes:
    """An .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    return buffer.getvalue()


def write_tar(path: Path, found: Iterator[tuple[str, Members]]) -> None:
    """Write samples; the same ones give the same bytes."""
    with tarfile.open(path, "w") as archive:
        for key, members in found:
            for ending, data in members.items():
                about = tarfile.TarInfo(f"{key}.{ending}")
                about.size = len(data)
                archive.addfile(about, io.BytesIO(data))


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(Path(entry.path) for entry in os.scandir(folder) if not entry.name.startswith("."))
    except OSError:
        return []


FORMAT = Format(
    name="webdataset",
    title="WebDataset",
    ending="",
    keeps=frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
    recognise=recognise,
    read=read,
)
