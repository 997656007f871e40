"""A data set on disk: a Parquet file to keep, and a memory-mapped Arrow copy of it that is derived.

Each state of the data set is a file of its own, which is never changed: whoever names it decides which one counts.
"""

from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.dataset import RESERVED, Dataset
from explorer.base.errors import WorkspaceError
from explorer.io.atomic import atomic_write
from explorer.io.leftovers import TEMPORARY
from explorer.io.sums import Sum

DATASET = "dataset.parquet"
"""Name of the file in workspaces of schema 1, which have one state only."""
CACHE = "cache"


def dataset_name(version: int) -> str:
    """Name of the file of one state."""
    return f"dataset-{version}.parquet"


def save_dataset(path: Path, dataset: Dataset) -> Sum:
    """Write `dataset` to `path`, atomically, and return what its file has to be from then on."""
    with atomic_write(path) as temporary:
        pq.write_table(dataset.table, temporary, compression="zstd")
        return Sum.of(temporary)


def open_dataset(source: Path, expected: Sum | None) -> Dataset:
    """Open the data set in `source` without reading it: columns come from a memory map when they are used.

    expected: what was written, None where that is not known. The map needs an uncompressed Arrow copy, made when first
    opened; where it cannot be written the Parquet file is read whole. A damaged copy is made again. Raises
    WorkspaceError when the file is missing or damaged and there is no copy.
    """
    copy = arrow_copy(source, expected)
    if copy.is_file():
        try:
            return _checked(_mapped(copy), source)
        except (OSError, pa.ArrowException, WorkspaceError):
            copy.unlink(missing_ok=True)
    table = read_dataset(source, expected)
    if not _write_copy(table, copy):
        return _checked(table, source)
    return _checked(_mapped(copy), source)


def read_dataset(source: Path, expected: Sum | None) -> pa.Table:
    """Read the Parquet file whole; WorkspaceError when it is missing or its bytes are not the `expected` ones."""
    found = expected.wrong(source) if expected else ""
    try:
        if not found:
            return pq.read_table(source)
    except (OSError, pa.ArrowException) as error:
        found = str(error)
    raise WorkspaceError(
        f"{source} is missing or damaged ({found}). Answers, tags and views are not in it. "
        f"What can be done says: explorer check {source.parent.name}"
    )


def arrow_copy(source: Path, expected: Sum | None) -> Path:
    """Where the Arrow copy of `source` lies: its name says of which bytes it is one."""
    folder = source.parent / CACHE
    if expected:
        return folder / f"dataset-{expected.digest}.arrow"
    try:
        stat = source.stat()
    except OSError:
        return folder / "dataset-none.arrow"
    return folder / f"dataset-{stat.st_mtime_ns}-{stat.st_size}.arrow"


def copied_table(source: Path, expected: Sum | None) -> pa.Table | None:
    """The Arrow copy of `source`, memory-mapped; None when there is none that can be read."""
    try:
        return _checked(_mapped(arrow_copy(source, expected)), source).table
    except (OSError, pa.ArrowException, WorkspaceError):
        return None


def _mapped(copy: Path) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(str(copy))).read_all()


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
