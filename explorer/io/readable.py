"""One place that says what a file may hold at most, and turns what a reader can raise into a message."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from explorer.base.errors import ExplorerError, InputError, LimitError

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 5_000_000, 10_000, 200_000_000
MAX_DEPTH = 100  # lists in lists, objects in objects
OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)
LONGEST_TOLD = 200


@contextmanager
def readable(name: str, kind: str) -> Iterator[None]:
    """Within it, whatever a reader of files raises on a damaged one is an InputError that names the file.

    kind: what the file should be, "a Parquet file". Errors of a disk that cannot be written stay as they are.
    """
    try:
        yield
    except ExplorerError:
        raise
    except MemoryError as error:
        raise LimitError(f"{name}: there is not enough memory to read it. Make it smaller.") from error
    except Exception as error:  # on damaged files readers raise almost anything
        if isinstance(error, OSError) and error.errno in OF_THE_DISK:
            raise
        raise InputError(f"{name}: expected {kind}, got one that cannot be read ({told(error)}).") from error


def check_table_size(rows: int, columns: int, name: str) -> None:
    """LimitError for a table of more rows, columns or cells than one file may have."""
    for count, most, what in ((rows, MAX_ROWS, "rows"), (columns, MAX_COLUMNS, "columns")):
        if count > most:
            raise LimitError(f"{name}: expected at most {most:,} {what}, got {count:,}. Bring it in parts.")
    if rows * columns > MAX_CELLS:
        held = f"{rows:,} rows x {columns:,} columns"
        raise LimitError(f"{name}: expected at most {MAX_CELLS:,} cells, got {held}. Bring it in parts.")


def told(error: BaseException) -> str:
    """What an error says, on one short line."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    text = " ".join(said.split()) or type(error).__name__
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]} ..."
