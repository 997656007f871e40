"""Folders written by `datasets.save_to_disk`, and pictures that lie inside a table. Needs the extra [hf]."""

import importlib.util
from pathlib import Path

import pyarrow as pa

from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.hashing import hash_bytes
from explorer.io.joins import concat_tables
from explorer.io.tables import TableFile

SIGNATURES = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG", ".png"),
    (b"GIF8", ".gif"),
    (b"BM", ".bmp"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"RIFF", ".webp"),
)


def is_saved_dataset(folder: Path) -> bool:
    """True for a folder that `save_to_disk` wrote, of one data set or of several splits."""
    return (folder / "dataset_dict.json").is_file() or (folder / "state.json").is_file()


def read_saved_dataset(folder: Path) -> TableFile:
    """Read the folder as one table; of several splits, with a column `split`; class labels as their names.

    Raises InputError when the package `datasets` is not installed, or cannot read the folder.
    """
    if importlib.util.find_spec("datasets") is None:
        raise InputError(
            f"{folder.name} was written by Hugging Face datasets: install the extra with "
            "`pip install 'similarity-explorer[hf]'`."
        )
    import datasets

    try:
        loaded = datasets.load_from_disk(str(folder))
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise InputError(f"{folder}: expected a folder of `save_to_disk` that can be read ({error}).") from error
    if not isinstance(loaded, datasets.DatasetDict):
        return TableFile(_as_table(loaded))
    tables = [_as_table(part).append_column("split", pa.array([name] * len(part))) for name, part in loaded.items()]
    return TableFile(concat_tables(tables))


def _as_table(dataset: object) -> pa.Table:
    table: pa.Table = dataset.with_format("arrow")[:]  # type: ignore[attr-defined]
    for place, (name, feature) in enumerate(dataset.features.items()):  # type: ignore[attr-defined]
        labels = getattr(feature, "names", None)
        if labels:
            codes = table.column(name).combine_chunks()
            table = table.set_column(place, name, pa.array(labels, pa.string()).take(codes))
    return table.replace_schema_metadata(None)


def write_pictures(column: pa.ChunkedArray, folder: Path, progress: Progress) -> pa.Array:
    """Write the pictures of a {bytes, path} column below `folder`, named by content; return (n,) paths.

    A picture without bytes keeps its `path`; "" where there is neither.
    """
    progress.start("Writing pictures", len(column))
    paths = []
    for done, value in enumerate((item for chunk in column.chunks for item in chunk), start=1):
        paths.append(_write_picture(value.as_py() or {}, folder))
        progress.advance(done)
    progress.finish()
    return pa.array(paths, pa.string())


def _write_picture(value: dict[str, object], folder: Path) -> str:
    data = value.get("bytes")
    if not isinstance(data, bytes) or not data:
        return str(value.get("path") or "")
    digest = hash_bytes(data)
    suffix = next((suffix for start, suffix in SIGNATURES if data.startswith(start)), ".img")
    relative = f"{digest[:2]}/{digest}{suffix}"
    target = folder / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        target.write_bytes(data)
    return relative
