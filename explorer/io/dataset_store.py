"""A data set on disk: `dataset.parquet` to keep, and a memory-mapped Arrow copy of it that is derived."""

from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.dataset import RESERVED, Dataset
from explorer.base.errors import WorkspaceError
from explorer.io.atomic import TEMPORARY, atomic_write

DATASET = "dataset.parquet"
CACHE = "cache"


def save_dataset(folder: Path, dataset: Dataset) -> None:
    """Write `dataset` to `folder`/dataset.parquet, atomically."""
    with atomic_write(folder / DATASET) as temporary:
        pq.write_table(dataset.table, temporary, compression="zstd")


def open_dataset(folder: Path) -> Dataset:
    """Open the data set in `folder` without reading it: columns come from a memory map when they are used.

    The map needs an uncompressed Arrow copy (cache/dataset-....arrow), made when first opened; where it cannot be
    written the Parquet file is read whole. Raises WorkspaceError when the file is missing or damaged.
    """
    source = folder / DATASET
    try:
        stat = source.stat()
        copy = folder / CACHE / f"dataset-{stat.st_mtime_ns}-{stat.st_size}.arrow"
        if not copy.is_file():
            table = pq.read_table(source)
            if not _write_copy(table, copy):
                return _checked(table, source)
        return _checked(pa.ipc.open_file(pa.memory_map(str(copy))).read_all(), source)
    except (OSError, pa.ArrowException) as error:
        raise WorkspaceError(f"{source} is missing or damaged ({error}): import the source again.") from error


def _write_copy(table: pa.Table, copy: Path) -> bool:
    try:
        # One batch: then `take` and conversions need no search for the chunk of a row.
        with atomic_write(copy) as temporary, pa.ipc.new_file(temporary, table.schema) as writer:
            writer.write_table(table.combine_chunks())
    except (WorkspaceError, OSError):
        return False
    for other in copy.parent.glob("dataset-*.arrow"):
        if other != copy and not other.name.startswith(TEMPORARY):
            with suppress(OSError):
                other.unlink()
    return True


def _checked(table: pa.Table, source: Path) -> Dataset:
    missing = [name for name in RESERVED if name not in table.column_names]
    if missing:
        raise WorkspaceError(
            f"{source} is damaged: expected the columns {', '.join(RESERVED)}; {', '.join(missing)} is missing."
        )
    return Dataset(table)
