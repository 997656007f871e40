"""One of the two lists that are matched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Floats, check_choice

CAPTION, HEADER, CELLS = "caption", "header", "cells"
"""Columns of a side that is a folder of tables: caption (string), header (list of strings), cells (list of rows)."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """A list of n things. Nothing of it is changed by a matcher.

    name: for people. ids: (n,) unique, not empty. table: (n, columns) what is known of each, values as they were read;
    NaN and null where nothing is. text: the column that is compared, "" where none is texts. pictures: (n,) absolute
    paths, "" where there is none; () without pictures. vectors: (n, d) float32 unit rows in the space of `encoder`,
    None without. workspace: name of the collection whose items these are, "" for a file. notes: sentences on what was
    guessed or mended when it was read. row_keys: (n,) see `keys`, () where the ids are more than numbers of rows.
    models: of a collection that lacks vectors of the wanted model, those that it has vectors of. lacking: why the
    vectors of a collection cannot be used, such as items that came later, and what to do; "" where they can.
    """

    name: str
    ids: tuple[str, ...]
    table: pa.Table
    text: str = ""
    pictures: tuple[str, ...] = ()
    vectors: Floats | None = None
    encoder: str = ""
    workspace: str = ""
    notes: tuple[str, ...] = ()
    row_keys: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    lacking: str = ""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def keys(self) -> tuple[str, ...]:
        """(n,) what decisions know the things by: their ids; of numbered rows what stands in the row.

        A row that is put in or taken out moves the numbers of all rows below it, and decisions stay with what they were
        said of.
        """
        return self.row_keys or self.ids

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """(n,) what is compared, "" where nothing is."""
        return self.strings(self.text) if self.text else ("",) * len(self)

    def strings(self, column: str) -> tuple[str, ...]:
        """(n,) a column as strings, "" where nothing is; InputError where there is no such column."""
        check_choice(column, self.table.column_names, f"column of {self.name}")
        values = self.table.column(column)
        if pa.types.is_nested(values.type):
            return tuple("" if one is None else str(one) for one in values.to_pylist())
        return tuple(pc.fill_null(values.cast(pa.string()), "").to_pylist())

    def take(self, rows: Sequence[int]) -> "Side":
        """The same with the things of some rows alone, in their order."""
        return replace(
            self,
            ids=tuple(self.ids[row] for row in rows),
            table=self.table.take(pa.array(rows, pa.int64())),
            row_keys=tuple(self.row_keys[row] for row in rows) if self.row_keys else (),
            pictures=tuple(self.pictures[row] for row in rows) if self.pictures else (),
            vectors=None if self.vectors is None else self.vectors[list(rows)],
        )


def known_rows(vectors: NDArray[np.floating]) -> Floats:
    """(n, d) float32 the rows, all zero where a number is NaN or infinite: such a row points nowhere."""
    rows = np.asarray(vectors, np.float32)
    whole = np.isfinite(rows).all(axis=1, keepdims=True)
    return np.where(whole, rows, np.float32(0))
