"""A table as read from a file, whatever its kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Mask
from explorer.base.errors import InputError

LONGEST_SHOWN = 200


@dataclass(frozen=True)
class Beside:
    """Vectors that lie beside a table. values: (n, d), one a row of it; present: (n,) False where there is none."""

    values: NDArray[Any]
    present: Mask


@dataclass(frozen=True)
class TableFile:
    """A table as read.

    table: one row an item, numbers as numbers; raw: the same cells as written, where the file is text without types;
    notes: sentences on what was mended or left out. beside: vectors of its rows that are no columns, by name.
    """

    table: pa.Table
    notes: tuple[str, ...] = ()
    raw: pa.Table | None = None
    beside: Mapping[str, Beside] = field(default_factory=dict)

    def strings(self, name: str) -> pa.ChunkedArray:
        """One column as strings, as written in the file ("007" stays so); "" where there is nothing."""
        source = self.table if self.raw is None else self.raw
        column = source.column(name)
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            raise InputError(f"{name}: expected a column of texts, got {column.type}.")
        return pc.fill_null(column.cast(pa.string()), "")


def unique_name(name: str, taken: list[str] | tuple[str, ...]) -> str:
    """Return `name`, or `name_2`, `name_3` ... when it is taken."""
    number, result = 2, name
    while result in taken:
        result, number = f"{name}_{number}", number + 1
    return result


def unique_names(given: list[str]) -> tuple[list[str], list[str]]:
    """Return (the names, each once and none empty; a note for each that had to change)."""
    names: dict[str, int] = {}  # and the number that was last put behind each
    notes = []
    for place, raw in enumerate(given, start=1):
        wanted = name = raw.strip() or f"column_{place}"
        number = names.get(wanted, 1)
        while name in names:
            number += 1
            name = f"{wanted}_{number}"
        if name != raw.strip():
            names[wanted] = number
            notes.append(f"Column {place}, {_short(raw.strip())!r} in the header, is called {_short(name)!r} here.")
        names.setdefault(name, 1)
    return list(names), notes


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}..."
