"""What reading a source gives, whatever its kind."""

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from explorer.base.arrays import Doubles, Floats, Mask, Rows
from explorer.io.columns import Columns
from explorer.io.vectors import OwnVectors, unit_vectors

SKIPPED_FIELDS = ("id", "path", "reason")


@dataclass(frozen=True)
class Place:
    """Where to read.

    staging: a folder for files that have to be written; root: the folder that images must lie below, None for the
    source's own; leave_out: a folder inside the source not to look into; before: the columns of the last import;
    crops: boxes are the items, not the pictures that they are in.
    """

    source: Path
    staging: Path
    root: Path | None
    leave_out: Path | None
    before: Columns | None = None
    crops: bool = False


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """Items as read.

    table: id, path, text and attributes, not yet hashed; rows: (n,) row of the source that each item is from.
    file_root: what the paths are relative to now; staged: these files are to be moved into the workspace.
    vectors: over the m rows of the source. skipped: (id, path, reason). linked: folders outside that links led to.
    """

    kind: str
    table: pa.Table
    rows: Rows
    file_root: Path
    staged: bool
    columns: Columns
    vectors: tuple[OwnVectors, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str, str], ...] = ()
    linked: tuple[Path, ...] = ()

    def keep(self, mask: Mask) -> "Incoming":
        """The same with only the items where `mask` is True."""
        return replace(self, table=self.table.filter(pa.array(mask)), rows=self.rows[mask])

    def unit_vectors(self) -> list[tuple[str, Floats, Mask, Doubles]]:
        """(name, (n, d) unit rows, (n,) present, (n,) lengths before) for each of the vectors, one row an item."""
        return [(one.name, *unit_vectors(one.values, one.present, self.rows)) for one in self.vectors]

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, with those on the vectors."""
        return (*self.notes, *(one.note for one in self.vectors if one.note))
