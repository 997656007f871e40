"""What a format of another tool is: how it is recognised, read and written, and what of a collection it keeps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.columns import Columns
from explorer.io.incoming import Incoming, Place

KEPT = ("ids", "pictures", "texts", "labels", "tags", "vectors", "splits", "boxes")


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """The n items to write, in their order.

    table: `id`, `text` where any item has one, and the attributes (the column `split` among them).
    paths: (n,) path of each item's picture as the data set names it, relative, "" without one; files: (n,) the picture
    itself, None where there is none that can be read. tags: (n,) tags of each item. vectors: by name (n, d) float32
    unit rows, NaN in all of a row where an item has none.
    """

    name: str
    table: pa.Table
    paths: tuple[str, ...]
    files: tuple[Path | None, ...]
    tags: tuple[tuple[str, ...], ...]
    vectors: Mapping[str, Floats]

    def __len__(self) -> int:
        return int(self.table.num_rows)


Read = Callable[[Place, Columns | None, Progress], Incoming]
Write = Callable[[Outgoing, Path, Progress], list[str]]


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of another tool.

    name: as `--format` takes it; title: as people call it. ending: of the file that is written, "" for a folder.
    keeps: the parts of `KEPT` that come back when what was written is read again.
    recognise: whether a file or folder is of this format; must be cheap, and look at names and first bytes alone.
    read: as of `io.sources.read_source`. Both None where the importer knows the format as a folder or table.
    write: writes the items to a path that does not exist and returns sentences on what could not be written.
    extra: the extra of this package that brings `modules`, which reading or writing takes; "" when none is needed.
    """

    name: str
    title: str
    ending: str
    keeps: frozenset[str]
    write: Write
    recognise: Callable[[Path], bool] | None = None
    read: Read | None = None
    extra: str = ""
    modules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.keeps <= set(KEPT) or (self.recognise is None) != (self.read is None):
            raise ValueError(f"{self.name}: expected parts of {KEPT}, and both or none of recognise and read.")

    def reader(self) -> Read:
        """The function that reads; InputError when a library that it takes is not there."""
        self.require()
        assert self.read is not None  # what is recognised has one
        return self.read

    def require(self) -> None:
        """InputError with the extra to install when a library that the format takes is not there."""
        missing = [name for name in self.modules if find_spec(name) is None]
        if missing:
            raise InputError(
                f"{self.title} takes the library {missing[0]}: pip install 'similarity-explorer[{self.extra}]'."
            )
